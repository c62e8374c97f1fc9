import { isSha256 } from "@parmanasystems/canonical";
import { RuntimeError } from "./errors.js";
import {
  type Clock,
  type ConfirmedEnd,
  type OverrideResolution,
  type ReplayRecord,
  type ReplayStore,
  type Reservation,
  type ReserveOutcome,
  type ReserveRequest,
  systemClock,
} from "./ports.js";

export interface MemoryReplayStoreOptions {
  /** Identities held at the most; a full store refuses, it never evicts. Default 1,000,000. */
  readonly maxSize?: number;
  readonly clock?: Clock;
}

const MAX_LEASE_MS = 24 * 60 * 60 * 1000;

/** Single use within one process: everything is forgotten when it ends. */
export class MemoryReplayStore implements ReplayStore {
  readonly #maxSize: number;
  readonly #clock: Clock;
  readonly #byExecution = new Map<string, ReplayRecord>();
  /** The execution that holds a fingerprint; failed ones hold nothing. */
  readonly #byFingerprint = new Map<string, string>();
  #fencing = 0;
  #closed = false;

  constructor(options: MemoryReplayStoreOptions = {}) {
    const { maxSize = 1_000_000, clock = systemClock } = options;
    if (!Number.isSafeInteger(maxSize) || maxSize < 1) {
      throw new RuntimeError("INV-017", "maxSize must be a whole number of at least 1.");
    }
    this.#maxSize = maxSize;
    this.#clock = clock;
  }

  // Every body below runs without an await, which is what makes it one atomic step.

  async reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    this.#requireOpen();
    checkReserveRequest(request);
    const now = this.#clock.now();
    const own = this.#byExecution.get(request.executionId);
    if (own !== undefined) return this.#reserveAgain(own, request, now);
    const holder = request.identity === "fingerprint" ? this.#holderOf(request.fingerprint) : undefined;
    if (holder !== undefined) {
      if (holder.state !== "reserved") return { outcome: "replay", record: holder };
      if (holder.leaseExpiresAt > now) return inFlight(holder, now);
    }
    if (this.#byExecution.size >= this.#maxSize) {
      throw new RuntimeError("SYS-002", `The memory store holds its maximum of ${String(this.#maxSize)} identities.`);
    }
    const abandoned = holder === undefined ? undefined : this.#release(holder);
    const reservation = this.#hold(request, now);
    return { outcome: "reserved", reservation, takenOver: false, ...(abandoned === undefined ? {} : { abandoned }) };
  }

  async confirm(reservation: Reservation, end: ConfirmedEnd): Promise<void> {
    const record = this.#requireHeld(reservation);
    this.#put({ ...record, state: end.state, attestationHash: end.attestationHash });
  }

  async fail(reservation: Reservation): Promise<void> {
    this.#release(this.#requireHeld(reservation));
  }

  async resolve(executionId: string, resolution: OverrideResolution): Promise<void> {
    this.#requireOpen();
    const record = this.#byExecution.get(executionId);
    if (record?.state !== "pending_override") {
      throw new RuntimeError("INV-019", "The execution is not waiting for an override.", {
        details: { executionId, state: record?.state ?? "absent" },
      });
    }
    this.#put({ ...record, state: `resolved_${resolution}` });
  }

  async find(executionId: string): Promise<ReplayRecord | undefined> {
    this.#requireOpen();
    return this.#byExecution.get(executionId);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #reserveAgain(own: ReplayRecord, request: ReserveRequest, now: number): ReserveOutcome {
    if (own.fingerprint !== request.fingerprint || own.identity !== request.identity) {
      return { outcome: "conflict", record: own };
    }
    if (own.state !== "reserved") return { outcome: "replay", record: own };
    if (own.leaseExpiresAt > now) return inFlight(own, now);
    return { outcome: "reserved", reservation: this.#hold(request, now), takenOver: true };
  }

  #holderOf(fingerprint: string): ReplayRecord | undefined {
    const executionId = this.#byFingerprint.get(fingerprint);
    return executionId === undefined ? undefined : this.#byExecution.get(executionId);
  }

  #hold(request: ReserveRequest, now: number): Reservation {
    const { executionId, fingerprint, identity, leaseMs } = request;
    this.#fencing += 1;
    const reservation = Object.freeze({
      executionId,
      fingerprint,
      identity,
      fencing: this.#fencing,
      leaseExpiresAt: now + leaseMs,
    });
    this.#put({ ...reservation, state: "reserved", attestationHash: null });
    return reservation;
  }

  #release(record: ReplayRecord): ReplayRecord {
    const failed = this.#put({ ...record, state: "failed" });
    if (record.identity === "fingerprint") this.#byFingerprint.delete(record.fingerprint);
    return failed;
  }

  #put(record: ReplayRecord): ReplayRecord {
    const frozen = Object.freeze(record);
    this.#byExecution.set(record.executionId, frozen);
    if (record.identity === "fingerprint") this.#byFingerprint.set(record.fingerprint, record.executionId);
    return frozen;
  }

  #requireHeld(reservation: Reservation): ReplayRecord {
    this.#requireOpen();
    const record = this.#byExecution.get(reservation.executionId);
    if (record?.state !== "reserved" || record.fencing !== reservation.fencing) {
      throw new RuntimeError("INV-018", "The reservation is no longer held by this caller.", {
        details: { executionId: reservation.executionId, state: record?.state ?? "absent" },
      });
    }
    return record;
  }

  #requireOpen(): void {
    if (this.#closed) throw new RuntimeError("SYS-007", "The memory replay store is closed.");
  }
}

function inFlight(record: ReplayRecord, now: number): ReserveOutcome {
  return { outcome: "in_flight", record, retryAfterMs: record.leaseExpiresAt - now };
}

/** The checks every store makes before it touches its keys. @throws RuntimeError INV-017 */
export function checkReserveRequest(request: ReserveRequest): void {
  if (!isSha256(request.fingerprint)) {
    throw new RuntimeError("INV-017", "The fingerprint must be a sha256 hash as executionFingerprint returns it.");
  }
  if (!Number.isSafeInteger(request.leaseMs) || request.leaseMs < 1 || request.leaseMs > MAX_LEASE_MS) {
    throw new RuntimeError("INV-017", "leaseMs must be a whole number of milliseconds from 1 to 86400000.");
  }
}
