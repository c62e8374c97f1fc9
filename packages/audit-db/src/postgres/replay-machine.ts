import {
  type ConfirmedEnd,
  type OverrideResolution,
  type ReplayRecord,
  type Reservation,
  type ReserveOutcome,
  type ReserveRequest,
  RuntimeError,
} from "@parmanasystems/execution-runtime";
import { abandonedRecord } from "../audit-record.js";
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
    const own =
      this.#rows.byExecution(request.executionId) ?? this.#log.consumedByExecution(request.executionId);
    if (own !== undefined) return this.#reserveAgain(own, request);
    if (request.identity !== "fingerprint") return this.#reserved(request);
    const holder = this.#rows.byFingerprint(request.fingerprint);
    if (holder !== undefined) {
      if (holder.state !== "reserved") return { outcome: "replay", record: holder };
      if (holder.leaseExpiresAt > this.#transaction.now) return this.#inFlight(holder);
    }
    // The final arbiter: what it attests is not in the replay table, unless it can still change.
    const attested = this.#log.consumedByFingerprint(request.fingerprint);
    if (attested !== undefined) return { outcome: "replay", record: attested };
    if (holder === undefined) return this.#reserved(request);
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

  /** @throws RuntimeError INV-019 unless the execution is pending an override */
  pending(executionId: string): ReplayRecord {
    // Only what was reserved here: who uses the ledger as a log alone keeps the state elsewhere.
    const record = this.#rows.byExecution(executionId);
    if (record?.state !== "pending_override") {
      throw new RuntimeError("INV-019", "The execution is not waiting for an override.", {
        details: { executionId, state: record?.state ?? "absent" },
      });
    }
    return record;
  }

  resolve(pending: ReplayRecord, resolution: OverrideResolution): void {
    this.#rows.put({ ...pending, state: `resolved_${resolution}` });
  }

  #reserveAgain(own: ReplayRecord, request: ReserveRequest): ReserveOutcome {
    if (own.fingerprint !== request.fingerprint || own.identity !== request.identity)
      return { outcome: "conflict", record: own };
    if (own.state !== "reserved") return { outcome: "replay", record: own };
    if (own.leaseExpiresAt > this.#transaction.now) return this.#inFlight(own);
    // Someone who uses this ledger as a log only may have attested the identity without ending the reservation.
    const attested = this.#log.consumedByExecution(request.executionId);
    if (attested !== undefined) return { outcome: "replay", record: attested };
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
    this.#log.append(abandonedRecord(holder.executionId, holder.fingerprint));
    return this.fail(holder);
  }

  #inFlight(record: ReplayRecord): ReserveOutcome {
    return { outcome: "in_flight", record, retryAfterMs: record.leaseExpiresAt - this.#transaction.now };
  }
}
