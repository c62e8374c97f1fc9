import type { QueryConfig } from "pg";
import { logged } from "../check-entry.js";
import { blob, integer, type Row } from "../row.js";
import { selectBurnt } from "../stored-entry.js";
import type { NodeRun } from "../tree/stored-nodes.js";

const COLUMNS =
  "log.seq, entry, leaf_hash, attested_execution, attested_fingerprint, fencing, lease_expires_at";

/** What the log attests, by execution and by replay key. */
export function selectAttested(
  s: string,
  executionKeys: readonly Uint8Array[],
  fingerprintKeys: readonly Uint8Array[],
): QueryConfig {
  const attested = `SELECT ${COLUMNS} FROM ${s}.log LEFT JOIN ${s}.attestations ON attestations.seq = log.seq WHERE`;
  return {
    name: "select_attested",
    text: `${attested} attested_execution = ANY ($1::bytea[])
UNION ALL ${attested} attested_fingerprint = ANY ($2::bytea[])`,
    values: [executionKeys, fingerprintKeys],
  };
}

/** How the overrides of the executions ended, and of those that hold the facts. */
export function selectEnded(
  s: string,
  executionKeys: readonly Uint8Array[],
  fingerprintKeys: readonly Uint8Array[],
): QueryConfig {
  const ended = `SELECT execution_key, log.seq, log.entry, log.leaf_hash FROM ${s}.resolutions JOIN ${s}.log ON log.seq = resolutions.seq`;
  return {
    name: "select_ended",
    text: `${ended} WHERE execution_key = ANY ($1::bytea[])
UNION ALL ${ended} JOIN ${s}.log AS attested ON attested.attested_execution = execution_key
WHERE attested.attested_fingerprint = ANY ($2::bytea[])`,
    values: [executionKeys, fingerprintKeys],
  };
}

/** Which of the execution ids are burnt, oldest first. */
export function selectBurntOf(s: string, executionIds: readonly string[]): QueryConfig {
  return {
    name: "select_burnt",
    text: `${selectBurnt(`${s}.`)} = ANY ($1::text[]) ORDER BY catalogue.seq`,
    values: [executionIds],
  };
}

/** How an override ended, with the bodies. */
export function selectResolved(s: string, executionKey: Uint8Array): QueryConfig {
  return {
    name: "select_resolved",
    text: `SELECT execution_key, log.seq, entry, leaf_hash, body, evidence FROM ${s}.resolutions JOIN ${s}.log ON log.seq = resolutions.seq
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
    text: `SELECT log.seq, entry, leaf_hash, body FROM ${s}.log LEFT JOIN ${s}.attestations ON attestations.seq = log.seq
WHERE attested_execution = $1`,
    values: [executionKey],
  };
}

export function selectEvidence(s: string, executionKey: Uint8Array): QueryConfig {
  return {
    name: "select_evidence",
    text: `SELECT log.seq, evidence.seq AS evidence_seq, body FROM ${s}.log LEFT JOIN ${s}.evidence ON evidence.seq = log.seq
WHERE attested_execution = $1`,
    values: [executionKey],
  };
}

/** Oldest first. */
export function selectPendingTasks(s: string, limit: number): QueryConfig {
  return {
    name: "select_pending_tasks",
    text: `SELECT body FROM ${s}.review_tasks WHERE state = 'pending' ORDER BY created_at, position LIMIT $1`,
    values: [limit],
  };
}

/** Those behind the task of the execution, whether it is still pending or not. */
export function selectPendingTasksAfter(s: string, limit: number, executionId: string): QueryConfig {
  return {
    name: "select_pending_tasks_after",
    text: `SELECT body FROM ${s}.review_tasks WHERE state = 'pending'
AND (created_at, position) > (SELECT created_at, position FROM ${s}.review_tasks WHERE execution_id = $2)
ORDER BY created_at, position LIMIT $1`,
    values: [limit, executionId],
  };
}

export function selectTask(s: string, executionId: string): QueryConfig {
  return {
    name: "select_review_task",
    text: `SELECT body FROM ${s}.review_tasks WHERE execution_id = $1`,
    values: [executionId],
  };
}

/** All that is stored about positions: see `checkLogged`. */
export function selectLogged(s: string, from: number, limit: number): QueryConfig {
  return {
    name: "select_logged",
    text: `${logged(`${s}.`)} WHERE log.seq >= $1 AND log.seq < $1::bigint + $2 ORDER BY log.seq`,
    values: [from, limit],
  };
}

export function selectCheckpoints(s: string, leastSize: number, limit: number): QueryConfig {
  return {
    name: "select_checkpoints",
    text: `SELECT size, root, note FROM ${s}.checkpoints WHERE size >= $1 ORDER BY size LIMIT $2`,
    values: [leastSize, limit],
  };
}

export function selectLatestCheckpoint(s: string): QueryConfig {
  return {
    name: "select_latest_checkpoint",
    text: `SELECT size, root, note FROM ${s}.checkpoints ORDER BY size DESC LIMIT 1`,
  };
}

/** Nodes of the tree, and leaves as those of level 0, by the number of the run that asks for them. */
export function selectHashes(s: string, runs: readonly NodeRun[]): QueryConfig {
  return {
    name: "select_hashes",
    text: `SELECT number, hash FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS run (of_level, first, width, number)
CROSS JOIN LATERAL (
  SELECT position, hash FROM ${s}.tree WHERE level = of_level AND position >= first AND position < first + width
  UNION ALL SELECT seq, leaf_hash FROM ${s}.log WHERE of_level = 0 AND seq >= first AND seq < first + width
) AS stored ORDER BY number, position`,
    values: [runs.map(({ level }) => level), runs.map(({ first }) => first), runs.map(({ count }) => count)],
  };
}

/** The answer to `selectHashes`, run by run. */
export function hashesOf(runs: number, rows: readonly Row[]): readonly (readonly Uint8Array[])[] {
  const hashes = Array.from({ length: runs }, (): Uint8Array[] => []);
  for (const row of rows) hashes[integer(row, "number") - 1]?.push(blob(row, "hash"));
  return hashes;
}
