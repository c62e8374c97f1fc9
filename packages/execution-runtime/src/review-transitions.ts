import { canonicalize, parseTimestamp } from "@parmanasystems/canonical";
import type { ReviewVote, SealedVote } from "@parmanasystems/execution";
import { RuntimeError } from "./errors.js";
import type { ReviewClaim, ReviewTask, StoredReview } from "./ports.js";

// What every keeper of review tasks decides alike; how it makes one step of it is its own business.

export function newReview(task: ReviewTask): StoredReview {
  return Object.freeze({ task, state: "pending", claim: null, votes: Object.freeze([]) });
}

/** The task as claimed. @throws RuntimeError INV-019, INV-096 */
export function claimReview(
  found: StoredReview | undefined,
  executionId: string,
  { by, until }: ReviewClaim,
  now: number,
): StoredReview {
  const record = requirePending(found, executionId);
  const { claim } = record;
  if (claim !== null && claim.by !== by && parseTimestamp(claim.until) > now) {
    throw new RuntimeError("INV-096", "Someone else is working on this review task.", {
      details: { executionId, until: claim.until },
    });
  }
  return Object.freeze({ ...record, claim: Object.freeze({ by, until }) });
}

/**
 * The task with the vote; the very record that was found when the approver said the same before.
 * @param uncounted votes of the approver that were judged, and do not count @throws RuntimeError INV-019, INV-094
 */
export function castVote(
  found: StoredReview | undefined,
  executionId: string,
  sealed: SealedVote,
  uncounted: readonly SealedVote[] = [],
): StoredReview {
  const record = requirePending(found, executionId);
  const { vote } = sealed;
  // Word for word: whatever came since nobody has judged yet.
  const judged = new Set(uncounted.map(spelled));
  const cast = record.votes.find(
    (stored) => stored.vote.approver === vote.approver && !judged.has(spelled(stored)),
  );
  if (cast === undefined)
    return Object.freeze({ ...record, votes: Object.freeze([...record.votes, sealed]) });
  if (isRepeated(cast.vote, vote)) return record;
  throw new RuntimeError("INV-094", "This approver has voted already, and otherwise.", {
    details: { executionId, approver: vote.approver },
  });
}

function spelled({ vote, seal }: SealedVote): string {
  return canonicalize([vote, seal]);
}

/** Whoever got no answer votes again, and at another time. */
function isRepeated(one: ReviewVote, other: ReviewVote): boolean {
  return one.role === other.role && one.decision === other.decision && one.reason === other.reason;
}

function requirePending(found: StoredReview | undefined, executionId: string): StoredReview {
  if (found?.state === "pending") return found;
  throw notPending(executionId, found?.state);
}

export function notPending(executionId: string, state = "absent"): RuntimeError {
  return new RuntimeError("INV-019", "The execution is not waiting for an override.", {
    details: { executionId, state },
  });
}
