import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { selectDriver } from "../src/driver.js";
import { openLedger } from "../src/index.js";
import { openLedgerWith } from "../src/open-ledger.js";
import { APPLICATION_ID } from "../src/schema.js";
import { attestedRecord, eventRecord, facts } from "./records.js";
import {
  refusal,
  reservationOf,
  reserveRequest,
  shell,
  tamper,
  TappedDriver,
  temporaryDirectory,
} from "./support.js";

const inDirectory = temporaryDirectory();
let made = 0;

/** A closed ledger with `count` attested entries, and one of another kind at the end. */
async function ledgerFileWith(count: number): Promise<string> {
  made += 1;
  const path = inDirectory(`ledger-${String(made)}.db`);
  const ledger = openLedger(path);
  for (let index = 0; index < count; index += 1) {
    const held = reservationOf(await ledger.reserve(reserveRequest(`id-${String(index)}`, String(index))));
    await ledger.appendAndConfirm(held, attestedRecord(held));
  }
  await ledger.append(
    eventRecord(
      "replay_refused",
      { executionId: "x", fingerprint: facts("x"), identity: "execution" },
      "INV-013",
    ),
  );
  await ledger.close();
  return path;
}

describe("a new ledger", () => {
  it("is one file for its owner only, with a write-ahead log that is synced at every commit", async () => {
    const path = inDirectory("new.db");
    const driver = new TappedDriver();
    const ledger = openLedgerWith(driver, path);
    await ledger.reserve(reserveRequest("a", "x"));
    expect([path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777)).toEqual([
      0o600, 0o600, 0o600,
    ]);
    const setting = (name: string) => driver.database?.prepare(`PRAGMA ${name}`).get();
    expect(setting("journal_mode")).toEqual({ journal_mode: "wal" });
    expect(setting("synchronous")).toEqual({ synchronous: 2 });
    expect(setting("application_id")).toEqual({ application_id: APPLICATION_ID });
    expect(setting("user_version")).toEqual({ user_version: 6 });
    await ledger.close();
  });

  it("may be an empty file that a crash left behind", async () => {
    const path = inDirectory("empty.db");
    writeFileSync(path, "", { mode: 0o600 });
    const ledger = openLedger(path);
    expect(await ledger.entries()).toEqual([]);
    await ledger.close();
  });

  it("is whole in its main file once it is closed", async () => {
    const path = await ledgerFileWith(3);
    const copy = inDirectory("copy.db");
    copyFileSync(path, copy);
    const ledger = openLedger(copy);
    expect(await ledger.entries()).toHaveLength(4);
    await ledger.close();
  });

  it("may be opened twice, and both see one state", async () => {
    const path = inDirectory("twice.db");
    const [one, two] = [openLedger(path), openLedger(path)];
    const [first, second] = await Promise.all([
      one.reserve(reserveRequest("a", "x")),
      two.reserve(reserveRequest("b", "x")),
    ]);
    expect([first.outcome, second.outcome].toSorted()).toEqual(["in_flight", "reserved"]);
    await Promise.all([one.close(), two.close()]);
  });
});

describe("a durability that the file system does not give is refused", () => {
  it.each([
    { what: "no write-ahead log", sql: "PRAGMA journal_mode = WAL", answer: { journal_mode: "delete" } },
    { what: "no full sync", sql: "PRAGMA synchronous", answer: { synchronous: 1 } },
  ])("$what", ({ sql, answer }) => {
    const driver = {
      open(path: string) {
        const database = selectDriver().open(path);
        return {
          exec: database.exec.bind(database),
          close: database.close.bind(database),
          prepare: (asked: string) =>
            asked === sql ? { run: () => answer, get: () => answer } : database.prepare(asked),
        };
      },
    };
    made += 1;
    expect(() => openLedgerWith(driver, inDirectory(`weak-${String(made)}.db`))).toThrow(refusal("SYS-014"));
  });
});

