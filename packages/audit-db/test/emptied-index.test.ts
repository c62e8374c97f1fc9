import { describe, expect, it } from "vitest";
import { requireFullIndexes } from "../src/check-indexes.js";
import { openLedger, type SqliteLedger } from "../src/index.js";
import { rawHash } from "../src/row.js";
import { SCHEMA } from "../src/schema.js";
import { selectDriver } from "../src/driver.js";
import { attestedRecord, eventRecord, facts, resolvedRecord } from "./records.js";
import {
  refusal,
  reservationOf,
  reserveRequest,
  shell,
  tamper,
  temporaryDirectory,
  withoutDefence,
} from "./support.js";

const inDirectory = temporaryDirectory();

/** Every index of a new ledger, also those that SQLite makes itself. */
const INDEXES: readonly string[] = (() => {
  const database = selectDriver().open(":memory:");
  for (const statement of SCHEMA) database.exec(statement);
  const { names } = database
    .prepare("SELECT group_concat(name) AS names FROM sqlite_schema WHERE type = 'index'")
    .get() as { names: string };
  database.close();
  return names.split(",");
})();

/** Changes the schema table itself; Every connection reads it again. */
function rewriteSchema(path: string, sql: string, ...values: string[]): void {
  shell(path, (database) => {
    withoutDefence(database);
    const { schema_version: version } = database.prepare("PRAGMA schema_version").get() as {
      schema_version: number;
    };
    database.exec("PRAGMA writable_schema = ON");
    database.prepare(sql).run(...values);
    database.exec(`PRAGMA schema_version = ${String(version + 1)}`);
  });
}

/** An index that was made anew for other rows, under a definition that was put back afterwards: the schema says nothing. */
function remake(path: string, index: string, rows: string): void {
  const renamed = (from: string, to: string) => {
    rewriteSchema(path, "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?", from, to, index);
  };
  renamed(" WHERE ", ` WHERE ${rows} AND `);
  shell(path, (database) => {
    database.exec(`REINDEX ${index}`);
  });
  renamed(` WHERE ${rows} AND `, " WHERE ");
}

/** An index that lies in the empty pages of another one, which is gone. */
function swapPages(path: string, index: string): void {
  shell(path, (database) => {
    database.exec("CREATE TABLE vacant (a); CREATE INDEX vacant_a ON vacant (a)");
  });
  rewriteSchema(
    path,
    "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'vacant_a') WHERE name = ?",
    index,
  );
  rewriteSchema(path, "DELETE FROM sqlite_schema WHERE name IN (?, ?)", "vacant", "vacant_a");
}

/** One with a row for every index, and closed. */
async function fullLedger(path: string): Promise<void> {
  const ledger = openLedger(path);
  await executed(ledger, "e1");
  const pending = reservationOf(await ledger.reserve(reserveRequest("p1", "p1")));
  await ledger.appendAndConfirm(pending, attestedRecord(pending, "pending_override"));
  await ledger.resolveAndAppend("p1", "approved", resolvedRecord(pending));
  await ledger.audit.eraseEvidence({ executionId: "e1" });
  await ledger.versions.remember("policy-index", { version: 1, hash: facts("index") });
  await ledger.reserve(reserveRequest("r1", "r1"));
  await ledger.close();
  shell(path, (database) => {
    database.exec(
      "INSERT INTO review_tasks (execution_id, body, created_at, state) VALUES ('p1', '', '', 'pending')",
    );
    database.exec(
      "INSERT INTO review_votes (execution_id, position, approver, body, seal) VALUES ('p1', 0, 'ada', '', '')",
    );
  });
}

async function executed(ledger: SqliteLedger, name: string): Promise<void> {
  const held = reservationOf(await ledger.reserve(reserveRequest(name, name)));
  await ledger.appendAndConfirm(held, attestedRecord(held));
}

