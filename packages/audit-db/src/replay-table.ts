import {
  type ConfirmedEnd,
  notPending,
  type OverrideResolution,
  replayIdentities,
  type ReplayRecord,
  type ReplayState,
  replayStates,
  type Reservation,
  type ReserveOutcome,
  type ReserveRequest,
  RuntimeError,
} from "@parmanasystems/execution-runtime";
import { abandonedRecord } from "./audit-record.js";
import type { SqliteDatabase } from "./driver.js";
import type { LogTable } from "./log-table.js";
import { choice, hash, integer, isRow, rawHash, text } from "./row.js";
import { burntRecord } from "./stored-entry.js";
import type { Transaction } from "./transaction.js";

/** A request with the keys it is looked up by. */
export interface KeyedRequest extends ReserveRequest {
  readonly executionKey: Uint8Array;
  readonly fingerprintKey: Uint8Array;
}

/** The replay state machine. Every decision is a read inside the transaction that holds the write lock, so it holds across processes. */
export class ReplayTable {
  readonly #log: LogTable;
  readonly #byExecution;
  readonly #byFingerprint;
  readonly #byFencing;
  readonly #insert;
  readonly #takeOver;
  readonly #end;
  readonly #remove;

  constructor(database: SqliteDatabase, log: LogTable) {
    this.#log = log;
    const record =
      "SELECT fencing, execution_id, fingerprint, identity, state, lease_expires_at, attestation_hash FROM replay WHERE";
    this.#byExecution = database.prepare(`${record} execution_key = ?`);
    this.#byFingerprint = database.prepare(
      `${record} fingerprint = ? AND identity = 'fingerprint' AND state <> 'failed'`,
    );
    this.#byFencing = database.prepare(`${record} fencing = ?`);
    this.#insert = database.prepare(
      "INSERT INTO replay (fencing, execution_key, execution_id, fingerprint, identity, state, lease_expires_at) VALUES (?, ?, ?, ?, ?, 'reserved', ?)",
    );
    this.#takeOver = database.prepare(
      "UPDATE replay SET fencing = ?, lease_expires_at = ? WHERE fencing = ?",
    );
    this.#end = database.prepare("UPDATE replay SET state = ?, attestation_hash = ? WHERE fencing = ?");
    this.#remove = database.prepare("DELETE FROM replay WHERE fencing = ?");
  }

  reserve(transaction: Transaction, request: KeyedRequest): ReserveOutcome {
    const own = this.find(request.executionKey) ?? this.#burnt(request);
    if (own !== undefined) return this.#reserveAgain(transaction, own, request);
    if (request.identity !== "fingerprint") return this.#reserved(transaction, request);
    const holder =
      this.#log.consumedByFingerprint(request.fingerprintKey) ??
      readRecord(this.#byFingerprint.get(request.fingerprintKey));
    if (holder === undefined) return this.#reserved(transaction, request);
    if (holder.state !== "reserved") return { outcome: "replay", record: holder };
    if (holder.leaseExpiresAt > transaction.now) return inFlight(holder, transaction.now);
    const abandoned = this.#abandon(transaction, holder);
    return { ...this.#reserved(transaction, request), abandoned };
  }

  /** The open reservation itself. @throws RuntimeError INV-018 when it was taken over or has ended */
  held(reservation: Reservation): ReplayRecord {
    const record = readRecord(this.#byFencing.get(reservation.fencing));
    if (record?.state !== "reserved" || record.executionId !== reservation.executionId) {
      throw new RuntimeError("INV-018", "The reservation is no longer held by this caller.", {
        details: { executionId: reservation.executionId, fencing: reservation.fencing },
      });
    }
    return record;
  }

  confirm({ fencing }: ReplayRecord, { state, attestationHash }: ConfirmedEnd): void {
    this.#end.run(state, rawHash(attestationHash), fencing);
  }

  /** The log has taken over: what it attests as final needs no second record. */
  removeAttested({ fencing }: ReplayRecord): void {
    this.#remove.run(fencing);
  }

  fail({ fencing }: ReplayRecord): void {
    this.#end.run("failed", null, fencing);
  }

  /** The same, where the log says that it is pending, too: an end is recorded of nothing else. @throws RuntimeError INV-019 */
  attestedPending(executionKey: Uint8Array, executionId: string): ReplayRecord {
    const record = this.pending(executionKey, executionId);
    const attested = this.#log.consumedByExecution(executionKey);
    if (attested?.state === "pending_override") return record;
    throw notPending(executionId, attested?.state);
  }

  /** @throws RuntimeError INV-019 unless the execution is pending an override */
  pending(executionKey: Uint8Array, executionId: string): ReplayRecord {
    // Only what was reserved here: who uses the ledger as a log alone keeps the state elsewhere.
    const record = readRecord(this.#byExecution.get(executionKey));
    if (record?.state !== "pending_override") throw notPending(executionId, record?.state);
    return record;
  }

  resolve({ fencing, attestationHash }: ReplayRecord, resolution: OverrideResolution): void {
    const hashed = attestationHash === null ? null : rawHash(attestationHash);
    this.#end.run(`resolved_${resolution}` satisfies ReplayState, hashed, fencing);
  }

  /** What the log attests, the log tells, whatever this table says of it. */
  find(executionKey: Uint8Array): ReplayRecord | undefined {
    // In this order: an identity that moves to the log in between is found there.
    const record = readRecord(this.#byExecution.get(executionKey));
    return this.#log.consumedByExecution(executionKey) ?? record;
  }

  /** A failed attempt that this table forgot. */
  #burnt({ executionId, identity }: KeyedRequest): ReplayRecord | undefined {
    const entry = this.#log.burnt(executionId);
    return entry === undefined ? undefined : burntRecord(entry, identity);
  }

  #reserveAgain(transaction: Transaction, own: ReplayRecord, request: KeyedRequest): ReserveOutcome {
    if (own.fingerprint !== request.fingerprint || own.identity !== request.identity)
      return { outcome: "conflict", record: own };
    if (own.state !== "reserved") return { outcome: "replay", record: own };
    if (own.leaseExpiresAt > transaction.now) return inFlight(own, transaction.now);
    const reservation = reservationOf(transaction, request);
    this.#takeOver.run(reservation.fencing, reservation.leaseExpiresAt, own.fencing);
    return { outcome: "reserved", reservation, takenOver: true };
  }

  #reserved(
    transaction: Transaction,
    request: KeyedRequest,
  ): Extract<ReserveOutcome, { readonly outcome: "reserved" }> {
    const reservation = reservationOf(transaction, request);
    this.#insert.run(
      reservation.fencing,
      request.executionKey,
      request.executionId,
      request.fingerprintKey,
      request.identity,
      reservation.leaseExpiresAt,
    );
    return { outcome: "reserved", reservation, takenOver: false };
  }

  /** The dead holder's id is burnt, its facts are free, and the log says so, in the transaction that gives them away. */
  #abandon(transaction: Transaction, holder: ReplayRecord): ReplayRecord {
    this.#log.append(transaction, abandonedRecord(holder));
    this.fail(holder);
    return Object.freeze({ ...holder, state: "failed" });
  }
}

function reservationOf(transaction: Transaction, request: KeyedRequest): Reservation {
  const { executionId, fingerprint, identity, leaseMs } = request;
  return Object.freeze({
    executionId,
    fingerprint,
    identity,
    fencing: transaction.nextFencing(),
    leaseExpiresAt: transaction.now + leaseMs,
  });
}

function readRecord(row: unknown): ReplayRecord | undefined {
  if (!isRow(row)) return undefined;
  return Object.freeze({
    executionId: text(row, "execution_id"),
    fingerprint: hash(row, "fingerprint"),
    identity: choice(row, "identity", replayIdentities),
    state: choice(row, "state", replayStates),
    fencing: integer(row, "fencing"),
    leaseExpiresAt: integer(row, "lease_expires_at"),
    attestationHash: row["attestation_hash"] === null ? null : hash(row, "attestation_hash"),
  });
}

function inFlight(record: ReplayRecord, now: number): ReserveOutcome {
  return { outcome: "in_flight", record, retryAfterMs: record.leaseExpiresAt - now };
}
