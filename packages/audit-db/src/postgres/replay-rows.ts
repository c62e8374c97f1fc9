import type { Sha256 } from "@parmanasystems/canonical";
import { replayIdentities, type ReplayRecord, replayStates } from "@parmanasystems/execution-runtime";
import type { QueryConfig } from "pg";
import { executionKey } from "../execution-key.js";
import { choice, hash, integer, rawHash, type Row, text } from "../row.js";
import { requireKey } from "./stored-key.js";

const COLUMNS =
  "fencing, execution_key, execution_id, fingerprint, identity, state, lease_expires_at, attestation_hash";

/** Reservations by execution and by the facts they hold. */
export function selectReplay(
  s: string,
  executionKeys: readonly Uint8Array[],
  fingerprintKeys: readonly Uint8Array[],
): QueryConfig {
  return {
    name: "select_replay",
    text: `SELECT ${COLUMNS} FROM ${s}.replay WHERE execution_key = ANY ($1::bytea[])
UNION ALL SELECT ${COLUMNS} FROM ${s}.replay WHERE fingerprint = ANY ($2::bytea[]) AND identity = 'fingerprint' AND state <> 'failed'`,
    values: [executionKeys, fingerprintKeys],
  };
}

/** The reservations that a batch asks for: as they were read, and as its operations change them. */
export class ReplayRows {
  readonly #byExecution = new Map<string, ReplayRecord>();
  readonly #byFingerprint = new Map<Sha256, ReplayRecord>();
  /** In the order of their first change: facts are given up before they are taken. */
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();

  constructor(rows: readonly Row[]) {
    for (const row of rows) this.#keep(readReplayRecord(row));
  }

  byExecution(executionId: string): ReplayRecord | undefined {
    return this.#byExecution.get(executionId);
  }

  /** Who holds the facts, where they are an identity; a failed attempt holds nothing. */
  byFingerprint(fingerprint: Sha256): ReplayRecord | undefined {
    return this.#byFingerprint.get(fingerprint);
  }

  /** Adds the record, or puts it in the place of the one of the same execution. */
  put(record: ReplayRecord): ReplayRecord {
    const frozen = Object.freeze(record);
    this.#changed.add(record.executionId);
    this.#keep(frozen);
    return frozen;
  }

  remove({ executionId, fingerprint }: ReplayRecord): void {
    this.#byExecution.delete(executionId);
    if (this.#byFingerprint.get(fingerprint)?.executionId === executionId)
      this.#byFingerprint.delete(fingerprint);
    this.#changed.delete(executionId);
    this.#removed.add(executionId);
  }

  writes(s: string): QueryConfig[] {
    const removed = [...this.#removed];
    const changed = [...this.#changed].flatMap((executionId) => this.#byExecution.get(executionId) ?? []);
    return [
      ...(removed.length > 0 ? [deleteReplay(s, removed)] : []),
      ...(changed.length > 0 ? [upsertReplay(s, changed)] : []),
    ];
  }

  #keep(record: ReplayRecord): void {
    const { executionId, fingerprint, identity, state } = record;
    this.#byExecution.set(executionId, record);
    if (identity !== "fingerprint") return;
    if (state !== "failed") this.#byFingerprint.set(fingerprint, record);
    else if (this.#byFingerprint.get(fingerprint)?.executionId === executionId)
      this.#byFingerprint.delete(fingerprint);
  }
}

function upsertReplay(s: string, records: readonly ReplayRecord[]): QueryConfig {
  return {
    name: "upsert_replay",
    text: `INSERT INTO ${s}.replay (${COLUMNS})
SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::bigint[], $8::bytea[])
ON CONFLICT (execution_key) DO UPDATE SET fencing = excluded.fencing, state = excluded.state,
lease_expires_at = excluded.lease_expires_at, attestation_hash = excluded.attestation_hash`,
    values: [
      records.map(({ fencing }) => fencing),
      records.map(({ executionId }) => executionKey(executionId)),
      records.map(({ executionId }) => executionId),
      records.map(({ fingerprint }) => rawHash(fingerprint)),
      records.map(({ identity }) => identity),
      records.map(({ state }) => state),
      records.map(({ leaseExpiresAt }) => leaseExpiresAt),
      records.map(({ attestationHash }) => (attestationHash === null ? null : rawHash(attestationHash))),
    ],
  };
}

function deleteReplay(s: string, executionIds: readonly string[]): QueryConfig {
  return {
    name: "delete_replay",
    text: `DELETE FROM ${s}.replay WHERE execution_key = ANY ($1::bytea[])`,
    values: [executionIds.map(executionKey)],
  };
}

export function readReplayRecord(row: Row): ReplayRecord {
  const executionId = text(row, "execution_id");
  requireKey(row, "execution_key", executionKey(executionId));
  return Object.freeze({
    executionId,
    fingerprint: hash(row, "fingerprint"),
    identity: choice(row, "identity", replayIdentities),
    state: choice(row, "state", replayStates),
    fencing: integer(row, "fencing"),
    leaseExpiresAt: integer(row, "lease_expires_at"),
    attestationHash: row["attestation_hash"] === null ? null : hash(row, "attestation_hash"),
  });
}
