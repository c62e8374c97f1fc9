import type { LogEntry } from "@parmanasystems/execution";
import {
  type AttestedEntry,
  type AuditReceipt,
  type ReplayRecord,
  type ResolvedEntry,
  RuntimeError,
} from "@parmanasystems/execution-runtime";
import { type AttestedBodies, type CatalogueFacts, type PreparedRecord } from "./audit-record.js";
import type { SqliteDatabase } from "./driver.js";
import { encodeEntry, type EncodedEntry } from "./log-entry.js";
import { blob, formatHash, integer, isRow, type Row } from "./row.js";
import { resultCode, resultCodeOf } from "./sqlite-error.js";
import {
  attestationBody,
  attestedEntry,
  consumedRecord,
  evidenceBody,
  keyedEntry,
  keyOfExecution,
  keyOfFacts,
  resolutionBody,
  resolvedEntry,
  selectBurnt,
  type StoredEntry,
  storedEntry,
} from "./stored-entry.js";
import type { Transaction } from "./transaction.js";

const INSERT_CATALOGUED =
  "INSERT INTO catalogue (seq, time, event, execution_id, policy_id, policy_version, decision, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

export function cataloguedRow(seq: number, time: number, facts: CatalogueFacts): (string | number | null)[] {
  const { event, executionId, policyId, policyVersion, decision, code } = facts;
  return [seq, time, event, executionId, policyId, policyVersion, decision, code];
}

/** The fencing number and lease under which an identity was attested; zeros when it was never reserved here. */
interface ReservedUnder {
  readonly fencing: number;
  readonly leaseExpiresAt: number;
}

const UNRESERVED: ReservedUnder = { fencing: 0, leaseExpiresAt: 0 };

/** An attested entry, in the row that has what it was reserved under. */
interface Attested {
  readonly row: Row;
  readonly stored: StoredEntry;
}

/** The log, and the bodies beside it. Its unique indexes are the final arbiter of single use. */
export class LogTable {
  readonly #insertEntry;
  readonly #insertCatalogued;
  readonly #insertAttestation;
  readonly #insertEvidence;
  readonly #byExecution;
  readonly #byFingerprint;
  readonly #bySeq;
  readonly #attestation;
  readonly #evidence;
  readonly #insertResolution;
  readonly #resolved;
  readonly #burnt;

