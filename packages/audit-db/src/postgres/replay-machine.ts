import {
  type ConfirmedEnd,
  notPending,
  type OverrideResolution,
  type ReplayRecord,
  type Reservation,
  type ReserveOutcome,
  type ReserveRequest,
  RuntimeError,
} from "@parmanasystems/execution-runtime";
import { abandonedRecord } from "../audit-record.js";
import { burntRecord } from "../stored-entry.js";
import type { Transaction } from "../transaction.js";
import type { LogRows } from "./log-rows.js";
import type { ReplayRows } from "./replay-rows.js";

/** The replay state machine. Every decision is made under the lock of the ledger, so it holds across nodes. */
export class ReplayMachine {
  readonly #transaction: Transaction;
  readonly #rows: ReplayRows;
  readonly #log: LogRows;

  constructor(transaction: Transaction, rows: ReplayRows, log: LogRows) {
    this.#transaction = transaction;
    this.#rows = rows;
    this.#log = log;
  }

  reserve(request: ReserveRequest): ReserveOutcome {
    // What the log attests, the log tells, whatever the replay table says of it.
    const own =
      this.#log.consumedByExecution(request.executionId) ??
      this.#rows.byExecution(request.executionId) ??
      this.#burnt(request);
    if (own !== undefined) return this.#reserveAgain(own, request);
    if (request.identity !== "fingerprint") return this.#reserved(request);
    const holder =
      this.#log.consumedByFingerprint(request.fingerprint) ?? this.#rows.byFingerprint(request.fingerprint);
    if (holder === undefined) return this.#reserved(request);
    if (holder.state !== "reserved") return { outcome: "replay", record: holder };
    if (holder.leaseExpiresAt > this.#transaction.now) return this.#inFlight(holder);
    const abandoned = this.#abandon(holder);
    return { ...this.#reserved(request), abandoned };
  }

  /** The open reservation itself. @throws RuntimeError INV-018 when it was taken over or has ended */
  held({ executionId, fencing }: Reservation): ReplayRecord {
    const record = this.#rows.byExecution(executionId);
    if (record?.state !== "reserved" || record.fencing !== fencing) {
      throw new RuntimeError("INV-018", "The reservation is no longer held by this caller.", {
        details: { executionId, fencing },
      });
    }
    return record;
  }

  confirm(held: ReplayRecord, { state, attestationHash }: ConfirmedEnd): void {
    this.#rows.put({ ...held, state, attestationHash });
  }

  /** The log has taken over: what it attests as final needs no second record. */
  removeAttested(held: ReplayRecord): void {
    this.#rows.remove(held);
  }

  fail(held: ReplayRecord): ReplayRecord {
    return this.#rows.put({ ...held, state: "failed", attestationHash: null });
  }

  /** The same, where the log says that it is pending, too: an end is recorded of nothing else. @throws RuntimeError INV-019 */
  attestedPending(executionId: string): ReplayRecord {
    const record = this.pending(executionId);
    const attested = this.#log.consumedByExecution(executionId);
    if (attested?.state === "pending_override") return record;
    throw notPending(executionId, attested?.state);
  }

  /** @throws RuntimeError INV-019 unless the execution is pending an override */
  pending(executionId: string): ReplayRecord {
    // Only what was reserved here: who uses the ledger as a log alone keeps the state elsewhere.
    const record = this.#rows.byExecution(executionId);
    if (record?.state !== "pending_override") throw notPending(executionId, record?.state);
    return record;
  }

  resolve(pending: ReplayRecord, resolution: OverrideResolution): void {
    this.#rows.put({ ...pending, state: `resolved_${resolution}` });
  }

  /** A failed attempt that the table forgot. */
  #burnt({ executionId, identity }: ReserveRequest): ReplayRecord | undefined {
    const entry = this.#log.burnt(executionId);
    return entry === undefined ? undefined : burntRecord(entry, identity);
  }

  #reserveAgain(own: ReplayRecord, request: ReserveRequest): ReserveOutcome {
    if (own.fingerprint !== request.fingerprint || own.identity !== request.identity)
      return { outcome: "conflict", record: own };
    if (own.state !== "reserved") return { outcome: "replay", record: own };
    if (own.leaseExpiresAt > this.#transaction.now) return this.#inFlight(own);
    return { ...this.#reserved(request), takenOver: true };
  }

  #reserved(request: ReserveRequest): Extract<ReserveOutcome, { readonly outcome: "reserved" }> {
    const { executionId, fingerprint, identity, leaseMs } = request;
    const reservation: Reservation = Object.freeze({
      executionId,
      fingerprint,
      identity,
      fencing: this.#transaction.nextFencing(),
      leaseExpiresAt: this.#transaction.now + leaseMs,
    });
    this.#rows.put({ ...reservation, state: "reserved", attestationHash: null });
    return { outcome: "reserved", reservation, takenOver: false };
  }

  /** The dead holder's id is burnt, its facts are free, and the log says so, in the transaction that gives them away. */
  #abandon(holder: ReplayRecord): ReplayRecord {
    this.#log.append(abandonedRecord(holder));
    return this.fail(holder);
  }

  #inFlight(record: ReplayRecord): ReserveOutcome {
    return { outcome: "in_flight", record, retryAfterMs: record.leaseExpiresAt - this.#transaction.now };
  }
}
