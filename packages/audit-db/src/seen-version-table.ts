import type { SeenVersion, VersionedSubject } from "@parmanasystems/execution-runtime";
import type { SqliteDatabase } from "./driver.js";
import { isRow, rawHash, type Row } from "./row.js";
import { highestVersion, selectLoggedVersion } from "./seen-version.js";

export class SeenVersionTable {
  readonly #raise;
  readonly #seen;
  readonly #logged;

  constructor(database: SqliteDatabase) {
    this.#raise = database.prepare(
      "INSERT INTO seen_versions (subject, version, hash) VALUES (?, ?, ?) " +
        "ON CONFLICT (subject) DO UPDATE SET version = excluded.version, hash = excluded.hash",
    );
    this.#seen = database.prepare("SELECT version, hash FROM seen_versions WHERE subject = ?");
    this.#logged = {
      "trust-root": database.prepare(selectLoggedVersion("", "trust-root")),
      "policy-index": database.prepare(selectLoggedVersion("", "policy-index")),
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
    return { seen: optional(this.#seen.get(subject)), logged: optional(this.#logged[subject].get()) };
  }
}

function optional(row: unknown): Row | undefined {
  return isRow(row) ? row : undefined;
}
