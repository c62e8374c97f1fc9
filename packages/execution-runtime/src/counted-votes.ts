import { ParmanaError, parseTimestamp } from "@parmanasystems/canonical";
import {
  readVoteSeal,
  type ReviewVote,
  type SealedVote,
  verifyVoteSeal,
  type VoteSeal,
} from "@parmanasystems/execution";
import { roleKey, type TrustRoot } from "@parmanasystems/governance";
import { LocalVerifier, type Verifier } from "@parmanasystems/signing";
import { requireMayVote, requireSignature, subjectOf } from "./admitted-vote.js";
import { RuntimeError } from "./errors.js";
import type { ReviewRecord, ReviewTask, ReviewTerms, StoredReview } from "./ports.js";

/** What tells a vote that a runtime accepted from one that somebody wrote into the store. */
export interface VoteJudgement {
  readonly trustRoot: TrustRoot;
  /** Of the runtime that asks: the only one whose seals hold where the trust root names no runtime keys. */
  readonly verifier?: Verifier;
}

/** A review as it may be shown: with the votes that count, and how many do not. */
export async function countedReview(review: StoredReview, by: VoteJudgement): Promise<ReviewRecord> {
  const { task, state, claim, votes: stored } = review;
  const votes = task.terms === undefined ? [] : await countedVotes(review, task.terms, by);
  const uncounted = stored.length - votes.length;
  return Object.freeze({ task, state, claim, votes: Object.freeze(votes), uncounted });
}

/** The votes that might be cast, and that a runtime accepted, in their order: a store could hold others. */
export async function countedVotes(
  { task, votes }: StoredReview,
  terms: ReviewTerms,
  by: VoteJudgement,
): Promise<ReviewVote[]> {
  const counted = new Map<string, ReviewVote>();
  for (const sealed of votes) {
    const { vote } = sealed;
    // Somebody could have copied one.
    if (counted.has(vote.approver)) continue;
    if (isAdmitted(task, terms, vote, by) && (await isSealed(terms, sealed, by)))
      counted.set(vote.approver, vote);
  }
  return [...counted.values()];
}

/** A stored vote that does not count is in its approver's way, who learns of it. @throws RuntimeError INV-106 */
export async function requireNoneUncounted(
  review: StoredReview,
  terms: ReviewTerms,
  approver: string,
  by: VoteJudgement,
): Promise<void> {
  const votes = review.votes.filter(({ vote }) => vote.approver === approver);
  const counted = await countedVotes({ ...review, votes }, terms, by);
  if (counted.length === votes.length) return;
  throw new RuntimeError("INV-106", "The store holds a vote of this approver that does not count.", {
    details: { executionId: review.task.executionId, approver },
  });
}

function isAdmitted(
  task: ReviewTask,
  terms: ReviewTerms,
  vote: ReviewVote,
  { trustRoot }: VoteJudgement,
): boolean {
  try {
    // The seal says by when it was cast: see `isSealed`.
    requireMayVote(task, terms, vote, parseTimestamp(vote.votedAt));
    requireSignature(trustRoot, terms, vote, roleKey);
    return true;
  } catch (error) {
    if (ParmanaError.isInstance(error)) return false;
    throw error;
  }
}

async function isSealed(
  terms: ReviewTerms,
  { vote, seal: text }: SealedVote,
  by: VoteJudgement,
): Promise<boolean> {
  const seal = readVoteSeal(text);
  if (seal === undefined) return false;
  // Not with a key that had run out by then: a seal is no older than what the runtime signed and what was cast.
  const sealedMs = parseTimestamp(seal.sealedAt);
  if (![vote.votedAt, terms.attestation.issuedAt].every((time) => parseTimestamp(time) <= sealedMs))
    return false;
  const verifier = sealVerifier(seal, by);
  return verifier !== undefined && (await verifyVoteSeal(subjectOf(terms), vote, seal, verifier));
}

/** A runtime key that was valid when it sealed, may have been rotated since, and is not revoked. */
function sealVerifier(
  { keyId, sealedAt }: VoteSeal,
  { trustRoot, verifier }: VoteJudgement,
): Verifier | undefined {
  if (!trustRoot.roles.has("runtime")) return verifier;
  try {
    return new LocalVerifier(roleKey(trustRoot, "runtime", keyId, parseTimestamp(sealedAt)).publicKey);
  } catch (error) {
    if (ParmanaError.isInstance(error)) return undefined;
    throw error;
  }
}
