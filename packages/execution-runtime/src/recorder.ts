import { ParmanaError } from "@parmanasystems/canonical";
import { attestationHash } from "@parmanasystems/execution";
import { RuntimeError } from "./errors.js";
import { eventRecord } from "./event-record.js";
import { overrideEnd } from "./override-end.js";
import {
  type AttestedEntry,
  type AttestedRecord,
  type AuditRecord,
  type AuditSink,
  type EventRecord,
  isLedger,
  type Ledger,
  type OverrideResolution,
  type ReplayRecord,
  type ReplayStore,
  type Reservation,
  type ReserveOutcome,
  type ReserveRequest,
  type ResolvedEntry,
  type ResolvedRecord,
} from "./ports.js";
import type { ReviewTask, ReviewTasks } from "./review-ports.js";

/** Store and log behind one face. What fails in them comes out as SYS-001 or SYS-003, unless it is an error of ours. */
export interface Recorder {
  reserve(request: ReserveRequest): Promise<ReserveOutcome>;
  find(executionId: string): Promise<ReplayRecord | undefined>;
  /** Durable log entry, then (or with it) the confirmed state. Only after it resolves may the attestation be seen. */
  commit(reservation: Reservation, record: AttestedRecord, task?: ReviewTask): Promise<unknown>;
  /** Burns the reservation and records why. */
  fail(reservation: Reservation, record: EventRecord): Promise<unknown>;
  /** Ends a pending override, once: in log, store and tasks. @throws RuntimeError INV-019 */
  resolve(
    executionId: string,
    resolution: OverrideResolution,
    record: ResolvedRecord | EventRecord,
  ): Promise<unknown>;
  findResolved(executionId: string): Promise<ResolvedEntry | undefined>;
  /** For an override whose end is in the log: brings store and tasks to what it says. */
  finishResolution(resolved: ResolvedEntry): Promise<void>;
  /** Records an event that changes no state. */
  note(record: EventRecord): Promise<unknown>;
  /**
   * For a reservation that follows a dead holder: closes what it left and asks the log, the final arbiter,
   * whether the identity was attested after all. If so, the identity is confirmed as consumed.
   */
  recover(reservation: Reservation, abandoned: ReplayRecord | undefined): Promise<AttestedEntry | undefined>;
  close(): Promise<void>;
}

export interface RecorderParts {
  readonly replayStore: ReplayStore;
  readonly auditSink: AuditSink | undefined;
  readonly reviewTasks: ReviewTasks;
}

/** A ledger that is also the log does each step in one transaction; separate parts do them in order. */
export function createRecorder(parts: RecorderParts): Recorder {
  const { replayStore, auditSink } = parts;
  return isLedger(replayStore) && (auditSink === undefined || Object.is(auditSink, replayStore))
    ? ledgerRecorder(replayStore)
    : separateRecorder(parts);
}

function ledgerRecorder(ledger: Ledger): Recorder {
  return {
    reserve: (request) => fromStore(() => ledger.reserve(request)),
    find: (executionId) => fromStore(() => ledger.find(executionId)),
    commit: (reservation, record, task) => fromLog(() => ledger.appendAndConfirm(reservation, record, task)),
    fail: (reservation, record) => fromLog(() => ledger.failAndAppend(reservation, record)),
    resolve: (executionId, resolution, record) =>
      fromLog(() => ledger.resolveAndAppend(executionId, resolution, record)),
    findResolved: (executionId) => fromLog(() => ledger.findResolved(executionId)),
    // The end in the log, the state and the task are one transaction.
    finishResolution: () => Promise.resolve(),
    note: (record) => fromLog(() => ledger.append(record)),
    // Append and confirm are one transaction, so an open reservation was never attested, and the ledger
    // records an abandoned one in the very transaction that takes its place.
    recover: () => Promise.resolve(undefined),
    close: () => ledger.close(),
  };
}

