import { type Clock, RuntimeError, systemClock } from "@parmanasystems/execution-runtime";
import { selectDriver, type SqliteDatabase, type SqliteDriver } from "./driver.js";
import { LedgerError } from "./errors.js";
import { GroupCommit } from "./group-commit.js";
import { ledgerFile } from "./ledger-file.js";
import { prepareDatabase } from "./prepare-database.js";
import { resultCode, resultCodeOf } from "./sqlite-error.js";
import { createLedger, type SqliteLedger } from "./sqlite-ledger.js";
import { SqliteWrite } from "./sqlite-write.js";

export interface LedgerOptions {
  /** Leases and entry times. Default: the system's wall clock. */
  readonly clock?: Clock;
  /** Operations waiting for their durable write at the most; more are refused (SYS-002). Default 10,000. */
  readonly maxQueue?: number;
  /** How long to wait for another process that keeps the file locked (SYS-001). Default 5,000. */
  readonly busyTimeoutMs?: number;
}

/** How long SQLite itself waits, blocking this thread, before the event loop gets its turn again. */
const BLOCKING_WAIT_MS = 10;

/**
 * Opens the ledger at the path, or makes it: one SQLite file (and its -wal and -shm beside it), mode 0600.
 * Several processes may have it open.
 * @throws LedgerError SYS-010 to SYS-018; RuntimeError SYS-001, SYS-004, SYS-005
 */
export function openLedger(path: string, options: LedgerOptions = {}): SqliteLedger {
  return openLedgerWith(selectDriver(), path, options);
}

/** The same on a given driver, which is how tests let the disk fail. */
export function openLedgerWith(
  driver: SqliteDriver,
  path: string,
  options: LedgerOptions = {},
): SqliteLedger {
  const { clock = systemClock, maxQueue = 10_000, busyTimeoutMs = 5_000 } = options;
  requireWhole("maxQueue", maxQueue, 1, 1_000_000);
  requireWhole("busyTimeoutMs", busyTimeoutMs, 0, 600_000);
  const file = ledgerFile(path);
  let database: SqliteDatabase | undefined;
  try {
    database = driver.open(file.path);
    database.exec(`PRAGMA busy_timeout = ${String(busyTimeoutMs)}`);
    whileBusy(database, busyTimeoutMs);
    const commit = new GroupCommit(new SqliteWrite(database, file), { clock, maxQueue, busyTimeoutMs });
    const ledger = createLedger(database, commit);
    database.exec(`PRAGMA busy_timeout = ${String(Math.min(BLOCKING_WAIT_MS, busyTimeoutMs))}`);
    return ledger;
  } catch (error) {
    database?.close();
    throw explained(error, file.path);
  }
}

/** SQLite does not wait when two connections turn one file to write-ahead logging at the same time, so this does. */
function whileBusy(database: SqliteDatabase, busyTimeoutMs: number): void {
  const deadlineMs = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      prepareDatabase(database);
      return;
    } catch (error) {
      if (resultCodeOf(error) !== resultCode.busy || performance.now() >= deadlineMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKING_WAIT_MS);
    }
  }
}

function explained(error: unknown, path: string): unknown {
  const options = { details: { path }, cause: error };
  switch (resultCodeOf(error)) {
    case undefined:
      return error;
    case resultCode.busy:
      return new RuntimeError("SYS-001", `Another process keeps the ledger ${path} locked.`, options);
    case resultCode.cannotOpen:
      return new LedgerError(
        "SYS-010",
        `SQLite cannot open ${path} or the -wal and -shm files beside it.`,
        options,
      );
    case resultCode.readOnly:
      return new LedgerError("SYS-012", `The ledger ${path} cannot be written.`, options);
    case resultCode.notADatabase:
      return new LedgerError("SYS-011", `The file ${path} is not an SQLite database.`, options);
    case resultCode.corrupt:
      return new LedgerError("SYS-013", `The database ${path} is damaged.`, options);
    default:
      return new RuntimeError(
        "SYS-004",
        `The ledger ${path} could not be opened because of an I/O error.`,
        options,
      );
  }
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new LedgerError(
      "SYS-016",
      `The option ${name} must be a whole number from ${String(least)} to ${String(most)}.`,
      {
        details: { option: name },
      },
    );
  }
}
