import { canonicalize } from "@parmanasystems/canonical";
import { executionKey } from "./audit-record.js";
import type { SqliteDatabase } from "./driver.js";
import { storedEntry } from "./log-table.js";
import { isRow, text } from "./row.js";
import { resolutions, reviews, SCHEMA_VERSION } from "./schema.js";

/**
 * Version 2 keeps the terms, claims and votes of review tasks, and one row for each override that ended. Runs inside
 * the transaction that opens the ledger.
 */
export function migrateFrom1(database: SqliteDatabase): void {
  const tasks: {
    readonly executionId: string;
    readonly createdAt: string;
    readonly state: string;
    readonly body: string;
  }[] = [];
  const next = database.prepare(
    "SELECT rowid AS position, execution_id, policy_id, policy_version, reason, created_at, state FROM review_tasks WHERE rowid > ? ORDER BY rowid LIMIT 1",
  );
  for (let row = next.get(0); isRow(row); row = next.get(Number(row["position"]))) {
    const executionId = text(row, "execution_id");
    const createdAt = text(row, "created_at");
    const task = {
      executionId,
      policyId: text(row, "policy_id"),
      policyVersion: text(row, "policy_version"),
      createdAt,
      ...(row["reason"] === null ? {} : { reason: text(row, "reason") }),
    };
    const state = text(row, "state") === "pending" ? "pending" : "resolved";
    tasks.push({ executionId, createdAt, state, body: canonicalize(task) });
  }
  database.exec("DROP TABLE review_tasks");
  for (const statement of [...resolutions, ...reviews]) database.exec(statement);
  const insertTask = database.prepare(
    "INSERT INTO review_tasks (execution_id, body, created_at, state) VALUES (?, ?, ?, ?)",
  );
  for (const { executionId, createdAt, state, body } of tasks)
    insertTask.run(executionId, body, createdAt, state);
  claimEnds(database);
  database.exec(`PRAGMA user_version = ${String(SCHEMA_VERSION)}`);
}

/** The first end of each override counts, as it did. */
function claimEnds(database: SqliteDatabase): void {
  const next = database.prepare(
    "SELECT seq, entry, leaf_hash FROM log WHERE seq > ? AND json_extract(CAST(entry AS TEXT), '$.event') = 'override_resolved' ORDER BY seq LIMIT 1",
  );
  const claim = database.prepare(
    "INSERT INTO resolutions (execution_key, seq, body, evidence) SELECT ?1, ?2, NULL, NULL WHERE NOT EXISTS (SELECT 1 FROM resolutions WHERE execution_key = ?1)",
  );
  for (let row = next.get(-1); isRow(row);) {
    const { seq, entry } = storedEntry(row);
    claim.run(executionKey(entry.execution_id), seq);
    row = next.get(seq);
  }
}
