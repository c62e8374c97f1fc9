import type { QueryConfig } from "pg";
import type { AttestedBodies, CatalogueFacts, ResolvedBodies } from "../audit-record.js";
import type { StoredNode } from "../tree/stored-nodes.js";

export interface AppendedEntry {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
  /** When it was written, in milliseconds since 1970. */
  readonly now: number;
  readonly catalogued: CatalogueFacts;
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
    insertCatalogued(s, entries),
    ...(attested.length > 0 ? insertAttested(s, attested) : []),
    ...(resolved.length > 0 ? [insertResolved(s, resolved)] : []),
  ];
}

export function insertNodes(s: string, nodes: readonly StoredNode[]): QueryConfig {
  return {
    name: "insert_nodes",
    text: `INSERT INTO ${s}.tree (level, position, hash) SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bytea[])`,
    values: [
      nodes.map(({ level }) => level),
      nodes.map(({ position }) => position),
      nodes.map(({ hash }) => hash),
    ],
  };
}

function insertCatalogued(
  s: string,
  entries: readonly Pick<AppendedEntry, "seq" | "now" | "catalogued">[],
): QueryConfig {
  return {
    name: "insert_catalogued",
    text: `INSERT INTO ${s}.catalogue (seq, time, event, execution_id, policy_id, policy_version, decision, code)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])`,
    values: [
      entries.map(({ seq }) => seq),
      entries.map(({ now }) => now),
      entries.map(({ catalogued }) => catalogued.event),
      entries.map(({ catalogued }) => catalogued.executionId),
      entries.map(({ catalogued }) => catalogued.policyId),
      entries.map(({ catalogued }) => catalogued.policyVersion),
      entries.map(({ catalogued }) => catalogued.decision),
      entries.map(({ catalogued }) => catalogued.code),
    ],
  };
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
