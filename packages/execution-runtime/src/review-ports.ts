import type { ExecutionAttestation, ReviewVote, SealedVote } from "@parmanasystems/execution";

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
 * atomic step: it answers true or false, at once, and never throws.
 */
export type SamePerson = (name: string) => boolean;

/** Which of the pending tasks are meant. */
export interface ReviewPage {
  /** At the most so many, 1 to 1,000; by default 100. Fewer of them are the last. */
  readonly limit?: number;
  /** Those behind the task of this execution, as a page ended with it; it may have ended since. From the oldest one when absent. */
  readonly after?: string;
}

export interface ReviewTasks {
  /** A task that exists already stays as it is. */
  add(task: ReviewTask): Promise<void>;
  /** A page of the tasks still pending, oldest first. @throws RuntimeError INV-017 for an unusable page, or `after` a task that was never here */
  list(page?: ReviewPage): Promise<readonly ReviewTask[]>;
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
