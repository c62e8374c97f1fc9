import type { LogEntry } from "@parmanasystems/execution";
import type { VersionedSubject } from "@parmanasystems/execution-runtime";
import { LedgerError } from "./errors.js";
import type { Row } from "./row.js";
import { highestVersion, type LoggedVersion, loggedVersion } from "./seen-version.js";
import { damaged, storedEntry } from "./stored-entry.js";

/** The versions that entries say were seen, in the order of their positions. */
export class LoggedVersions {
  readonly #last = new Map<VersionedSubject, LoggedVersion>();

  /** Each is newer than the one before it: what was seen is not forgotten. @throws LedgerError SYS-013 */
  follow(entry: LogEntry): void {
    const logged = loggedVersion(entry);
    if (logged === undefined) return;
    const { seq, subject, version } = logged;
    const before = this.#last.get(subject)?.version;
    if (before !== undefined && version <= before)
      damaged(seq, `version ${String(version)} of the ${subject} comes after version ${String(before)}`);
    this.#last.set(subject, logged);
  }

  /**
   * Table and catalogue know what the entries say, or what came after them: where both were made to forget it, an
   * older one would pass for new. @throws LedgerError SYS-013
   */
  requireKnown(subject: VersionedSubject, seen: Row | undefined, logged: Row | undefined): void {
    const highest = highestVersion(subject, seen, logged);
    const followed = this.#last.get(subject);
    if (followed === undefined) return;
    const { seq, version } = followed;
    if (logged === undefined || storedEntry(logged).seq < seq)
      damaged(
        seq,
        `the entry says that version ${String(version)} of the ${subject} was seen, and the ledger knows ${highest === undefined ? "none" : String(highest.version)}`,
      );
  }

  /** @param rows of the table, where every entry was followed @throws LedgerError SYS-013 */
  requireRows(rows: number): void {
    if (rows === this.#last.size) return;
    throw new LedgerError(
      "SYS-013",
      `The log says that versions of ${String(this.#last.size)} documents were seen, and their table has ${String(rows)} rows.`,
      { details: { subjects: this.#last.size, rows } },
    );
  }
}