describe("a path that cannot be a ledger is refused with the next step", () => {
  it.each(["", ":memory:", "a\0b"])("%j", (path) => {
    expect(() => openLedger(path)).toThrow(refusal("SYS-016"));
  });

  it("a directory that does not exist, named", () => {
    expect(() => openLedger(inDirectory("missing/ledger.db"))).toThrow(
      expect.objectContaining({ code: "SYS-010", message: expect.stringContaining(inDirectory("missing")) }),
    );
  });

  it("a directory, a file below a file, a dangling link", () => {
    mkdirSync(inDirectory("directory.db"));
    expect(() => openLedger(inDirectory("directory.db"))).toThrow(refusal("SYS-010"));
    writeFileSync(inDirectory("plain"), "");
    expect(() => openLedger(inDirectory("plain/ledger.db"))).toThrow(refusal("SYS-010"));
    symlinkSync(inDirectory("nowhere"), inDirectory("link.db"));
    expect(() => openLedger(inDirectory("link.db"))).toThrow(refusal("SYS-010"));
  });

  it("a file anyone may write", async () => {
    const path = await ledgerFileWith(1);
    chmodSync(path, 0o666);
    expect(() => openLedger(path)).toThrow(
      expect.objectContaining({ code: "SYS-018", details: { path, mode: "666" } }),
    );
    chmodSync(path, 0o600);
    await openLedger(path).close();
  });

  it.each([{ maxQueue: 0 }, { maxQueue: 1.5 }, { busyTimeoutMs: -1 }, { busyTimeoutMs: Number.NaN }])(
    "options %j",
    (options) => {
      expect(() => openLedger(inDirectory("options.db"), options)).toThrow(refusal("SYS-016"));
    },
  );
});

