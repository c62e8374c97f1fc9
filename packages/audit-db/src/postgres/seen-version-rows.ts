import type { SeenVersion, VersionedSubject } from "@parmanasystems/execution-runtime";
import type { QueryConfig } from "pg";
import { rawHash } from "../row.js";

/** The versions that the operations of a batch want remembered: the highest of each subject. */
export class SeenVersionRows {
  readonly #raised = new Map<VersionedSubject, SeenVersion>();

  raise(subject: VersionedSubject, seen: SeenVersion): void {
    const known = this.#raised.get(subject);
    if (known === undefined || known.version < seen.version) this.#raised.set(subject, seen);
  }

  writes(s: string): QueryConfig[] {
    if (this.#raised.size === 0) return [];
    const raised = [...this.#raised];
    return [
      {
        name: "raise_versions",
        text: `INSERT INTO ${s}.seen_versions AS seen (subject, version, hash) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[])
ON CONFLICT (subject) DO UPDATE SET version = excluded.version, hash = excluded.hash WHERE excluded.version > seen.version`,
        values: [
          raised.map(([subject]) => subject),
          raised.map(([, { version }]) => version),
          raised.map(([, { hash }]) => rawHash(hash)),
        ],
      },
    ];
  }
}
