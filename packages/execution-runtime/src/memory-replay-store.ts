import type { Sha256 } from "@parmanasystems/canonical";
import { RuntimeError } from "./errors.js";
import {
  type Clock,
  type ConfirmedEnd,
  type ExecutionIdentity,
  type OverrideResolution,
  type ReplayRecord,
  type ReplayState,
  type ReplayStore,
  type Reservation,
  type ReserveOutcome,
  type ReserveRequest,
  systemClock,
} from "./ports.js";
import {
  requireConfirmedEnd,
  requireReserveRequest,
  requireResolution,
  unusable,
} from "./replay-arguments.js";
import { replayTransitions, situationOf } from "./replay-transitions.js";
import { notPending } from "./review-transitions.js";

export interface MemoryReplayStoreOptions {
  /** Identities held at the most; a full store refuses, it never evicts. Default 1,000,000. */
  readonly maxSize?: number;
  readonly clock?: Clock;
}

/** One identity, changed in place: what leaves the store is a frozen copy. */
interface Entry extends ExecutionIdentity {
  fencing: number;
  leaseExpiresAt: number;
  state: ReplayState;
  attestationHash: Sha256 | null;
}

/** Single use within one process: everything is forgotten when it ends. */
export class MemoryReplayStore implements ReplayStore {
  readonly #maxSize: number;
  readonly #clock: Clock;
  readonly #byExecution = new Map<string, Entry>();
  /** Who holds a fingerprint that is an identity; failed ones hold nothing. */
  readonly #byFingerprint = new Map<string, Entry>();
  #fencing = 0;
  #closed = false;

  constructor(options: MemoryReplayStoreOptions = {}) {
    const { maxSize = 1_000_000, clock = systemClock } = options;
    if (!Number.isSafeInteger(maxSize) || maxSize < 1) {
      throw unusable("maxSize", "a whole number of at least 1");
    }
    this.#maxSize = maxSize;
    this.#clock = clock;
  }

  // Every body below runs without an await, which is what makes it one atomic step.

  async reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    this.#requireOpen();
    requireReserveRequest(request);
    const now = this.#clock.now();
    if (!Number.isSafeInteger(now)) throw new RuntimeError("SYS-001", "The clock of the store gave no time.");
    const own = this.#byExecution.get(request.executionId);
    if (own !== undefined) return this.#reserveAgain(own, request, now);
    const holder =
      request.identity === "fingerprint" ? this.#byFingerprint.get(request.fingerprint) : undefined;
    const { answer } = replayTransitions[situationOf(holder, now)]["reserve the facts under another id"];
    if (holder !== undefined && answer === "replay") return { outcome: "replay", record: recordOf(holder) };
    if (holder !== undefined && answer === "in_flight") return inFlight(holder, now);
    if (this.#byExecution.size >= this.#maxSize) {
      throw new RuntimeError("SYS-002", `The memory store holds its maximum of ${this.#maxSize} identities.`);
    }
    if (holder !== undefined) this.#release(holder);
    const reservation = this.#hold(request, now);
    const reserved = { outcome: "reserved", reservation, takenOver: false } as const;
    return holder === undefined ? reserved : { ...reserved, abandoned: recordOf(holder) };
  }

  async confirm(reservation: Reservation, end: ConfirmedEnd): Promise<void> {
    requireConfirmedEnd(end);
    const entry = this.#requireHeld(
      reservation,
      end.state === "confirmed" ? "confirm" : "confirm as pending",
    );
    entry.state = end.state;
    entry.attestationHash = end.attestationHash;
  }

  async fail(reservation: Reservation): Promise<void> {
    this.#release(this.#requireHeld(reservation, "fail"));
  }

  async resolve(executionId: string, resolution: OverrideResolution): Promise<void> {
    this.#requireOpen();
    requireResolution(resolution);
    const entry = this.#byExecution.get(executionId);
    const { answer } = replayTransitions[situationOf(entry, this.#clock.now())].resolve;
    if (entry === undefined || answer !== "done") throw notPending(executionId, entry?.state);
    entry.state = `resolved_${resolution}`;
  }

  async find(executionId: string): Promise<ReplayRecord | undefined> {
    this.#requireOpen();
    const entry = this.#byExecution.get(executionId);
    return entry === undefined ? undefined : recordOf(entry);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #reserveAgain(own: Entry, request: ReserveRequest, now: number): ReserveOutcome {
    const same = own.fingerprint === request.fingerprint && own.identity === request.identity;
    const event = same ? "reserve" : "reserve with other facts";
    const { answer } = replayTransitions[situationOf(own, now)][event];
    if (answer === "taken over")
      return { outcome: "reserved", reservation: this.#hold(request, now), takenOver: true };
    if (answer === "in_flight") return inFlight(own, now);
    return { outcome: answer === "conflict" ? "conflict" : "replay", record: recordOf(own) };
  }

  #hold({ executionId, fingerprint, identity, leaseMs }: ReserveRequest, now: number): Reservation {
    this.#fencing += 1;
    const held = {
      executionId,
      fingerprint,
      identity,
      fencing: this.#fencing,
      leaseExpiresAt: now + leaseMs,
    };
    const entry: Entry = { ...held, state: "reserved", attestationHash: null };
    this.#byExecution.set(executionId, entry);
    if (identity === "fingerprint") this.#byFingerprint.set(fingerprint, entry);
    return Object.freeze(held);
  }

  #release(entry: Entry): void {
    entry.state = "failed";
    if (entry.identity === "fingerprint") this.#byFingerprint.delete(entry.fingerprint);
  }

  #requireHeld(reservation: Reservation, event: "confirm" | "confirm as pending" | "fail"): Entry {
    this.#requireOpen();
    const entry = this.#byExecution.get(reservation.executionId);
    const current = entry?.fencing === reservation.fencing;
    const row = replayTransitions[situationOf(entry, this.#clock.now())];
    const { answer } = row[current ? event : "end with an old fencing number"];
    if (entry !== undefined && answer === "done") return entry;
    throw new RuntimeError("INV-018", "The reservation is no longer held by this caller.", {
      details: { executionId: reservation.executionId, state: entry?.state ?? "absent" },
    });
  }

  #requireOpen(): void {
    if (this.#closed) throw new RuntimeError("SYS-007", "The memory replay store is closed.");
  }
}

function recordOf(entry: Entry): ReplayRecord {
  const { executionId, fingerprint, identity, fencing, leaseExpiresAt, state, attestationHash } = entry;
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

function inFlight(entry: Entry, now: number): ReserveOutcome {
  return { outcome: "in_flight", record: recordOf(entry), retryAfterMs: entry.leaseExpiresAt - now };
}
