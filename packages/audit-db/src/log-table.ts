import { type Sha256, sha256 } from "@parmanasystems/canonical";
import {
  type AttestedEntry,
  type AuditReceipt,
  type ReplayRecord,
  type ResolvedEntry,
  RuntimeError,
} from "@parmanasystems/execution-runtime";
import type { AttestedBodies, PreparedRecord } from "./audit-record.js";
import type { SqliteDatabase } from "./driver.js";
import { LedgerError } from "./errors.js";
import { encodeEntry, type EncodedEntry, leafHash, type LogEntry, parseLogEntry } from "./log-entry.js";
import { blob, formatHash, hash, integer, isRow, type Row } from "./row.js";
import { resultCode, resultCodeOf } from "./sqlite-error.js";
import type { Transaction } from "./transaction.js";

export interface StoredEntry {
  readonly seq: number;
  readonly leafHash: Sha256;
  /** The leaf data: canonical JSON in UTF-8. */
  readonly bytes: Uint8Array;
  readonly entry: LogEntry;
}

/** The fencing number and lease under which an identity was attested; zeros when it was never reserved here. */
interface ReservedUnder {
  readonly fencing: number;
  readonly leaseExpiresAt: number;
}

const UNRESERVED: ReservedUnder = { fencing: 0, leaseExpiresAt: 0 };

/** The log, and the bodies beside it. Its unique indexes are the final arbiter of single use. */
export class LogTable {
  readonly #insertEntry;
  readonly #insertAttestation;
  readonly #insertEvidence;
  readonly #byExecution;
  readonly #byFingerprint;
  readonly #bySeq;
  readonly #attestation;
  readonly #evidence;
  readonly #insertResolution;
  readonly #resolved;

