import { type Sha256, sha256 } from "@parmanasystems/canonical";
import { type LogEntry, parseLogEntry } from "@parmanasystems/execution";
import {
  type AttestedEntry,
  overrideEnd,
  type ReplayIdentity,
  type ReplayRecord,
  type ResolvedEntry,
} from "@parmanasystems/execution-runtime";
import { executionKey } from "./execution-key.js";
import { LedgerError } from "./errors.js";
import { leafHash } from "./log-entry.js";
import { blob, hash, integer, isRow, rawHash, type Row } from "./row.js";

export interface StoredEntry {
  readonly seq: number;
  readonly leafHash: Sha256;
  /** The leaf data: canonical JSON in UTF-8. */
  readonly bytes: Uint8Array;
  readonly entry: LogEntry;
}

/** A stored entry read back and re-hashed: it must be the entry of that position. @throws LedgerError SYS-013 */
export function storedEntry(found: unknown): StoredEntry {
  const row = isRow(found) ? found : missing();
  const seq = integer(row, "seq");
  const bytes = blob(row, "entry");
  const hashed = hash(row, "leaf_hash");
  if (leafHash(bytes) !== hashed) damaged(seq, "the entry does not have its leaf hash");
  const entry = readEntry(bytes, seq);
  if (entry.seq !== seq) damaged(seq, `the entry says that it is number ${String(entry.seq)}`);
  return Object.freeze({ seq, leafHash: hashed, bytes, entry });
}

/** The same for a row that was found by a key, which must be that of the entry. @throws LedgerError SYS-013 */
export function keyedEntry(
  found: unknown,
  key: Uint8Array,
  keyOf: (entry: LogEntry) => Uint8Array,
): StoredEntry {
  const stored = storedEntry(found);
  if (!Buffer.from(key).equals(keyOf(stored.entry)))
    damaged(stored.seq, "the key of another identity leads to the entry");
  return stored;
}

export function keyOfExecution({ execution_id }: LogEntry): Uint8Array {
  return executionKey(execution_id);
}

export function keyOfFacts({ execution_fingerprint }: LogEntry): Uint8Array {
  return rawHash(execution_fingerprint);
}

/** @param seq names the place when it is none */
export function readEntry(bytes: Uint8Array, seq: number): LogEntry {
  try {
    return parseLogEntry(bytes);
  } catch {
    return damaged(seq, "the entry is none");
  }
}

export function damaged(seq: number, what: string): never {
  throw new LedgerError("SYS-013", `The log is damaged at position ${String(seq)}: ${what}.`, {
    details: { seq },
  });
}

/** How the entry says that an override ended. */
export function resolvedEntry(entry: LogEntry): ResolvedEntry {
  const { seq, execution_id: executionId, attestationHash, decision, code } = entry;
  if (decision === "pending_override") damaged(seq, "an override ended as pending");
  if ((attestationHash === null) !== (decision === null))
    damaged(seq, "an override ended with a decision that nobody signed, or was signed without one");
  return Object.freeze({ seq, executionId, attestationHash, decision, code });
}

export function attestedEntry(entry: LogEntry): AttestedEntry {
  const { seq, execution_id: executionId, attestationHash, decision } = entry;
  if (attestationHash === null || decision === null) damaged(seq, "the attested entry names no attestation");
  return Object.freeze({ seq, executionId, attestationHash, decision });
}

/** The bytes of how an override ended, if they are those that the entry names; none where nobody signed it. */
export function resolutionBody(found: Row): Uint8Array | undefined {
  const { seq, entry } = storedEntry(found);
  const { attestationHash } = resolvedEntry(entry);
  const body = found["body"] === null ? undefined : blob(found, "body");
  if (attestationHash !== (body === undefined ? null : sha256(body)))
    damaged(seq, "the stored resolution is not the one that the entry names");
  return body;
}

/** The bytes of an attestation, if they are those that the entry names. */
export function attestationBody(found: Row): Uint8Array {
  const { seq, entry } = storedEntry(found);
  const body = blob(found, "body");
  if (sha256(body) !== entry.attestationHash)
    damaged(seq, "the stored attestation is not the one that the entry names");
  return body;
}

/** The evidence of an attested entry; none where it was erased. */
export function evidenceBody(found: Row): Uint8Array | undefined {
  if (found["evidence_seq"] === null)
    damaged(integer(found, "seq"), "the evidence is gone, and no entry says that it was erased");
  return found["body"] === null ? undefined : blob(found, "body");
}

/** The end of an identity as a replay store tells it, from what the log says: whatever else claims it, the log decides. */
export function consumedRecord(
  entry: LogEntry,
  end: LogEntry | undefined,
  { fencing, leaseExpiresAt }: Pick<ReplayRecord, "fencing" | "leaseExpiresAt">,
): ReplayRecord {
  const { executionId, attestationHash, decision } = attestedEntry(entry);
  const { seq, execution_fingerprint: fingerprint, replayIdentity: identity } = entry;
  if (identity === null) damaged(seq, "the attested entry does not say how its identity is consumed");
  const pending =
    end === undefined ? "pending_override" : (`resolved_${overrideEnd(resolvedEntry(end))}` as const);
  const state = decision === "pending_override" ? pending : "confirmed";
  return Object.freeze({
    executionId,
    fingerprint,
    identity,
    fencing,
    leaseExpiresAt,
    state,
    attestationHash,
  });
}

/** Entries after which the execution id is burnt, found by the catalogue. @param s the schema and a dot, or nothing */
export function selectBurnt(s: string): string {
  return `SELECT log.seq, entry, leaf_hash FROM ${s}catalogue AS catalogue JOIN ${s}log AS log ON log.seq = catalogue.seq
WHERE event IN ('failed', 'abandoned') AND catalogue.execution_id`;
}

/** The end of an attempt as a replay store tells it, where only the log still knows it. */
export function burntRecord(
  { execution_id: executionId, execution_fingerprint: fingerprint }: LogEntry,
  identity: ReplayIdentity,
): ReplayRecord {
  const never = { fencing: 0, leaseExpiresAt: 0, attestationHash: null };
  return Object.freeze({ executionId, fingerprint, identity, state: "failed", ...never });
}

function missing(): never {
  throw new LedgerError("SYS-013", "A row that another row of the ledger refers to is missing.");
}