function separateRecorder({ replayStore, auditSink, reviewTasks }: RecorderParts): Recorder {
  const append = (record: AuditRecord) => fromLog(async () => auditSink?.append(record));
  const requireHeld = async ({ executionId, fencing }: Reservation) => {
    const found = await fromStore(() => replayStore.find(executionId));
    if (found?.state === "reserved" && found.fencing === fencing) return;
    throw new RuntimeError("INV-018", "The reservation is no longer held by this caller.", {
      details: { executionId, fencing },
    });
  };
  /** What the log says already is no news to the store, nor to one that forgot the execution. */
  const finish = async (executionId: string, resolution: OverrideResolution) => {
    try {
      await fromStore(() => replayStore.resolve(executionId, resolution));
    } catch (error) {
      if (!(error instanceof RuntimeError && error.code === "INV-019")) throw error;
    }
    const state = resolution === "expired" ? "expired" : "resolved";
    await fromStore(() => reviewTasks.settle(executionId, state));
  };
  return {
    reserve: (request) => fromStore(() => replayStore.reserve(request)),
    find: (executionId) => fromStore(() => replayStore.find(executionId)),
    async commit(reservation, record, task) {
      // The task first: one too many shows when it is resolved, one too few leaves an execution pending unseen.
      if (task !== undefined) await fromStore(() => reviewTasks.add(task));
      await append(record);
      const state = record.decision === "pending_override" ? "pending_override" : "confirmed";
      const end = { state, attestationHash: attestationHash(record.attestation) } as const;
      await fromStore(() => replayStore.confirm(reservation, end));
    },
    async fail(reservation, record) {
      // The record before the state: without it the reservation stays, and whoever takes it over records it as
      // abandoned. But a holder that lost the reservation has nothing to record.
      await requireHeld(reservation);
      await append(record);
      await fromStore(() => replayStore.fail(reservation));
    },
    async resolve(executionId, resolution, record) {
      // The log lets one end through, and whatever dies after it is finished from what it says. Without a log, the store
      // is all that there is to ask.
      if (auditSink === undefined) await fromStore(() => replayStore.resolve(executionId, resolution));
      else await append(record);
      await finish(executionId, resolution);
    },
    findResolved: (executionId) => fromLog(async () => auditSink?.findResolved(executionId)),
    finishResolution: (resolved) => finish(resolved.executionId, overrideEnd(resolved)),
    note: append,
    async recover(reservation, abandoned) {
      const { executionId, fingerprint, identity } = reservation;
      const query = identity === "fingerprint" ? { executionId, fingerprint } : { executionId };
      const attested = await fromLog(async () => auditSink?.findAttested(query));
      if (attested === undefined) {
        if (abandoned !== undefined) await append(eventRecord("abandoned", abandoned, null));
        return undefined;
      }
      const pending = attested.executionId === executionId && attested.decision === "pending_override";
      const state = pending ? "pending_override" : "confirmed";
      await fromStore(() =>
        replayStore.confirm(reservation, { state, attestationHash: attested.attestationHash }),
      );
      const resolved = pending ? await fromLog(async () => auditSink?.findResolved(executionId)) : undefined;
      if (resolved !== undefined) await finish(executionId, overrideEnd(resolved));
      return attested;
    },
    async close() {
      await replayStore.close();
      await auditSink?.close();
    },
  };
}

function fromStore<T>(step: () => Promise<T>): Promise<T> {
  return typed("SYS-001", "The replay store did not answer as it must.", step);
}

function fromLog<T>(step: () => Promise<T>): Promise<T> {
  return typed("SYS-003", "The audit log could not be written or read.", step);
}

/** Errors that are ours pass as they are; anything else from a store or log gets `code`, its cause kept. */
async function typed<T>(code: "SYS-001" | "SYS-003", sentence: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (ParmanaError.isInstance(cause)) throw cause;
    throw new RuntimeError(code, sentence, { cause });
  }
}