  constructor(database: SqliteDatabase) {
    this.#insertEntry = database.prepare(
      "INSERT INTO log (seq, entry, leaf_hash, attested_execution, attested_fingerprint) VALUES (?, ?, ?, ?, ?)",
    );
    this.#insertAttestation = database.prepare(
      "INSERT INTO attestations (seq, fencing, lease_expires_at, body) VALUES (?, ?, ?, ?)",
    );
    this.#insertEvidence = database.prepare("INSERT INTO evidence (seq, body) VALUES (?, ?)");
    const attested = "SELECT seq, entry, leaf_hash, attested_fingerprint FROM log WHERE";
    this.#byExecution = database.prepare(`${attested} attested_execution = ?`);
    this.#byFingerprint = database.prepare(`${attested} attested_fingerprint = ?`);
    this.#bySeq = database.prepare("SELECT seq, entry, leaf_hash FROM log WHERE seq = ?");
    this.#attestation = database.prepare(
      "SELECT fencing, lease_expires_at, body FROM attestations WHERE seq = ?",
    );
    this.#evidence = database.prepare("SELECT body FROM evidence WHERE seq = ?");
    this.#insertResolution = database.prepare(
      "INSERT INTO resolutions (execution_key, seq, body, evidence) VALUES (?, ?, ?, ?)",
    );
    this.#resolved = database.prepare(
      "SELECT log.seq, entry, leaf_hash, body, evidence FROM resolutions JOIN log ON log.seq = resolutions.seq WHERE execution_key = ?",
    );
  }

  /** Must be the first write of an operation. @throws RuntimeError INV-013, INV-019 when the log has it already */
  append(transaction: Transaction, record: PreparedRecord, under = UNRESERVED): AuditReceipt {
    const seq = transaction.entries;
    const { attested, resolved } = record;
    if (resolved !== undefined && this.#resolved.get(resolved.executionKey) !== undefined)
      throw new RuntimeError("INV-019", "The log already holds the end of this override.");
    const leaf = encodeEntry(record.entryHead, seq, transaction.time);
    this.#insert(seq, leaf, attested);
    transaction.countEntry();
    if (attested !== undefined) {
      this.#insertAttestation.run(seq, under.fencing, under.leaseExpiresAt, attested.attestation);
      this.#insertEvidence.run(seq, attested.evidence);
    }
    if (resolved !== undefined)
      this.#insertResolution.run(resolved.executionKey, seq, resolved.attestation, resolved.evidence);
    return Object.freeze({ seq, leafHash: formatHash(leaf.leafHash) });
  }

  /** The entry that attested the execution or, when given, the fingerprint as a replay key. */
  findAttested(executionKey: Uint8Array, fingerprintKey: Uint8Array | null): AttestedEntry | undefined {
    const row = this.#attestedRow(executionKey, fingerprintKey);
    return row === undefined ? undefined : attestedEntry(storedEntry(row).entry);
  }

  findResolved(executionKey: Uint8Array): ResolvedEntry | undefined {
    const row = this.#resolved.get(executionKey);
    return row === undefined ? undefined : resolvedEntry(storedEntry(row).entry);
  }

  /** The bytes of how an override ended, if they are those that the entry names; none where nobody signed it. */
  resolution(executionKey: Uint8Array): Uint8Array | undefined {
    const row = this.#resolved.get(executionKey);
    if (!isRow(row) || row["body"] === null) return undefined;
    const { seq, entry } = storedEntry(row);
    const body = blob(row, "body");
    if (sha256(body) !== entry.attestationHash)
      damaged(seq, "the stored resolution is not the one that the entry names");
    return body;
  }

  resolutionEvidence(executionKey: Uint8Array): Uint8Array | undefined {
    const row = this.#resolved.get(executionKey);
    return !isRow(row) || row["evidence"] === null ? undefined : blob(row, "evidence");
  }

  /** The end of the identity as a replay store tells it. */
  consumedByExecution(executionKey: Uint8Array): ReplayRecord | undefined {
    const row = this.#byExecution.get(executionKey);
    return row === undefined ? undefined : this.#consumed(row);
  }

  consumedByFingerprint(fingerprintKey: Uint8Array): ReplayRecord | undefined {
    const row = this.#byFingerprint.get(fingerprintKey);
    return row === undefined ? undefined : this.#consumed(row);
  }

  /** From a position on, as far as the log goes: it has no gaps. */
  entries(from: number, limit: number): readonly StoredEntry[] {
    const found: StoredEntry[] = [];
    for (let seq = from; seq < from + limit; seq += 1) {
      const row = this.#bySeq.get(seq);
      if (row === undefined) break;
      found.push(storedEntry(row));
    }
    return found;
  }

  /** The stored bytes, if they are still those that the entry names. */
  attestation(executionKey: Uint8Array): Uint8Array | undefined {
    const row = this.#byExecution.get(executionKey);
    if (row === undefined) return undefined;
    const { seq, entry } = storedEntry(row);
    const body = blob(this.#attestationRow(row), "body");
    if (sha256(body) !== entry.attestationHash)
      damaged(seq, "the stored attestation is not the one that the entry names");
    return body;
  }

  evidence(executionKey: Uint8Array): Uint8Array | undefined {
    const row = this.#byExecution.get(executionKey);
    const body = row === undefined ? undefined : this.#evidence.get(integer(required(row), "seq"));
    return body === undefined ? undefined : blob(required(body), "body");
  }

  #insert(seq: number, { bytes, leafHash }: EncodedEntry, attested: AttestedBodies | undefined): void {
    if (attested === undefined) {
      this.#insertEntry.run(seq, bytes, leafHash, null, null);
      return;
    }
    const { executionKey, fingerprintKey } = attested;
    try {
      this.#insertEntry.run(seq, bytes, leafHash, executionKey, fingerprintKey);
    } catch (cause) {
      // Asked only after the refusal: the database decides, and the common case pays nothing.
      const known =
        resultCodeOf(cause) === resultCode.constraint
          ? this.findAttested(executionKey, fingerprintKey)
          : undefined;
      if (known === undefined) throw cause;
      throw new RuntimeError(
        "INV-013",
        `The log already holds an attestation of this identity, by execution ${known.executionId}.`,
        {
          details: { ...known },
          cause,
        },
      );
    }
  }

  #attestedRow(executionKey: Uint8Array, fingerprintKey: Uint8Array | null): unknown {
    return (
      this.#byExecution.get(executionKey) ??
      (fingerprintKey === null ? undefined : this.#byFingerprint.get(fingerprintKey))
    );
  }

  #consumed(found: unknown): ReplayRecord {
    const row = required(found);
    const { entry } = storedEntry(row);
    const { executionId, attestationHash, decision } = attestedEntry(entry);
    const reserved = this.#attestationRow(row);
    return Object.freeze({
      executionId,
      fingerprint: entry.execution_fingerprint,
      identity: row["attested_fingerprint"] === null ? "execution" : "fingerprint",
      state: decision === "pending_override" ? "pending_override" : "confirmed",
      fencing: integer(reserved, "fencing"),
      leaseExpiresAt: integer(reserved, "lease_expires_at"),
      attestationHash,
    });
  }

  #attestationRow(found: unknown): Row {
    return required(this.#attestation.get(integer(required(found), "seq")));
  }
}

/** A stored entry read back and re-hashed: it must be the entry of that position. @throws LedgerError SYS-013 */
export function storedEntry(found: unknown): StoredEntry {
  const row = required(found);
  const seq = integer(row, "seq");
  const bytes = blob(row, "entry");
  const hashed = hash(row, "leaf_hash");
  if (leafHash(bytes) !== hashed) damaged(seq, "the entry does not have its leaf hash");
  const entry = parseLogEntry(bytes);
  if (entry.seq !== seq) damaged(seq, `the entry says that it is number ${String(entry.seq)}`);
  return Object.freeze({ seq, leafHash: hashed, bytes, entry });
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
  return Object.freeze({ seq, executionId, attestationHash, decision, code });
}

export function attestedEntry(entry: LogEntry): AttestedEntry {
  const { seq, execution_id: executionId, attestationHash, decision } = entry;
  if (attestationHash === null || decision === null) damaged(seq, "the attested entry names no attestation");
  return Object.freeze({ seq, executionId, attestationHash, decision });
}

function required(row: unknown): Row {
  if (isRow(row)) return row;
  throw new LedgerError("SYS-013", "A row that another row of the ledger refers to is missing.");
}
