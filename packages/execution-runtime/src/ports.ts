import type { Sha256 } from "@parmanasystems/canonical";
import {
  type AuditEvent,
  auditEvents,
  type DecisionOutcome,
  type ExecutionAttestation,
  replayIdentities,
  type ReplayIdentity,
  type ResolutionAttestation,
  type ResolutionEvidence,
} from "@parmanasystems/execution";
import type { Evidence } from "@parmanasystems/provenance";
import type { ReviewTask, ReviewTasks } from "./review-ports.js";

export const overrideResolutions = ["approved", "rejected", "expired"] as const;
export type OverrideResolution = (typeof overrideResolutions)[number];

/** The replay state machine, drawn in ARCHITECTURE.md. Every state but `reserved` ends or parks the identity. */
export const replayStates = [
  "reserved",
  "confirmed",
  "pending_override",
  "resolved_approved",
  "resolved_rejected",
  "resolved_expired",
  "failed",
] as const;
export type ReplayState = (typeof replayStates)[number];

/** What is executed once. */
export interface ExecutionIdentity {
  readonly executionId: string;
  /** Hash of the facts. It is a replay key of its own when `identity` is "fingerprint". */
  readonly fingerprint: Sha256;
  readonly identity: ReplayIdentity;
}

export interface ReserveRequest extends ExecutionIdentity {
  /** How long the reservation is exclusive, in milliseconds, on the store's clock. */
  readonly leaseMs: number;
}

export interface Reservation extends ExecutionIdentity {
  /** Strictly growing per store; a holder with an older number can no longer confirm. */
  readonly fencing: number;
  /** Milliseconds since the Unix epoch, on the store's clock. */
  readonly leaseExpiresAt: number;
}

export interface ReplayRecord extends Reservation {
  readonly state: ReplayState;
  readonly attestationHash: Sha256 | null;
}

export type ReserveOutcome =
  | {
      readonly outcome: "reserved";
      readonly reservation: Reservation;
      /** The same identity was reserved before and its lease had run out. */
      readonly takenOver: boolean;
      /** Another execution held the fingerprint, its lease had run out, and it is now `failed`. */
      readonly abandoned?: ReplayRecord;
    }
  | { readonly outcome: "replay"; readonly record: ReplayRecord }
  | { readonly outcome: "in_flight"; readonly record: ReplayRecord; readonly retryAfterMs: number }
  | { readonly outcome: "conflict"; readonly record: ReplayRecord };

export interface ConfirmedEnd {
  readonly state: "confirmed" | "pending_override";
  readonly attestationHash: Sha256;
}

/** Where identities are consumed. Every implementation passes the conformance suite of the testkit. */
export interface ReplayStore {
  /** One atomic step over the execution id and, for identity "fingerprint", the fingerprint. */
  reserve(request: ReserveRequest): Promise<ReserveOutcome>;
  /** @throws RuntimeError INV-018 when the reservation was taken over or has ended. */
  confirm(reservation: Reservation, end: ConfirmedEnd): Promise<void>;
  /** Burns the execution id and releases the fingerprint. @throws RuntimeError INV-018 as `confirm`. */
  fail(reservation: Reservation): Promise<void>;
  /** @throws RuntimeError INV-019 unless the execution is pending an override. */
  resolve(executionId: string, resolution: OverrideResolution): Promise<void>;
  find(executionId: string): Promise<ReplayRecord | undefined>;
  close(): Promise<void>;
}

export { type AuditEvent, auditEvents, type ReplayIdentity, replayIdentities };

/** An attestation, with the evidence it was decided on. */
export interface AttestedRecord extends ExecutionIdentity {
  readonly event: "attested";
  readonly decision: DecisionOutcome;
  readonly code: null;
  readonly attestation: ExecutionAttestation;
  readonly evidence: Evidence;
}

/** The end of a pending override, with its attestation and the votes that it counted. */
export interface ResolvedRecord extends ExecutionIdentity {
  readonly event: "override_resolved";
  /** What ran out is rejected, with a code. */
  readonly decision: "approved" | "rejected";
  readonly code: string | null;
  readonly attestation: ResolutionAttestation;
  readonly evidence: ResolutionEvidence;
}

/** Something that happened to an identity without attesting it. */
export interface EventRecord extends ExecutionIdentity {
  readonly event: Exclude<AuditEvent, "attested">;
  readonly decision: null;
  /** The code of the error that ended it, if one did. */
  readonly code: string | null;
  readonly attestation: null;
  readonly evidence: null;
}

/** What the runtime hands to the log; the log adds `seq` and `time`. */
export type AuditRecord = AttestedRecord | ResolvedRecord | EventRecord;

export interface AuditReceipt {
  /** Position in the log, from 0, without gaps. */
  readonly seq: number;
  /** RFC 6962 leaf hash of the entry. */
  readonly leafHash: Sha256;
}

export interface AttestedEntry {
  readonly seq: number;
  readonly executionId: string;
  readonly attestationHash: Sha256;
  readonly decision: DecisionOutcome;
}

export interface ResolvedEntry {
  readonly seq: number;
  readonly executionId: string;
  /** Hash of the resolution attestation; null for an end that nobody signed. */
  readonly attestationHash: Sha256 | null;
  /** Null for an end that nobody signed, which is a refusal. */
  readonly decision: "approved" | "rejected" | null;
  /** INV-095 for one that ran out. */
  readonly code: string | null;
}

export interface AuditSink {
  /**
   * Durable when it resolves. An identity is attested once, for ever: a second time throws INV-013. An override is
   * resolved once, for ever: a second time throws INV-019.
   */
  append(record: AuditRecord): Promise<AuditReceipt>;
  /** The final arbiter: by execution id or, when given, by the fingerprint as a replay key. */
  findAttested(query: {
    readonly executionId: string;
    readonly fingerprint?: Sha256;
  }): Promise<AttestedEntry | undefined>;
  /** The arbiter of overrides. */
  findResolved(executionId: string): Promise<ResolvedEntry | undefined>;
  close(): Promise<void>;
}

export type VersionedSubject = "trust-root" | "policy-index";

export interface SeenVersion {
  readonly version: number;
  readonly hash: Sha256;
}

/** Remembers the highest signed version ever seen, so that an older one is refused (rollback). */
export interface VersionMemory {
  highest(subject: VersionedSubject): Promise<SeenVersion | undefined>;
  /** Never lowers what is stored. */
  remember(subject: VersionedSubject, seen: SeenVersion): Promise<void>;
}

/** Replay store and audit log in one place, so that append and confirm are one transaction. */
export interface Ledger extends ReplayStore, AuditSink {
  readonly reviewTasks: ReviewTasks;
  readonly versions: VersionMemory;
  /** Fencing check, log entry, attestation, evidence, review task and the confirmed state: all or nothing. */
  appendAndConfirm(
    reservation: Reservation,
    record: AttestedRecord,
    reviewTask?: ReviewTask,
  ): Promise<AuditReceipt>;
  /** Burns the reservation and records why, all or nothing. */
  failAndAppend(reservation: Reservation, record: AuditRecord): Promise<AuditReceipt>;
  /** Resolves a pending override, settles its review task and records it, all or nothing. */
  resolveAndAppend(
    executionId: string,
    resolution: OverrideResolution,
    record: ResolvedRecord | EventRecord,
  ): Promise<AuditReceipt>;
}

export function isLedger(store: ReplayStore): store is Ledger {
  return "appendAndConfirm" in store && typeof store.appendAndConfirm === "function";
}

/** Wall clock, in milliseconds since the Unix epoch. Injected, so that time is an input. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = Object.freeze({ now: () => Date.now() });
