import { ParmanaError } from "@parmanasystems/canonical";
import { attestationHash } from "@parmanasystems/execution";
import { eventRecord } from "./audit-records.js";
import { RuntimeError } from "./errors.js";
import {
  type AttestedEntry,
  type AttestedRecord,
  type AuditRecord,
  type AuditSink,
  isLedger,
  type OverrideResolution,
  type ReplayRecord,
  type ReplayStore,
  type Reservation,
  type ReserveOutcome,
  type ReserveRequest,
  type ReviewTask,
  type ReviewTasks,
} from "./ports.js";

export interface Recorder {
  reserve(request: ReserveRequest): Promise<ReserveOutcome>;
  /** Durable log entry, then (or with it) the confirmed state. Only after it resolves may the attestation be seen. */
  commit(reservation: Reservation, record: AttestedRecord, task?: ReviewTask): Promise<void>;
  /** Burns the reservation and records why. */
  fail(reservation: Reservation, record: AuditRecord): Promise<void>;
  resolve(executionId: string, resolution: OverrideResolution, record: AuditRecord): Promise<void>;
  /** Records an event that changes no state. */
  note(record: AuditRecord): Promise<void>;
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
  if (isLedger(replayStore) && (auditSink === undefined || Object.is(auditSink, replayStore))) {
    return {
      reserve: (request) => replayStore.reserve(request),
      commit: async (reservation, record, task) => {
        await replayStore.appendAndConfirm(reservation, record, task);
      },
      fail: async (reservation, record) => {
        await replayStore.failAndAppend(reservation, record);
      },
      resolve: async (executionId, resolution, record) => {
        await replayStore.resolveAndAppend(executionId, resolution, record);
      },
      note: async (record) => {
        await replayStore.append(record);
      },
      // Append and confirm are one transaction, so an open reservation was never attested, and the ledger
      // records an abandoned one in the very transaction that takes its place.
      recover: () => Promise.resolve(undefined),
      close: () => replayStore.close(),
    };
  }
  return separateRecorder(parts);
}

function separateRecorder({ replayStore, auditSink, reviewTasks }: RecorderParts): Recorder {
  const append = async (record: AuditRecord): Promise<void> => {
    await auditSink?.append(record);
  };
  return {
    reserve: (request) => replayStore.reserve(request),
    async commit(reservation, record, task) {
      await append(record);
      const state = record.decision === "pending_override" ? "pending_override" : "confirmed";
      if (task !== undefined) await reviewTasks.add(task);
      await replayStore.confirm(reservation, { state, attestationHash: attestationHash(record.attestation) });
    },
    async fail(reservation, record) {
      await replayStore.fail(reservation);
      await append(record);
    },
    async resolve(executionId, resolution, record) {
      await replayStore.resolve(executionId, resolution);
      await append(record);
      await reviewTasks.settle(executionId);
    },
    note: append,
    async recover(reservation, abandoned) {
      const { executionId, fingerprint, identity } = reservation;
      const query = identity === "fingerprint" ? { executionId, fingerprint } : { executionId };
      const attested = await auditSink?.findAttested(query);
      if (attested === undefined) {
        if (abandoned !== undefined) await append(eventRecord("abandoned", abandoned, null));
        return undefined;
      }
      const pending = attested.executionId === executionId && attested.decision === "pending_override";
      const state = pending ? "pending_override" : "confirmed";
      await replayStore.confirm(reservation, { state, attestationHash: attested.attestationHash });
      return attested;
    },
    async close() {
      await replayStore.close();
      await auditSink?.close();
    },
  };
}

/** Errors that are ours pass as they are; anything else from a store or log becomes `code`, its cause kept. */
export async function guarded<T>(code: "SYS-001" | "SYS-003", step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (ParmanaError.isInstance(cause)) throw cause;
    const what = code === "SYS-001" ? "The replay store did not answer as it must." : "The audit log could not be written.";
    throw new RuntimeError(code, what, { cause });
  }
}
