import type { SeenVersion, VersionedSubject } from "@parmanasystems/execution-runtime";
import type { QueryConfig } from "pg";
import { rawHash, type Row, text } from "../row.js";
import { highestVersion, selectLoggedVersion, subjects } from "../seen-version.js";

/** The highest versions, as the table has them and as the log has them, each row with its subject. */
export function selectVersions(s: string): QueryConfig {
  const logged = subjects.map(
    (subject) => `SELECT '${subject}' AS subject, false AS seen, NULL AS version, NULL AS hash, found.*
FROM (${selectLoggedVersion(`${s}.`, subject)}) AS found`,
  );
  return {
    name: "select_versions",
    text: `SELECT subject, true AS seen, version, hash, NULL AS seq, NULL AS entry, NULL AS leaf_hash FROM ${s}.seen_versions
UNION ALL ${logged.join("\nUNION ALL ")}`,
  };
}

/** The rows about one subject among those of `selectVersions`. */
export function versionRows(
  rows: readonly Row[],
  subject: VersionedSubject,
): { readonly seen: Row | undefined; readonly logged: Row | undefined } {
  const about = rows.filter((row) => text(row, "subject") === subject);
  return {
    seen: about.find((row) => row["seen"] === true),
    logged: about.find((row) => row["seen"] === false),
  };
}

/** The versions that the operations of a batch want remembered: the highest of each subject. */
export class SeenVersionRows {
  readonly #rows: readonly Row[];
  readonly #raised = new Map<VersionedSubject, SeenVersion>();

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  /** Returns whether the version is to be remembered, and an entry must say so. @throws LedgerError SYS-013 when table and log disagree */
  raise(subject: VersionedSubject, seen: SeenVersion): boolean {
    const { seen: stored, logged } = versionRows(this.#rows, subject);
    const known = this.#raised.get(subject) ?? highestVersion(subject, stored, logged);
    if (known !== undefined && known.version >= seen.version) return false;
    this.#raised.set(subject, seen);
    return true;
  }

  writes(s: string): QueryConfig[] {
    if (this.#raised.size === 0) return [];
    const raised = [...this.#raised];
    return [
      {
        name: "raise_versions",
        text: `INSERT INTO ${s}.seen_versions (subject, version, hash) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[])
ON CONFLICT (subject) DO UPDATE SET version = excluded.version, hash = excluded.hash`,
        values: [
          raised.map(([subject]) => subject),
          raised.map(([, { version }]) => version),
          raised.map(([, { hash }]) => rawHash(hash)),
        ],
      },
    ];
  }
}
