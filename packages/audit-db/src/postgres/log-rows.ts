import type { Sha256 } from "@parmanasystems/canonical";
import {
  type AttestedEntry,
  type AuditReceipt,
  type ReplayRecord,
  RuntimeError,
} from "@parmanasystems/execution-runtime";
import type { QueryConfig } from "pg";
import { executionKey, type PreparedRecord } from "../audit-record.js";
import { encodeEntry, type LogEntry, parseLogEntry } from "../log-entry.js";
import { attestedEntry, storedEntry } from "../log-table.js";
import { blob, formatHash, integer, rawHash, type Row } from "../row.js";
import type { Transaction } from "../transaction.js";
import { type AppendedEntry, insertEntries } from "./log-writes.js";
import { requireKey } from "./stored-key.js";

/** The fencing number and lease under which an identity was attested; zeros when it was never reserved here. */
interface ReservedUnder {
  readonly fencing: number;
  readonly leaseExpiresAt: number;
}

const UNRESERVED: ReservedUnder = { fencing: 0, leaseExpiresAt: 0 };

interface Attested extends ReservedUnder {
  readonly entry: LogEntry;
  readonly isReplayKey: boolean;
}

/** The part of the log that a batch asks about, and what its operations append. */
export class LogRows {
  readonly #transaction: Transaction;
  // What the batch itself appends is parsed only when another of its operations asks for it.
  readonly #byExecution = new Map<string, () => Attested>();
  readonly #byFingerprint = new Map<string, () => Attested>();
  readonly #resolved = new Set<string>();
  readonly #appended: AppendedEntry[] = [];

  constructor(transaction: Transaction, attested: readonly Row[], resolved: readonly Row[]) {
    this.#transaction = transaction;
    for (const row of attested) {
      const found = readAttested(row);
      this.#keep(blob(row, "attested_execution"), row["attested_fingerprint"], () => found);
    }
    for (const row of resolved) this.#resolved.add(mapKey(blob(row, "execution_key")));
  }

  get appended(): readonly AppendedEntry[] {
    return this.#appended;
  }

  /** Must be the first change of an operation. @throws RuntimeError INV-013, INV-019 when the log has it already */
  append(record: PreparedRecord, under = UNRESERVED): AuditReceipt {
    const { attested, resolved } = record;
    this.#requireNew(record);
    const seq = this.#transaction.entries;
    const { bytes, leafHash } = encodeEntry(record.entryHead, seq, this.#transaction.time);
    const { fencing, leaseExpiresAt } = under;
    this.#appended.push({ seq, bytes, leafHash, fencing, leaseExpiresAt, attested, resolved });
    this.#transaction.countEntry();
    if (attested !== undefined) {
      const isReplayKey = attested.fingerprintKey !== null;
      this.#keep(attested.executionKey, attested.fingerprintKey, () => ({
        entry: parseLogEntry(bytes),
        isReplayKey,
        fencing,
        leaseExpiresAt,
      }));
    }
    if (resolved !== undefined) this.#resolved.add(mapKey(resolved.executionKey));
    return Object.freeze({ seq, leafHash: formatHash(leafHash) });
  }

  /** The end of the identity as a replay store tells it. */
  consumedByExecution(executionId: string): ReplayRecord | undefined {
    const found = this.#byExecution.get(mapKey(executionKey(executionId)));
    return found === undefined ? undefined : consumed(found());
  }

  consumedByFingerprint(fingerprint: Sha256): ReplayRecord | undefined {
    const found = this.#byFingerprint.get(mapKey(rawHash(fingerprint)));
    return found === undefined ? undefined : consumed(found());
  }

  writes(s: string): QueryConfig[] {
    return this.#appended.length === 0 ? [] : insertEntries(s, this.#appended);
  }

  #requireNew({ attested, resolved }: PreparedRecord): void {
    if (attested !== undefined) {
      const { executionKey: byExecution, fingerprintKey: byFingerprint } = attested;
      const known =
        this.#byExecution.get(mapKey(byExecution)) ??
        (byFingerprint === null ? undefined : this.#byFingerprint.get(mapKey(byFingerprint)));
      if (known !== undefined) refuseAttested(attestedEntry(known().entry));
    }
    if (resolved !== undefined && this.#resolved.has(mapKey(resolved.executionKey))) {
      throw new RuntimeError("INV-019", "The log already holds the end of this override.");
    }
  }

  #keep(executionKey: Uint8Array, fingerprintKey: unknown, attested: () => Attested): void {
    this.#byExecution.set(mapKey(executionKey), attested);
    if (fingerprintKey instanceof Uint8Array) this.#byFingerprint.set(mapKey(fingerprintKey), attested);
  }
}

/** An attested entry as it is stored, joined with its attestation. @throws LedgerError SYS-013 */
function readAttested(row: Row): Attested {
  const { entry } = storedEntry(row);
  const isReplayKey = row["attested_fingerprint"] !== null;
  requireKey(row, "attested_execution", executionKey(entry.execution_id));
  if (isReplayKey) requireKey(row, "attested_fingerprint", rawHash(entry.execution_fingerprint));
  return {
    entry,
    isReplayKey,
    fencing: integer(row, "fencing"),
    leaseExpiresAt: integer(row, "lease_expires_at"),
  };
}

/** The same for a row that was read outside a batch. @throws LedgerError SYS-013 */
export function readConsumed(row: Row): ReplayRecord {
  return consumed(readAttested(row));
}

function consumed({ entry, isReplayKey, fencing, leaseExpiresAt }: Attested): ReplayRecord {
  const { executionId, attestationHash, decision } = attestedEntry(entry);
  return Object.freeze({
    executionId,
    fingerprint: entry.execution_fingerprint,
    identity: isReplayKey ? "fingerprint" : "execution",
    state: decision === "pending_override" ? "pending_override" : "confirmed",
    fencing,
    leaseExpiresAt,
    attestationHash,
  });
}

function refuseAttested(known: AttestedEntry): never {
  throw new RuntimeError(
    "INV-013",
    `The log already holds an attestation of this identity, by execution ${known.executionId}.`,
    { details: { ...known } },
  );
}

/** Bytes as a key of a map: one character for each. */
function mapKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
