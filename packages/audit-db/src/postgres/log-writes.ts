import type { QueryConfig } from "pg";
import type { AttestedBodies } from "../audit-record.js";
import type { ResolvedBodies } from "../audit-record.js";

export interface AppendedEntry {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly fencing: number;
  readonly leaseExpiresAt: number;
  readonly attested: AttestedBodies | undefined;
  readonly resolved: ResolvedBodies | undefined;
}

/** One statement for each table, however many entries there are. */
export function insertEntries(s: string, entries: readonly AppendedEntry[]): QueryConfig[] {
  const attested = entries.flatMap((entry) =>
    entry.attested === undefined ? [] : { ...entry, bodies: entry.attested },
  );
  const resolved = entries.flatMap((entry) =>
    entry.resolved === undefined ? [] : { ...entry, bodies: entry.resolved },
  );
  return [
    {
      name: "insert_log",
      text: `INSERT INTO ${s}.log (seq, entry, leaf_hash, attested_execution, attested_fingerprint)
SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[])`,
      values: [
        entries.map(({ seq }) => seq),
        entries.map(({ bytes }) => bytes),
        entries.map(({ leafHash }) => leafHash),
        entries.map((entry) => entry.attested?.executionKey ?? null),
        entries.map((entry) => entry.attested?.fingerprintKey ?? null),
      ],
    },
    ...(attested.length > 0 ? insertAttested(s, attested) : []),
    ...(resolved.length > 0 ? [insertResolved(s, resolved)] : []),
  ];
}

function insertAttested(
  s: string,
  entries: readonly (AppendedEntry & { readonly bodies: AttestedBodies })[],
): QueryConfig[] {
  const positions = entries.map(({ seq }) => seq);
  return [
    {
      name: "insert_attestations",
      text: `INSERT INTO ${s}.attestations (seq, fencing, lease_expires_at, body)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])`,
      values: [
        positions,
        entries.map(({ fencing }) => fencing),
        entries.map(({ leaseExpiresAt }) => leaseExpiresAt),
        entries.map(({ bodies }) => bodies.attestation),
      ],
    },
    {
      name: "insert_evidence",
      text: `INSERT INTO ${s}.evidence (seq, body) SELECT * FROM unnest($1::bigint[], $2::bytea[])`,
      values: [positions, entries.map(({ bodies }) => bodies.evidence)],
    },
  ];
}

function insertResolved(
  s: string,
  entries: readonly (AppendedEntry & { readonly bodies: ResolvedBodies })[],
): QueryConfig {
  return {
    name: "insert_resolutions",
    text: `INSERT INTO ${s}.resolutions (execution_key, seq, body, evidence)
SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::bytea[])`,
    values: [
      entries.map(({ bodies }) => bodies.executionKey),
      entries.map(({ seq }) => seq),
      entries.map(({ bodies }) => bodies.attestation),
      entries.map(({ bodies }) => bodies.evidence),
    ],
  };
}
