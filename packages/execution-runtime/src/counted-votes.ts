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
import type { ReviewRecord, ReviewTask, ReviewTerms, SamePerson, StoredReview } from "./review-ports.js";
import { isRepeated, votedOtherwise } from "./review-transitions.js";

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
  const uncounted = stored.length + (review.unreadable ?? 0) - votes.length;
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
    const before = counted.get(vote.approver);
    // Somebody could have copied one. Of two that contradict each other, as only revoked keys leave them, the refusal counts.
    if (before !== undefined && (before.decision === "rejected" || vote.decision === "approved")) continue;
    if (await isCounted(task, terms, sealed, by)) counted.set(vote.approver, vote);
  }
  return [...counted.values()];
}

/** The stored votes of one person that do not count, and so are not in the way of one that will. */
export async function uncountedVotes(
  { task, votes }: StoredReview,
  terms: ReviewTerms,
  isTheirs: SamePerson,
  by: VoteJudgement,
): Promise<SealedVote[]> {
  const uncounted: SealedVote[] = [];
  for (const sealed of votes)
    if (isTheirs(sealed.vote.approver) && !(await isCounted(task, terms, sealed, by))) uncounted.push(sealed);
  return uncounted;
}

/** Nobody is told that a vote was taken but of one that counts, and says what theirs says. @throws RuntimeError INV-094, INV-106 */
export async function requireCounted(
  review: StoredReview,
  terms: ReviewTerms,
  vote: ReviewVote,
  by: VoteJudgement,
): Promise<void> {
  const { approver } = vote;
  const { executionId } = review.task;
  const votes = review.votes.filter((stored) => stored.vote.approver === approver);
  const [counted] = await countedVotes({ ...review, votes }, terms, by);
  if (counted === undefined)
    throw new RuntimeError("INV-106", "The vote that the store holds of this approver does not count.", {
      details: { executionId, approver },
    });
  if (!isRepeated(counted, vote)) throw votedOtherwise(executionId, approver);
}

async function isCounted(
  task: ReviewTask,
  terms: ReviewTerms,
  sealed: SealedVote,
  by: VoteJudgement,
): Promise<boolean> {
  return isAdmitted(task, terms, sealed.vote, by) && (await isSealed(terms, sealed, by));
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
