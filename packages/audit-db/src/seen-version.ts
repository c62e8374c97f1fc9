import { isSha256 } from "@parmanasystems/canonical";
import type { LogEntry } from "@parmanasystems/execution";
import type { AuditEvent, SeenVersion, VersionedSubject } from "@parmanasystems/execution-runtime";
import { LedgerError } from "./errors.js";
import { hash, integer, type Row } from "./row.js";
import { damaged, storedEntry } from "./stored-entry.js";

export const subjects: readonly VersionedSubject[] = ["trust-root", "policy-index"];

/** What the log calls it when a version takes the place of an older one, or is the first. */
export const changeOf = {
  "trust-root": "trust_root_changed",
  "policy-index": "policy_index_changed",
} as const satisfies Record<VersionedSubject, AuditEvent>;

/** How the version is spelt in the log, in the place of an execution. */
export function versionName(subject: VersionedSubject, version: number): string {
  return `${subject}:${String(version)}`;
}

/** A version as an entry says that it was seen. */
export interface LoggedVersion extends SeenVersion {
  readonly seq: number;
  readonly subject: VersionedSubject;
}

/** Which version the entry says was seen; undefined for an entry of something else. @throws LedgerError SYS-013 */
export function loggedVersion(entry: LogEntry): LoggedVersion | undefined {
  const { seq, event, execution_id: name, execution_fingerprint } = entry;
  const subject = subjects.find((one) => changeOf[one] === event);
  if (subject === undefined) return undefined;
  const version = Number(name.slice(subject.length + 1));
  if (!Number.isSafeInteger(version) || name !== versionName(subject, version))
    damaged(seq, `the entry names no version of the ${subject}`);
  return { seq, subject, version, hash: execution_fingerprint };
}

/** The last entry about a version, found by the catalogue. @param s the schema and a dot, or nothing */
export function selectLoggedVersion(s: string, subject: VersionedSubject): string {
  const changes = Object.values(changeOf).map((event) => `'${event}'`);
  return `SELECT log.seq, entry, leaf_hash FROM ${s}catalogue JOIN ${s}log ON log.seq = catalogue.seq
WHERE event IN (${changes.join(", ")}) AND event = '${changeOf[subject]}' ORDER BY catalogue.seq DESC LIMIT 1`;
}

/**
 * The highest version of the subject, on which table and log must agree: whoever empties the table would make
 * the ledger take an older one for new.
 * @param seen the row of the table @param logged the row of `selectLoggedVersion` @throws LedgerError SYS-013
 */
export function highestVersion(
  subject: VersionedSubject,
  seen: Row | undefined,
  logged: Row | undefined,
): SeenVersion | undefined {
  const known =
    seen === undefined ? undefined : { version: integer(seen, "version"), hash: hash(seen, "hash") };
  const recorded = logged === undefined ? undefined : loggedVersion(storedEntry(logged).entry);
  if (known?.version === recorded?.version && known?.hash === recorded?.hash)
    return known === undefined ? undefined : Object.freeze(known);
  const described = (version: number | undefined) => (version === undefined ? "none" : String(version));
  throw new LedgerError(
    "SYS-013",
    `The highest version of the ${subject} that was seen is ${described(known?.version)} in its table, and ${described(recorded?.version)} in the log: one of them was changed.`,
    { details: { subject, ...(recorded === undefined ? {} : { seq: recorded.seq }) } },
  );
}

/** @throws LedgerError SYS-016 */
export function requireSeenVersion(subject: VersionedSubject, { version, hash: hashed }: SeenVersion): void {
  if (!subjects.includes(subject)) refuse("subject", subjects.join(" or "));
  if (!Number.isSafeInteger(version) || version < 0) refuse("version", "a whole number");
  if (!isSha256(hashed)) refuse("hash", "a sha256 hash");
}

function refuse(member: string, expected: string): never {
  throw new LedgerError("SYS-016", `The seen version's ${member} must be ${expected}.`, {
    details: { member },
  });
}