describe("a file that is no ledger is left as it is", () => {
  it("text", () => {
    const path = inDirectory("text.db");
    writeFileSync(
      path,
      "not a database, but longer than the hundred bytes that the header of one would have.\n".repeat(20),
    );
    const before = readFileSync(path);
    expect(() => openLedger(path)).toThrow(refusal("SYS-011"));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("the database of another program", () => {
    const path = inDirectory("other.db");
    shell(path, (database) => {
      database.exec("CREATE TABLE customers (name TEXT)");
    });
    const before = readFileSync(path);
    expect(() => openLedger(path)).toThrow(refusal("SYS-011"));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("a ledger of a newer version", async () => {
    const path = await ledgerFileWith(1);
    shell(path, (database) => {
      database.exec("PRAGMA user_version = 7; CREATE TABLE nodes (id INTEGER PRIMARY KEY)");
    });
    expect(() => openLedger(path)).toThrow(refusal("SYS-005"));
    shell(path, (database) => {
      database.exec("PRAGMA user_version = 0");
    });
    expect(() => openLedger(path)).toThrow(refusal("SYS-013"));
  });
});

describe("a ledger of a build before the first release", () => {
  it.each([1, 2, 3, 4, 5])("of version %i is refused (SYS-040) and left as it is", async (version) => {
    const path = await ledgerFileWith(1);
    shell(path, (database) => {
      database.exec(`PRAGMA user_version = ${String(version)}`);
    });
    const before = readFileSync(path);
    expect(() => openLedger(path)).toThrow(
      expect.objectContaining({ code: "SYS-040", details: { version, known: 6 } }),
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe("a ledger that cannot be written is refused", () => {
  it("as SQLite reports it", async () => {
    const path = await ledgerFileWith(1);
    const readOnly = {
      open: (file: string) => {
        const database = selectDriver().open(file);
        database.exec("PRAGMA query_only = ON");
        return database;
      },
    };
    expect(() => openLedgerWith(readOnly, path)).toThrow(refusal("SYS-012"));
  });
});

describe("a damaged ledger does not open (threats 41, 42)", () => {
  it.each([
    {
      what: "an entry at the end was changed",
      sql: "UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), 'approved', 'rejected') AS BLOB) WHERE seq = 2",
      seq: 2,
    },
    {
      what: "an entry and its leaf hash do not fit the position",
      sql: "UPDATE log SET (entry, leaf_hash) = (SELECT entry, leaf_hash FROM log WHERE seq = 1) WHERE seq = 2",
      seq: 2,
    },
    { what: "a leaf hash was changed", sql: "UPDATE log SET leaf_hash = zeroblob(32) WHERE seq = 3", seq: 3 },
    {
      what: "an attestation was exchanged",
      sql: "UPDATE attestations SET body = (SELECT body FROM attestations WHERE seq = 0) WHERE seq = 1",
      seq: 1,
    },
    { what: "an attestation was deleted", sql: "DELETE FROM attestations WHERE seq = 1", seq: 1 },
    {
      what: "an execution key was cleared",
      sql: "UPDATE log SET attested_execution = NULL WHERE seq = 1",
      seq: 1,
    },
    {
      what: "a fingerprint key was exchanged",
      sql: "UPDATE log SET attested_fingerprint = zeroblob(32) WHERE seq = 1",
      seq: 1,
    },
    { what: "an attestation was planted", sql: "INSERT INTO attestations VALUES (4, 0, 0, x'7b7d')", seq: 4 },
    { what: "an entry in the middle was deleted", sql: "DELETE FROM log WHERE seq = 2", seq: 2 },
  ])("$what", async ({ sql, seq }) => {
    const path = await ledgerFileWith(4);
    tamper(path, sql);
    expect(() => openLedger(path)).toThrow(expect.objectContaining({ code: "SYS-013", details: { seq } }));
  });

  it.each([
    { what: "the tail was cut off", sql: "DELETE FROM log WHERE seq >= 3" },
    { what: "the first entry was deleted", sql: "DELETE FROM log WHERE seq = 0" },
    { what: "everything was deleted", sql: "DELETE FROM log" },
    { what: "the counters are lost", sql: "DELETE FROM counters" },
    { what: "the counters were set back", sql: "UPDATE counters SET entries = 3" },
    {
      what: "the fencing counter was set back",
      sql: "INSERT INTO replay VALUES (99, zeroblob(32), 'z', zeroblob(32), 'execution', 'reserved', 0, NULL)",
    },
  ])("$what", async ({ sql }) => {
    const path = await ledgerFileWith(4);
    tamper(path, sql);
    expect(() => openLedger(path)).toThrow(refusal("SYS-013"));
  });

  it("a file that was cut short", async () => {
    const path = await ledgerFileWith(40);
    truncateSync(path, statSync(path).size - 5 * 4096);
    expect(() => openLedger(path)).toThrow(refusal("SYS-013"));
  });

  it("an older entry that does not fit is found when it is read, and stops everything", async () => {
    const path = await ledgerFileWith(100);
    tamper(path, "UPDATE log SET leaf_hash = zeroblob(32) WHERE seq = 5");
    const ledger = openLedger(path);
    await expect(ledger.entries()).rejects.toEqual(
      expect.objectContaining({ code: "SYS-013", details: { seq: 5 } }),
    );
    await expect(ledger.reserve(reserveRequest("a", "a"))).rejects.toEqual(refusal("SYS-004"));
    await ledger.close();
  });

  it("a stored attestation that was exchanged is never handed out", async () => {
    const path = await ledgerFileWith(100);
    tamper(
      path,
      "UPDATE attestations SET body = (SELECT body FROM attestations WHERE seq = 6) WHERE seq = 5",
    );
    const ledger = openLedger(path);
    await expect(ledger.attestation("id-5")).rejects.toEqual(refusal("SYS-013"));
    await ledger.close();
  });
});

describe("a ledger that is deleted or replaced while it is open (threat 50)", () => {
  it.each([
    {
      what: "deleted",
      act: (path: string) => {
        rmSync(path);
      },
    },
    {
      what: "replaced by a copy",
      act: (path: string) => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    },
  ])("$what: nothing more is acknowledged", async ({ act }) => {
    const path = await ledgerFileWith(2);
    const ledger = openLedger(path);
    const held = reservationOf(await ledger.reserve(reserveRequest("a", "a")));
    act(path);
    await expect(ledger.appendAndConfirm(held, attestedRecord(held))).rejects.toEqual(refusal("SYS-004"));
    await expect(ledger.reserve(reserveRequest("b", "b"))).rejects.toEqual(refusal("SYS-004"));
    await ledger.close();
  });
});

describe("a locked file", () => {
  it("is refused after the time to wait, and opens when it is free", async () => {
    const path = await ledgerFileWith(1);
    const other = selectDriver().open(path);
    other.exec("BEGIN IMMEDIATE");
    expect(() => openLedger(path, { busyTimeoutMs: 30 })).toThrow(refusal("SYS-001"));
    other.exec("ROLLBACK");
    other.close();
    await openLedger(path).close();
  });
});
