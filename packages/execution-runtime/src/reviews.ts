import { formatTimestamp, ownMembers, parseTimestamp } from "@parmanasystems/canonical";
import { isParty, parseVote, type ReviewVote, sealVote } from "@parmanasystems/execution";
import { requireSigningKey } from "@parmanasystems/governance";
import { requireMayVote, requireSignature, subjectOf } from "./admitted-vote.js";
import { concludeReview, judgement, type Reviewed, type ReviewOutcome } from "./conclude-review.js";
import { countedReview, requireCounted, uncountedVotes } from "./counted-votes.js";
import { RuntimeError } from "./errors.js";
import type { ExecutionContext } from "./execute.js";
import { EXPIRED } from "./override-end.js";
import { unusable } from "./replay-arguments.js";
import { requireGenuine, requireListed, requireTermsOfPolicy } from "./review-authority.js";
import type {
  ReviewPage,
  ReviewRecord,
  ReviewTask,
  ReviewTasks,
  ReviewTerms,
  SamePerson,
  StoredReview,
} from "./review-ports.js";
import { couldBe, notPending } from "./review-transitions.js";
import { settleReviews } from "./settle-reviews.js";

/** A vote to cast. A signed one comes with its date; for another it is now. */
export interface ReviewVoteInput extends Omit<ReviewVote, "votedAt"> {
  readonly executionId: string;
  readonly votedAt?: string;
}

/** People who decide what the policy leaves to them. Who they are, the caller has authenticated. */
export interface Reviews {
  /** The tasks still pending, oldest first, a page at a time: 100 of them, unless told otherwise. @throws RuntimeError INV-017 */
  list(page?: ReviewPage): Promise<readonly ReviewTask[]>;
  /** With the votes that count. */
  find(executionId: string): Promise<ReviewRecord | undefined>;
  /** Tells others, for 15 minutes, that someone is at it. @throws RuntimeError INV-017, INV-019, INV-096 */
  claim(executionId: string, approver: string): Promise<ReviewRecord>;
  /**
   * Casts a vote. One rejection ends the review as rejected, a quorum of approvals as approved; its end is signed, and
   * recorded before it is returned.
   * @param samePerson which other names could be this approver's: neither the requester's nor that of a vote that counts may be. By default each name is another person
   * @throws RuntimeError INV-017 for a `samePerson` that does not answer, INV-019, INV-090 to INV-097; INV-106, after which the same vote is sent once more; ExecutionError INV-044, INV-053
   */
  vote(vote: ReviewVoteInput, samePerson?: SamePerson): Promise<ReviewOutcome>;
  /**
   * Finishes what a crash left, and refuses what has run out.
   * @returns the executions that ended
   */
  settle(): Promise<readonly string[]>;
}

const CLAIM_MS = 15 * 60 * 1000;

export function createReviews(context: ExecutionContext, tasks: ReviewTasks): Reviews {
  const { clock, environment, signer, verifier } = context;

  async function requireReviewed(executionId: string): Promise<Reviewed> {
    const record = await tasks.find(executionId);
    if (record?.state !== "pending") throw notPending(executionId, record?.state);
    return { record, terms: requireTerms(record.task) };
  }

  async function shown(record: StoredReview): Promise<ReviewRecord> {
    return countedReview(record, judgement(await environment.current(), context));
  }

  return Object.freeze({
    list: (page) => tasks.list(page),
    async find(executionId) {
      const found = await tasks.find(executionId);
      return found === undefined ? undefined : shown(found);
    },
    async claim(executionId, approver) {
      if (!isParty(approver)) throw unusable("approver", "1 to 256 printable characters");
      const now = clock.now();
      const claim = { by: approver, until: formatTimestamp(now + CLAIM_MS) };
      return shown(await tasks.claim(executionId, claim, now));
    },
    async vote(input, samePerson = () => false) {
      const now = clock.now();
      const { executionId, ...cast } = ownMembers(input);
      const vote = parseVote({ votedAt: formatTimestamp(now), ...cast });
      const isTheirs = (name: string) => name === vote.approver || couldBe(samePerson, name);
      const { record, terms } = await requireReviewed(executionId);
      if (now >= parseTimestamp(terms.expiresAt)) {
        await concludeReview(context, { record, terms }, now);
        throw new RuntimeError(EXPIRED, "The time for this override has run out; it is refused.", {
          details: { executionId, expiresAt: terms.expiresAt },
        });
      }
      const governed = await environment.current();
      await requireGenuine(context, governed, record.task, terms);
      requireMayVote(record.task, terms, vote, now, isTheirs);
      requireSignature(governed.trustRoot, terms, vote, requireSigningKey);
      if (vote.decision === "approved") {
        requireListed(governed, terms.attestation);
        await requireTermsOfPolicy(governed, terms);
      }
      // A seal by a key that may not sign now would never count.
      governed.requireInForce(now, signer.keyId);
      const by = judgement(governed, context);
      const uncounted = await uncountedVotes(record, terms, isTheirs, by);
      const seal = await sealVote(subjectOf(terms), vote, formatTimestamp(now), signer, verifier);
      const voted = await tasks.vote(executionId, { vote, seal }, uncounted, isTheirs);
      await requireCounted(voted, terms, vote, by);
      // By the time that it is now: signing and storing took some, and others may have voted meanwhile.
      return concludeReview(context, { record: voted, terms }, clock.now());
    },
    settle: () => settleReviews(context, tasks),
  } satisfies Reviews);
}

function requireTerms({ executionId, terms }: ReviewTask): ReviewTerms {
  if (terms !== undefined) return terms;
  throw new RuntimeError("INV-091", "The task was added without terms, so nobody may decide it.", {
    details: { executionId },
  });
}
