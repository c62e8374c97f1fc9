import type { QueryConfig } from "pg";

const COLUMNS =
  "log.seq, entry, leaf_hash, attested_execution, attested_fingerprint, fencing, lease_expires_at";

/** What the log attests, by execution and by replay key. */
export function selectAttested(
  s: string,
  executionKeys: readonly Uint8Array[],
  fingerprintKeys: readonly Uint8Array[],
): QueryConfig {
  const attested = `SELECT ${COLUMNS} FROM ${s}.log JOIN ${s}.attestations ON attestations.seq = log.seq WHERE`;
  return {
    name: "select_attested",
    text: `${attested} attested_execution = ANY ($1::bytea[])
UNION ALL ${attested} attested_fingerprint = ANY ($2::bytea[])`,
    values: [executionKeys, fingerprintKeys],
  };
}

/** Which of the executions had an override that ended. */
export function selectEnded(s: string, executionKeys: readonly Uint8Array[]): QueryConfig {
  return {
    name: "select_ended",
    text: `SELECT execution_key FROM ${s}.resolutions WHERE execution_key = ANY ($1::bytea[])`,
    values: [executionKeys],
  };
}

/** How an override ended. */
export function selectResolved(s: string, executionKey: Uint8Array): QueryConfig {
  return {
    name: "select_resolved",
    text: `SELECT log.seq, entry, leaf_hash, body, evidence FROM ${s}.resolutions JOIN ${s}.log ON log.seq = resolutions.seq
WHERE execution_key = $1`,
    values: [executionKey],
  };
}

export function selectEntries(s: string, from: number, limit: number): QueryConfig {
  return {
    name: "select_entries",
    text: `SELECT seq, entry, leaf_hash FROM ${s}.log WHERE seq >= $1 ORDER BY seq LIMIT $2`,
    values: [from, limit],
  };
}

export function selectAttestation(s: string, executionKey: Uint8Array): QueryConfig {
  return {
    name: "select_attestation",
    text: `SELECT log.seq, entry, leaf_hash, body FROM ${s}.log JOIN ${s}.attestations ON attestations.seq = log.seq
WHERE attested_execution = $1`,
    values: [executionKey],
  };
}

export function selectEvidence(s: string, executionKey: Uint8Array): QueryConfig {
  return {
    name: "select_evidence",
    text: `SELECT body FROM ${s}.log JOIN ${s}.evidence ON evidence.seq = log.seq WHERE attested_execution = $1`,
    values: [executionKey],
  };
}

export function selectVersion(s: string, subject: string): QueryConfig {
  return {
    name: "select_version",
    text: `SELECT version, hash FROM ${s}.seen_versions WHERE subject = $1`,
    values: [subject],
  };
}

/** Oldest first. */
export function selectPendingTasks(s: string): QueryConfig {
  return {
    name: "select_pending_tasks",
    text: `SELECT body FROM ${s}.review_tasks WHERE state = 'pending' ORDER BY created_at, position`,
  };
}
