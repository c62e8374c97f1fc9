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
  type ReviewVote,
  type SealedVote,
} from "@parmanasystems/execution";
import type { Evidence } from "@parmanasystems/provenance";

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

/** On which terms people may end a pending override: those of the policy version that was executed. */
export interface ReviewTerms {
  /** What says pending_override. Its requester may not vote. */
  readonly attestation: ExecutionAttestation;
  readonly approverRoles: readonly string[];
  /** How many distinct approvers must approve. */
  readonly quorum: number;
  /** Whether each vote needs the signature of an `approver:<role>` key. */
  readonly signed: boolean;
  /** RFC 3339 UTC with milliseconds; from then on it is refused. */
  readonly expiresAt: string;
}

export interface ReviewTask {
  readonly executionId: string;
  readonly policyId: string;
  readonly policyVersion: string;
  readonly reason?: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly createdAt: string;
  /** Absent in a task that was added by hand, which nobody can approve. */
  readonly terms?: ReviewTerms;
}

/** Who is working on a task, so that two do not do the same work. It keeps nobody from voting. */
export interface ReviewClaim {
  readonly by: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly until: string;
}

export type ReviewState = "pending" | "resolved" | "expired";

/** A task as a store keeps it. What it holds as votes, whoever can write to it may have written. */
export interface StoredReview {
  readonly task: ReviewTask;
  readonly state: ReviewState;
  readonly claim: ReviewClaim | null;
  /** By their positions, which is the order in which they were cast. */
  readonly votes: readonly SealedVote[];
  /** How many rows lie among them that are no sealed vote of the approver in whose place they lie; absent where there are none. */
  readonly unreadable?: number;
}

/** A task with the votes that a runtime accepted. */
export interface ReviewRecord extends Omit<StoredReview, "votes" | "unreadable"> {
  /** Those that count, in the order in which they were cast. */
  readonly votes: readonly ReviewVote[];
  /**
   * How many others the store holds: nobody cast them, a key behind them was revoked, or they are dated before the execution. Whoever
   * did cast one votes again: it is in nobody's way.
   */
  readonly uncounted: number;
}

/**
 * Whether the one who votes could be the bearer of another name, as people with two credentials are. Stores ask it within their
 * atomic step: it answers at once, and never throws.
 */
export type SamePerson = (name: string) => boolean;

export interface ReviewTasks {
  /** A task that exists already stays as it is. */
  add(task: ReviewTask): Promise<void>;
  /** The tasks still pending, oldest first. */
  list(): Promise<readonly ReviewTask[]>;
  find(executionId: string): Promise<StoredReview | undefined>;
  /** @throws RuntimeError INV-019 unless pending, INV-096 when another's claim has not run out at `now` (ms since the epoch) */
  claim(executionId: string, claim: ReviewClaim, now: number): Promise<StoredReview>;
  /**
   * Adds the vote of an approver who has not voted yet, with its seal, in one atomic step; the same role, decision and
   * reason again change nothing. What was cast stays as it is.
   * @param uncounted stored votes that do not count: they are as if they were not there, and any other of this person is in the way
   * @param samePerson under which other names this person could have voted; by default none
   * @throws ExecutionError INV-044 for what has not the form of a sealed vote; RuntimeError INV-019 unless pending, INV-094 for another vote of the same person; where that one does not count, who votes again is taken
   */
  vote(
    executionId: string,
    vote: SealedVote,
    uncounted?: readonly SealedVote[],
    samePerson?: SamePerson,
  ): Promise<StoredReview>;
  /** Ends the task; one that has ended, or is unknown, is ignored. */
  settle(executionId: string, state: Exclude<ReviewState, "pending">): Promise<void>;
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
