import { isTimestamp } from "@parmanasystems/canonical";
import { isExecutionId } from "@parmanasystems/execution";
import type { ReviewTask } from "@parmanasystems/execution-runtime";
import type { SqliteDatabase } from "./driver.js";
import { LedgerError } from "./errors.js";
import { integer, isRow, type Row, text } from "./row.js";

export class ReviewTaskTable {
  readonly #put;
  readonly #settle;
  readonly #nextPending;

  constructor(database: SqliteDatabase) {
    this.#put = database.prepare(
      "INSERT INTO review_tasks (execution_id, policy_id, policy_version, reason, created_at, state) VALUES (?, ?, ?, ?, ?, 'pending') " +
        "ON CONFLICT (execution_id) DO UPDATE SET policy_id = excluded.policy_id, policy_version = excluded.policy_version, " +
        "reason = excluded.reason, created_at = excluded.created_at, state = 'pending'",
    );
    this.#settle = database.prepare(
      "UPDATE review_tasks SET state = 'settled' WHERE execution_id = ? AND state = 'pending'",
    );
    this.#nextPending = database.prepare(
      "SELECT execution_id, policy_id, policy_version, reason, created_at, rowid AS position FROM review_tasks " +
        "WHERE state = 'pending' AND (created_at, rowid) > (?, ?) ORDER BY created_at, rowid LIMIT 1",
    );
  }

  put({ executionId, policyId, policyVersion, reason, createdAt }: ReviewTask): void {
    this.#put.run(executionId, policyId, policyVersion, reason ?? null, createdAt);
  }

  settle(executionId: string): void {
    this.#settle.run(executionId);
  }

  /** Oldest first. */
  pending(): readonly ReviewTask[] {
    const tasks: ReviewTask[] = [];
    let row = this.#nextPending.get("", 0);
    while (isRow(row)) {
      const task = readTask(row);
      tasks.push(task);
      row = this.#nextPending.get(task.createdAt, integer(row, "position"));
    }
    return Object.freeze(tasks);
  }
}

/** A checked copy. @throws LedgerError SYS-017 */
export function prepareTask({
  executionId,
  policyId,
  policyVersion,
  reason,
  createdAt,
}: ReviewTask): ReviewTask {
  if (!isExecutionId(executionId)) refuse("executionId", "an execution id: 1 to 128 of A-Z a-z 0-9 . _ : -");
  if (typeof policyId !== "string") refuse("policyId", "text");
  if (typeof policyVersion !== "string") refuse("policyVersion", "text");
  if (reason !== undefined && typeof reason !== "string") refuse("reason", "text or absent");
  if (!isTimestamp(createdAt)) refuse("createdAt", "RFC 3339 UTC with milliseconds");
  return Object.freeze({
    executionId,
    policyId,
    policyVersion,
    createdAt,
    ...(reason === undefined ? {} : { reason }),
  });
}

function readTask(row: Row): ReviewTask {
  return Object.freeze({
    executionId: text(row, "execution_id"),
    policyId: text(row, "policy_id"),
    policyVersion: text(row, "policy_version"),
    ...(row["reason"] === null ? {} : { reason: text(row, "reason") }),
    createdAt: text(row, "created_at"),
  });
}

function refuse(member: string, expected: string): never {
  throw new LedgerError("SYS-017", `The review task's ${member} must be ${expected}.`, {
    details: { member },
  });
}