  constructor(database: SqliteDatabase) {
    this.#insertEntry = database.prepare(
      "INSERT INTO log (seq, entry, leaf_hash, attested_execution, attested_fingerprint) VALUES (?, ?, ?, ?, ?)",
    );
    this.#insertCatalogued = database.prepare(INSERT_CATALOGUED);
    this.#insertAttestation = database.prepare(
      "INSERT INTO attestations (seq, fencing, lease_expires_at, body) VALUES (?, ?, ?, ?)",
    );
    this.#insertEvidence = database.prepare("INSERT INTO evidence (seq, body) VALUES (?, ?)");
    const attested =
      "SELECT log.seq, entry, leaf_hash, fencing, lease_expires_at FROM log LEFT JOIN attestations ON attestations.seq = log.seq WHERE";
    this.#byExecution = database.prepare(`${attested} attested_execution = ?`);
    this.#byFingerprint = database.prepare(`${attested} attested_fingerprint = ?`);
    this.#bySeq = database.prepare("SELECT seq, entry, leaf_hash FROM log WHERE seq = ?");
    this.#attestation = database.prepare(
      "SELECT log.seq, entry, leaf_hash, body FROM log LEFT JOIN attestations ON attestations.seq = log.seq WHERE attested_execution = ?",
    );
    this.#evidence = database.prepare(
      "SELECT log.seq, evidence.seq AS evidence_seq, body FROM log LEFT JOIN evidence ON evidence.seq = log.seq WHERE attested_execution = ?",
    );
    this.#insertResolution = database.prepare(
      "INSERT INTO resolutions (execution_key, seq, body, evidence) VALUES (?, ?, ?, ?)",
    );
    this.#burnt = database.prepare(`${selectBurnt("")} = ? ORDER BY catalogue.seq DESC LIMIT 1`);
    this.#resolved = database.prepare(
      "SELECT log.seq, entry, leaf_hash, body, evidence FROM resolutions JOIN log ON log.seq = resolutions.seq WHERE execution_key = ?",
    );
  }

  /** The last entry that says that an attempt under this id ended without an attestation. */
  burnt(executionId: string): LogEntry | undefined {
    const row = this.#burnt.get(executionId);
    return row === undefined ? undefined : storedEntry(row).entry;
  }

  /** Must be the first write of an operation. @throws RuntimeError INV-013, INV-019 when the log has it already */
  append(transaction: Transaction, record: PreparedRecord, under = UNRESERVED): AuditReceipt {
    const seq = transaction.entries;
    const { attested, resolved } = record;
    if (resolved !== undefined) this.#requirePending(resolved.executionKey);
    const leaf = encodeEntry(record.entryHead, seq, transaction.time);
    this.#insert(seq, leaf, attested);
    transaction.countEntry(leaf.leafHash);
    this.#insertCatalogued.run(...cataloguedRow(seq, transaction.now, record.catalogued));
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
    const found =
      this.#attestedBy(executionKey) ??
      (fingerprintKey === null ? undefined : this.#attestedByFacts(fingerprintKey));
    return found === undefined ? undefined : attestedEntry(found.stored.entry);
  }

  findResolved(executionKey: Uint8Array): ResolvedEntry | undefined {
    const ended = this.ended(executionKey);
    return ended === undefined ? undefined : resolvedEntry(ended.entry);
  }

  /** The entry that attests the execution. */
  attested(executionKey: Uint8Array): StoredEntry | undefined {
    return this.#attestedBy(executionKey)?.stored;
  }

  /** The entry that ends its override. */
  ended(executionKey: Uint8Array): StoredEntry | undefined {
    const row = this.#resolved.get(executionKey);
    return row === undefined ? undefined : keyedEntry(row, executionKey, keyOfExecution);
  }

  /** The bytes of how an override ended; none where nobody signed it. */
  resolution(executionKey: Uint8Array): Uint8Array | undefined {
    const row = this.#resolved.get(executionKey);
    return isRow(row) ? resolutionBody(row) : undefined;
  }

  resolutionEvidence(executionKey: Uint8Array): Uint8Array | undefined {
    const row = this.#resolved.get(executionKey);
    return !isRow(row) || row["evidence"] === null ? undefined : blob(row, "evidence");
  }

  /** The end of the identity as a replay store tells it. */
  consumedByExecution(executionKey: Uint8Array): ReplayRecord | undefined {
    return this.#consumed(this.#attestedBy(executionKey));
  }

  consumedByFingerprint(fingerprintKey: Uint8Array): ReplayRecord | undefined {
    return this.#consumed(this.#attestedByFacts(fingerprintKey));
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
    const row = this.#attestation.get(executionKey);
    return isRow(row) ? attestationBody(row) : undefined;
  }

  /** None where it was erased. */
  evidence(executionKey: Uint8Array): Uint8Array | undefined {
    const row = this.#evidence.get(executionKey);
    return isRow(row) ? evidenceBody(row) : undefined;
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

  /** @throws RuntimeError INV-019 */
  #requirePending(executionKey: Uint8Array): void {
    if (this.#resolved.get(executionKey) !== undefined)
      throw new RuntimeError("INV-019", "The log already holds the end of this override.");
    if (this.#attestedBy(executionKey)?.stored.entry.decision !== "pending_override")
      throw new RuntimeError("INV-019", "The log attests no execution that is pending, so nothing ends it.");
  }

  #attestedBy(executionKey: Uint8Array): Attested | undefined {
    const row = this.#byExecution.get(executionKey);
    return isRow(row) ? { row, stored: keyedEntry(row, executionKey, keyOfExecution) } : undefined;
  }

  #attestedByFacts(fingerprintKey: Uint8Array): Attested | undefined {
    const row = this.#byFingerprint.get(fingerprintKey);
    return isRow(row) ? { row, stored: keyedEntry(row, fingerprintKey, keyOfFacts) } : undefined;
  }

  #consumed(attested: Attested | undefined): ReplayRecord | undefined {
    if (attested === undefined) return undefined;
    const { row, stored } = attested;
    const { entry } = stored;
    const end = entry.decision === "pending_override" ? this.ended(keyOfExecution(entry)) : undefined;
    const fencing = integer(row, "fencing");
    return consumedRecord(entry, end?.entry, { fencing, leaseExpiresAt: integer(row, "lease_expires_at") });
  }
}
