import type { SeenVersion, VersionedSubject } from "@parmanasystems/execution-runtime";
import type { SqliteDatabase } from "./driver.js";
import { isRow, rawHash, type Row } from "./row.js";
import { highestVersion, selectLoggedVersion } from "./seen-version.js";

export class SeenVersionTable {
  readonly #raise;
  readonly #highest;

  constructor(database: SqliteDatabase) {
    this.#raise = database.prepare(
      "INSERT INTO seen_versions (subject, version, hash) VALUES (?, ?, ?) " +
        "ON CONFLICT (subject) DO UPDATE SET version = excluded.version, hash = excluded.hash",
    );
    this.#highest = {
      "trust-root": database.prepare(selectHighest("trust-root")),
      "policy-index": database.prepare(selectHighest("policy-index")),
    } as const;
  }

  /** Stores the version unless the same or a higher one is stored. Returns whether it did, and an entry must say so. */
  raise(subject: VersionedSubject, { version, hash }: SeenVersion): boolean {
    const before = this.highest(subject);
    if (before !== undefined && before.version >= version) return false;
    this.#raise.run(subject, version, rawHash(hash));
    return true;
  }

  /** @throws LedgerError SYS-013 when table and log disagree */
  highest(subject: VersionedSubject): SeenVersion | undefined {
    const { seen, logged } = this.rows(subject);
    return highestVersion(subject, seen, logged);
  }

  rows(subject: VersionedSubject): { readonly seen: Row | undefined; readonly logged: Row | undefined } {
    const found = this.#highest[subject].get();
    const row = isRow(found) ? found : {};
    return { seen: presentBy(row, "version"), logged: presentBy(row, "seq") };
  }
}

/** Table and log in one statement: another process may write between two. */
function selectHighest(subject: VersionedSubject): string {
  return `SELECT seen.version, seen.hash, logged.* FROM (SELECT 1) AS one
LEFT JOIN (SELECT version, hash FROM seen_versions WHERE subject = '${subject}') AS seen
LEFT JOIN (${selectLoggedVersion("", subject)}) AS logged`;
}

/** The half of the row whose column this is; undefined where the join found none. */
function presentBy(row: Row, column: string): Row | undefined {
  return (row[column] ?? null) === null ? undefined : row;
}