/** So many entries that what came before is beyond the quick check of an opening. */
async function grow(path: string, length = 80): Promise<void> {
  const ledger = openLedger(path);
  const records = Array.from({ length }, (_, nth) =>
    eventRecord("failed", {
      executionId: `f${String(nth)}`,
      fingerprint: facts("f"),
      identity: "execution",
    }),
  );
  await Promise.all(records.map((record) => ledger.append(record)));
  await ledger.close();
}

describe("an index that somebody emptied who can write the file (threats 35 and 41)", () => {
  it.each(INDEXES)("%s: the ledger does not open", async (index) => {
    const path = inDirectory(`${index}.db`);
    await fullLedger(path);
    await openLedger(path).close();
    swapPages(path, index);
    expect(() => openLedger(path)).toThrow(refusal("SYS-013"));
    shell(path, (database) => {
      expect(() => {
        requireFullIndexes(database);
      }).toThrow(
        expect.objectContaining({
          code: "SYS-013",
          details: expect.objectContaining({ index, known: 0 }),
        }),
      );
    });
  });

  it("knows all rows but one: the ledger does not open", async () => {
    const path = inDirectory("one.db");
    await fullLedger(path);
    await grow(path);
    remake(path, "log_attested_fingerprint", "seq > 0");
    expect(() => openLedger(path)).toThrow(
      expect.objectContaining({
        code: "SYS-013",
        details: { index: "log_attested_fingerprint", rows: 2, known: 1 },
      }),
    );
  });

  it.each(["log_attested_fingerprint", "log_attested_execution", "catalogue_policy"])(
    "%s, while the ledger is open: is found when the log is verified",
    async (index) => {
      const path = inDirectory(`${index}-open.db`);
      const ledger = openLedger(path);
      await executed(ledger, "e1");
      expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact" });
      remake(path, index, "seq < 0");
      expect(await ledger.audit.verify()).toMatchObject({ verdict: "damaged", problem: { code: "SYS-013" } });
      await ledger.close();
    },
  );
});

describe("a version that was seen, forgotten by the catalogue's index and set back in its table", () => {
  /** Versions 1 and 2 at the positions 0 and 1. */
  async function twoVersions(path: string): Promise<SqliteLedger> {
    const ledger = openLedger(path);
    for (const version of [1, 2])
      await ledger.versions.remember("policy-index", { version, hash: facts(`index ${String(version)}`) });
    return ledger;
  }

  function setBack(path: string): void {
    remake(path, "catalogue_versions", "seq < 1");
    const hash = Buffer.from(rawHash(facts("index 1"))).toString("hex");
    tamper(path, `UPDATE seen_versions SET version = 1, hash = x'${hash}'`);
  }

  it("is found when the log is verified", async () => {
    const path = inDirectory("versions-verified.db");
    const ledger = await twoVersions(path);
    setBack(path);
    expect(await ledger.versions.highest("policy-index")).toMatchObject({ version: 1 });
    expect(await ledger.audit.verify()).toMatchObject({
      verdict: "damaged",
      problem: { code: "SYS-013", seq: 1 },
    });
    await ledger.close();
  });

  it.each([
    [0, "names the entry where it is one of the last", { seq: 1 }],
    [80, "names the index where it is not", { index: "catalogue_versions", rows: 2, known: 1 }],
  ])("is found when the ledger is opened, with %i entries behind it: %s", async (count, _, details) => {
    const path = inDirectory(`versions-opened-${String(count)}.db`);
    await (await twoVersions(path)).close();
    await grow(path, count);
    setBack(path);
    expect(() => openLedger(path)).toThrow(expect.objectContaining({ code: "SYS-013", details }));
  });
});

describe("a table that lacks the row of an entry", () => {
  it.each([
    ["log", 5],
    ["catalogue", 5],
    ["catalogue", 0],
  ])("%s at position %i: the ledger does not open", async (table, seq) => {
    const path = inDirectory(`gap-${table}-${String(seq)}.db`);
    await grow(path);
    tamper(path, `DELETE FROM ${table} WHERE seq = ${String(seq)}`);
    expect(() => openLedger(path)).toThrow(expect.objectContaining({ code: "SYS-013", details: { seq } }));
  });
});
