import { isSha256 } from "@parmanasystems/canonical";
import type { SeenVersion, VersionedSubject } from "@parmanasystems/execution-runtime";
import type { SqliteDatabase } from "./driver.js";
import { LedgerError } from "./errors.js";
import { hash, integer, isRow, rawHash } from "./row.js";

const SUBJECTS: readonly VersionedSubject[] = ["trust-root", "policy-index"];

export class SeenVersionTable {
  readonly #raise;
  readonly #highest;

  constructor(database: SqliteDatabase) {
    this.#raise = database.prepare(
      "INSERT INTO seen_versions (subject, version, hash) VALUES (?, ?, ?) " +
        "ON CONFLICT (subject) DO UPDATE SET version = excluded.version, hash = excluded.hash WHERE excluded.version > version",
    );
    this.#highest = database.prepare("SELECT version, hash FROM seen_versions WHERE subject = ?");
  }

  /** Stores the version unless the same or a higher one is stored. */
  raise(subject: VersionedSubject, { version, hash }: SeenVersion): void {
    this.#raise.run(subject, version, rawHash(hash));
  }

  highest(subject: VersionedSubject): SeenVersion | undefined {
    const row = this.#highest.get(subject);
    return isRow(row)
      ? Object.freeze({ version: integer(row, "version"), hash: hash(row, "hash") })
      : undefined;
  }
}

/** @throws LedgerError SYS-016 */
export function requireSeenVersion(subject: VersionedSubject, { version, hash }: SeenVersion): void {
  if (!SUBJECTS.includes(subject)) refuse("subject", SUBJECTS.join(" or "));
  if (!Number.isSafeInteger(version) || version < 0) refuse("version", "a whole number");
  if (!isSha256(hash)) refuse("hash", "a sha256 hash");
}

function refuse(member: string, expected: string): never {
  throw new LedgerError("SYS-016", `The seen version's ${member} must be ${expected}.`, {
    details: { member },
  });
}
