import { createRequire } from "node:module";
import { LedgerError } from "./errors.js";

type SqlValue = null | number | string | Uint8Array;

/**
 * The part of the `node:sqlite` interface that the ledger uses; both drivers have it. `all` is left out on purpose:
 * the prebuilt driver (1.2.1) raises its errors without their result code, so several rows are read one by one.
 */
export interface SqliteStatement {
  run(...parameters: SqlValue[]): unknown;
  get(...parameters: SqlValue[]): unknown;
}

export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export interface SqliteDriver {
  open(path: string): SqliteDatabase;
}

/** Earlier releases can lose committed transactions when a write-ahead log is reset (sqlite.org/wal.html, "the WAL-reset bug"). */
const REQUIRED_VERSION = [3, 51, 3] as const;

interface SqliteModule {
  readonly DatabaseSync: new (path: string) => SqliteDatabase;
}

let selected: SqliteDriver | undefined;

/** Node's own SQLite where it is new enough, else the prebuilt one; chosen once per process. @throws LedgerError SYS-015 */
export function selectDriver(): SqliteDriver {
  selected ??= driverOf(builtinModule() ?? prebuiltModule());
  return selected;
}

function driverOf({ DatabaseSync }: SqliteModule): SqliteDriver {
  return { open: (path) => new DatabaseSync(path) };
}

function builtinModule(): SqliteModule | undefined {
  // Asked before loading: on Node 22 merely loading node:sqlite prints a warning.
  const bundled = process.versions["sqlite"];
  if (bundled !== undefined && !isRecent(bundled)) return undefined;
  const found: unknown =
    typeof process.getBuiltinModule === "function" ? process.getBuiltinModule("node:sqlite") : undefined;
  return isSqliteModule(found) && isRecent(versionOf(found)) ? found : undefined;
}

function prebuiltModule(): SqliteModule {
  let found: unknown;
  try {
    found = createRequire(import.meta.url)("@photostructure/sqlite");
  } catch (cause) {
    throw new LedgerError(
      "SYS-015",
      "Neither Node nor @photostructure/sqlite offers a usable SQLite on this platform.",
      {
        details: { platform: process.platform, arch: process.arch, node: process.version },
        cause,
      },
    );
  }
  if (isSqliteModule(found) && isRecent(versionOf(found))) return found;
  throw new LedgerError(
    "SYS-015",
    `SQLite ${REQUIRED_VERSION.join(".")} or newer is needed; @photostructure/sqlite brings an older one.`,
  );
}

function isSqliteModule(value: unknown): value is SqliteModule {
  return (
    typeof value === "object" && value !== null && typeof Reflect.get(value, "DatabaseSync") === "function"
  );
}

function versionOf({ DatabaseSync }: SqliteModule): string {
  const database = new DatabaseSync(":memory:");
  try {
    const row = database.prepare("SELECT sqlite_version() AS version").get();
    const version: unknown =
      typeof row === "object" && row !== null ? Reflect.get(row, "version") : undefined;
    return typeof version === "string" ? version : "0";
  } finally {
    database.close();
  }
}

/** True for a dotted version from REQUIRED_VERSION on. */
export function isRecent(version: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [index, required] of REQUIRED_VERSION.entries()) {
    const part = parts[index] ?? 0;
    if (part !== required) return part > required;
  }
  return true;
}
