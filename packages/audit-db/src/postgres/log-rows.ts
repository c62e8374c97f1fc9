import type { Sha256 } from "@parmanasystems/canonical";
import type { LogEntry } from "@parmanasystems/execution";
import {
  type AttestedEntry,
  type AuditReceipt,
  type ReplayRecord,
  RuntimeError,
} from "@parmanasystems/execution-runtime";
import type { QueryConfig } from "pg";
import { type PreparedRecord } from "../audit-record.js";
import { executionKey } from "../execution-key.js";
import { encodeEntry, parseLogEntry } from "../log-entry.js";
import {
  attestedEntry,
  consumedRecord,
  keyedEntry,
  keyOfExecution,
  keyOfFacts,
  storedEntry,
} from "../stored-entry.js";
import { blob, formatHash, integer, rawHash, type Row } from "../row.js";
import type { Transaction } from "../transaction.js";
import { type AppendedEntry, insertEntries } from "./log-writes.js";

/** The fencing number and lease under which an identity was attested; zeros when it was never reserved here. */
interface ReservedUnder {
  readonly fencing: number;
  readonly leaseExpiresAt: number;
}

const UNRESERVED: ReservedUnder = { fencing: 0, leaseExpiresAt: 0 };

interface Attested extends ReservedUnder {
  readonly entry: LogEntry;
}

/** The part of the log that a batch asks about, and what its operations append. */
export class LogRows {
  readonly #transaction: Transaction;
  // What the batch itself appends is parsed only when another of its operations asks for it.
  readonly #byExecution = new Map<string, () => Attested>();
  readonly #byFingerprint = new Map<string, () => Attested>();
  readonly #ended = new Map<string, () => LogEntry>();
  readonly #burnt = new Map<string, LogEntry>();
  readonly #appended: AppendedEntry[] = [];

  constructor(
    transaction: Transaction,
    attested: readonly Row[],
    ended: readonly Row[],
    burnt: readonly Row[],
  ) {
    this.#transaction = transaction;
    for (const row of burnt) {
      const { entry } = storedEntry(row);
      this.#burnt.set(entry.execution_id, entry);
    }
    for (const row of attested) {
      const found = readAttested(row);
      this.#keep(blob(row, "attested_execution"), row["attested_fingerprint"], () => found);
    }
    for (const row of ended) {
      const key = blob(row, "execution_key");
      const { entry } = keyedEntry(row, key, keyOfExecution);
      this.#ended.set(mapKey(key), () => entry);
    }
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
    const { now } = this.#transaction;
    const { catalogued } = record;
    this.#appended.push({
      seq,
      bytes,
      leafHash,
      now,
      catalogued,
      fencing,
      leaseExpiresAt,
      attested,
      resolved,
    });
    this.#transaction.countEntry(leafHash);
    const entry = () => parseLogEntry(bytes);
    if (attested !== undefined)
      this.#keep(attested.executionKey, attested.fingerprintKey, () => ({
        entry: entry(),
        fencing,
        leaseExpiresAt,
      }));
    if (resolved !== undefined) this.#ended.set(mapKey(resolved.executionKey), entry);
    return Object.freeze({ seq, leafHash: formatHash(leafHash) });
  }

  /** The end of the identity as a replay store tells it. */
  consumedByExecution(executionId: string): ReplayRecord | undefined {
    return this.#consumed(this.#byExecution.get(mapKey(executionKey(executionId))));
  }

  consumedByFingerprint(fingerprint: Sha256): ReplayRecord | undefined {
    return this.#consumed(this.#byFingerprint.get(mapKey(rawHash(fingerprint))));
  }

  /** An entry that says that an attempt under this id ended without an attestation, from before this batch. */
  burnt(executionId: string): LogEntry | undefined {
    return this.#burnt.get(executionId);
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
    if (resolved !== undefined) this.#requirePending(mapKey(resolved.executionKey));
  }

  /** @throws RuntimeError INV-019 */
  #requirePending(key: string): void {
    if (this.#ended.has(key))
      throw new RuntimeError("INV-019", "The log already holds the end of this override.");
    if (this.#byExecution.get(key)?.().entry.decision !== "pending_override")
      throw new RuntimeError("INV-019", "The log attests no execution that is pending, so nothing ends it.");
  }

  #consumed(attested: (() => Attested) | undefined): ReplayRecord | undefined {
    if (attested === undefined) return undefined;
    const found = attested();
    return consumedRecord(found.entry, this.#ended.get(mapKey(keyOfExecution(found.entry)))?.(), found);
  }

  #keep(executionKey: Uint8Array, fingerprintKey: unknown, attested: () => Attested): void {
    this.#byExecution.set(mapKey(executionKey), attested);
    if (fingerprintKey instanceof Uint8Array) this.#byFingerprint.set(mapKey(fingerprintKey), attested);
  }
}

/** An attested entry as it is stored, joined with its attestation. @throws LedgerError SYS-013 */
function readAttested(row: Row): Attested {
  const { entry } = keyedEntry(row, blob(row, "attested_execution"), keyOfExecution);
  if (row["attested_fingerprint"] !== null) keyedEntry(row, blob(row, "attested_fingerprint"), keyOfFacts);
  return { entry, fencing: integer(row, "fencing"), leaseExpiresAt: integer(row, "lease_expires_at") };
}

/** The end of the identity, of rows that were read outside a batch. @throws LedgerError SYS-013 */
export function readConsumed(attested: Row, ended: Row | undefined): ReplayRecord {
  const found = readAttested(attested);
  const end =
    ended === undefined ? undefined : keyedEntry(ended, blob(ended, "execution_key"), keyOfExecution);
  return consumedRecord(found.entry, end?.entry, found);
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
