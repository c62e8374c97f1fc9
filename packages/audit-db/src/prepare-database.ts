import { RuntimeError } from "@parmanasystems/execution-runtime";
import { requireFullIndexes } from "./check-indexes.js";
import { checkSchema } from "./check-schema.js";
import type { SqliteDatabase } from "./driver.js";
import { LedgerError } from "./errors.js";
import { unreleased } from "./unreleased.js";
import { checkTail } from "./integrity.js";
import { integer, isRow, type Row, text } from "./row.js";
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from "./schema.js";

/**
 * Pages in the write-ahead log before they go to the main file: 32 MiB. Hot pages then go there once instead of often, so a life
 * cycle writes 17.5 KiB instead of 23.0 at SQLite's default of 1,000 pages (bench/ledger.mjs, 20,000 executions).
 */
const CHECKPOINT_PAGES = 8192;
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;
const CACHE_KIB = 32 * 1024;
const SYNCHRONOUS_FULL = 2;

/**
 * Makes an opened database a ledger that may be written: identified, durable, of this version, intact.
 * @throws LedgerError SYS-011, SYS-013, SYS-014; RuntimeError SYS-005; what SQLite throws
 */
export function prepareDatabase(database: SqliteDatabase): void {
  // Before anything is changed: another program's database is left as it is.
  within(database, "BEGIN", () => identify(database));
  makeDurable(database);
  within(database, "BEGIN IMMEDIATE", () => {
    if (identify(database) === "empty") createSchema(database);
    checkSchema(database, SCHEMA);
    checkTail(database);
  });
  // Reads whole tables: others may write meanwhile.
  within(database, "BEGIN", () => {
    requireFullIndexes(database);
  });
}

/** One view of the file, even while another process is making it a ledger. */
function within(database: SqliteDatabase, begin: "BEGIN" | "BEGIN IMMEDIATE", work: () => unknown): void {
  database.exec(begin);
  try {
    work();
    database.exec("COMMIT");
  } catch (error) {
    rollback(database);
    throw error;
  }
}

function rollback(database: SqliteDatabase): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // Rolled back by SQLite itself; what matters is the error that led here.
  }
}

function identify(database: SqliteDatabase): "empty" | "ledger" {
  const applicationId = pragma(database, "application_id");
  const objects = integer(only(database, "SELECT count(*) AS objects FROM sqlite_schema"), "objects");
  if (applicationId === 0 && objects === 0) return "empty";
  if (applicationId !== APPLICATION_ID) {
    throw new LedgerError("SYS-011", "The file is a database of another program, not a Parmana ledger.", {
      details: { applicationId },
    });
  }
  const version = pragma(database, "user_version");
  if (version > SCHEMA_VERSION) {
    throw new RuntimeError(
      "SYS-005",
      `The ledger has schema version ${String(version)}; this release knows versions up to ${String(SCHEMA_VERSION)}.`,
      {
        details: { version, known: SCHEMA_VERSION },
      },
    );
  }
  if (version < 1)
    throw new LedgerError(
      "SYS-013",
      `The ledger claims schema version ${String(version)}, which never existed.`,
    );
  if (version < SCHEMA_VERSION) throw unreleased(version, SCHEMA_VERSION);
  return "ledger";
}

function makeDurable(database: SqliteDatabase): void {
  const mode = text(only(database, "PRAGMA journal_mode = WAL"), "journal_mode");
  database.exec("PRAGMA synchronous = FULL");
  // Only macOS needs these: its fsync leaves the data in the drive's cache.
  database.exec("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON");
  const synchronous = pragma(database, "synchronous");
  if (mode !== "wal" || synchronous !== SYNCHRONOUS_FULL) {
    throw new LedgerError(
      "SYS-014",
      `The ledger needs journal_mode wal and synchronous 2, but got ${mode} and ${String(synchronous)}.`,
    );
  }
  database.exec(
    `PRAGMA wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}; PRAGMA journal_size_limit = ${String(WAL_LIMIT_BYTES)}`,
  );
  database.exec(
    `PRAGMA cache_size = -${String(CACHE_KIB)}; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON`,
  );
}

function createSchema(database: SqliteDatabase): void {
  for (const statement of SCHEMA) database.exec(statement);
  database.exec("INSERT INTO counters (id, entries, fencing, frontier) VALUES (1, 0, 0, x'')");
  database.exec(
    `PRAGMA application_id = ${String(APPLICATION_ID)}; PRAGMA user_version = ${String(SCHEMA_VERSION)}`,
  );
}

function pragma(database: SqliteDatabase, name: "application_id" | "user_version" | "synchronous"): number {
  return integer(only(database, `PRAGMA ${name}`), name);
}

function only(database: SqliteDatabase, sql: string): Row {
  const row = database.prepare(sql).get();
  if (isRow(row)) return row;
  throw new LedgerError("SYS-013", "The ledger answers a question about itself with nothing.");
}
