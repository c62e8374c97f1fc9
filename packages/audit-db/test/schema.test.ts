import { describe, expect, it } from "vitest";
import { openLedger } from "../src/index.js";
import { attestedRecord, facts } from "./records.js";
import {
  refusal,
  reservationOf,
  reserveRequest,
  shell,
  temporaryDirectory,
  withoutDefence,
} from "./support.js";

const inDirectory = temporaryDirectory();

async function ledgerWithEntries(path: string): Promise<void> {
  const ledger = openLedger(path);
  for (const id of ["a", "b"]) {
    const held = reservationOf(await ledger.reserve(reserveRequest(id, id)));
    await ledger.appendAndConfirm(held, attestedRecord(held));
  }
  await ledger.versions.remember("trust-root", { version: 2, hash: facts("root") });
  await ledger.close();
}

describe("the database itself refuses to rewrite history (threat 41)", () => {
  it.each([
    "UPDATE log SET entry = x'00' WHERE seq = 0",
    "UPDATE log SET seq = 7 WHERE seq = 1",
    "DELETE FROM log WHERE seq = 1",
    "DELETE FROM log",
    "INSERT INTO log (seq, entry, leaf_hash) VALUES (5, x'00', zeroblob(32))",
    "INSERT OR REPLACE INTO log (seq, entry, leaf_hash) VALUES (0, x'00', zeroblob(32))",
    "REPLACE INTO log SELECT 3, entry, leaf_hash, attested_execution, NULL FROM log WHERE seq = 0",
    "REPLACE INTO log SELECT 3, entry, leaf_hash, NULL, attested_fingerprint FROM log WHERE seq = 0",
    "INSERT INTO log (seq, entry, leaf_hash) VALUES (3, x'00', x'00')",
    "INSERT INTO log (seq, entry, leaf_hash) VALUES (3, 'text', zeroblob(32))",
    "UPDATE attestations SET body = x'00'",
    "DELETE FROM attestations WHERE seq = 0",
    "REPLACE INTO attestations SELECT seq, fencing, lease_expires_at, x'00' FROM attestations WHERE seq = 0",
    "UPDATE evidence SET body = x'00'",
    "UPDATE evidence SET body = NULL, erased_by = 99 WHERE seq = 0",
    "UPDATE evidence SET seq = 7 WHERE seq = 0",
    "REPLACE INTO evidence VALUES (0, x'00', NULL)",
    "INSERT INTO evidence VALUES (7, NULL, 1)",
    "DELETE FROM evidence WHERE seq = 0",
    "UPDATE seen_versions SET version = 1",
    "DELETE FROM seen_versions",
  ])("%s", async (sql) => {
    const path = inDirectory(`${facts(sql)}.db`);
    await ledgerWithEntries(path);
    shell(path, (database) => {
      expect(() => {
        database.exec(sql);
      }).toThrow(expect.objectContaining({ code: "ERR_SQLITE_ERROR" }));
    });
    const ledger = openLedger(path);
    expect(await ledger.entries()).toHaveLength(3);
    await ledger.close();
  });
});

describe("a ledger whose tables were tampered with does not open", () => {
  it.each([
    "DROP TRIGGER log_delete",
    "DROP INDEX log_attested_fingerprint",
    "CREATE TRIGGER helper AFTER INSERT ON replay BEGIN DELETE FROM replay; END",
    "ALTER TABLE log ADD COLUMN note TEXT",
    "DROP TABLE evidence",
  ])("%s", async (sql) => {
    const path = inDirectory(`${facts(sql)}.db`);
    await ledgerWithEntries(path);
    shell(path, (database) => {
      database.exec(sql);
    });
    expect(() => openLedger(path)).toThrow(refusal("SYS-013"));
  });

  it.each([
    [
      "a hidden trigger that forgets what was consumed",
      "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('trigger', 'sqlite_x', 'log', 0, " +
        "'CREATE TRIGGER sqlite_x AFTER INSERT ON log BEGIN DELETE FROM replay; END')",
    ],
    [
      "a hidden table",
      "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', 'sqlite_stat2', 'sqlite_stat2', 2, 'CREATE TABLE sqlite_stat2(x)')",
    ],
    [
      "a trigger of another table",
      "UPDATE sqlite_schema SET tbl_name = 'replay', sql = replace(sql, 'ON log ', 'ON replay ') WHERE name = 'log_delete'",
    ],
    [
      "a column without its check",
      "UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (length(leaf_hash) = 32)', '') WHERE name = 'log'",
    ],
  ])("%s, written into the schema by hand", async (what, sql) => {
    const path = inDirectory(`${facts(what)}.db`);
    await ledgerWithEntries(path);
    shell(path, (database) => {
      withoutDefence(database);
      database.exec(`PRAGMA writable_schema = ON; ${sql}; PRAGMA writable_schema = OFF`);
    });
    expect(() => openLedger(path)).toThrow(refusal("SYS-013"));
  });

  it("and statistics do no harm", async () => {
    const path = inDirectory("analysed.db");
    await ledgerWithEntries(path);
    shell(path, (database) => {
      database.exec("ANALYZE");
    });
    await openLedger(path).close();
  });
});
