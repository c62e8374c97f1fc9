import { canonicalize, parseTimestamp } from "@parmanasystems/canonical";
import type { ReviewVote, SealedVote } from "@parmanasystems/execution";
import { RuntimeError } from "./errors.js";
import { unusable } from "./replay-arguments.js";
import type { ReviewClaim, ReviewTask, SamePerson, StoredReview } from "./review-ports.js";

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
 * @param uncounted votes that were judged, and do not count
 * @param samePerson under which other names the approver could have voted
 * @throws RuntimeError INV-017, INV-019, INV-094
 */
export function castVote(
  found: StoredReview | undefined,
  executionId: string,
  sealed: SealedVote,
  uncounted: readonly SealedVote[] = [],
  samePerson: SamePerson = () => false,
): StoredReview {
  const record = requirePending(found, executionId);
  const { vote } = sealed;
  const { approver } = vote;
  // Word for word: whatever came since nobody has judged yet.
  const judged = new Set(uncounted.map(spelled));
  const inTheWay = record.votes.filter((stored) => !judged.has(spelled(stored))).map((stored) => stored.vote);
  const cast = inTheWay.find((other) => other.approver === approver);
  if (cast !== undefined) {
    if (isRepeated(cast, vote)) return record;
    throw votedOtherwise(executionId, approver);
  }
  const otherName = inTheWay.find((other) => couldBe(samePerson, other.approver))?.approver;
  if (otherName === undefined)
    return Object.freeze({ ...record, votes: Object.freeze([...record.votes, sealed]) });
  throw new RuntimeError("INV-094", "This approver may have voted already, under another name.", {
    details: { executionId, approver, otherName },
  });
}

/** As asked within a step of a store, which nothing but a refusal may end. @throws RuntimeError INV-017 */
export function couldBe(samePerson: SamePerson, name: string): boolean {
  let answer: unknown;
  try {
    answer = samePerson(name);
  } catch (cause) {
    throw unusable("samePerson", "a function that does not throw", cause);
  }
  if (typeof answer === "boolean") return answer;
  throw unusable("samePerson", "a function that answers true or false, at once");
}

function spelled({ vote, seal }: SealedVote): string {
  return canonicalize([vote, seal]);
}

/** Whoever got no answer votes again, and at another time. */
export function isRepeated(one: ReviewVote, other: ReviewVote): boolean {
  return one.role === other.role && one.decision === other.decision && one.reason === other.reason;
}

export function votedOtherwise(executionId: string, approver: string): RuntimeError {
  return new RuntimeError("INV-094", "This approver has voted already, and otherwise.", {
    details: { executionId, approver },
  });
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
