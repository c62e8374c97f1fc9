import { formatTimestamp, ownMembers, ParmanaError, parseTimestamp } from "@parmanasystems/canonical";
import {
  type ExecutionAttestation,
  isParty,
  issueResolution,
  parseVote,
  type Resolution,
  type ResolutionAttestation,
  type ResolutionEvidence,
  resolutionEvidence,
  type ReviewVote,
  sealVote,
} from "@parmanasystems/execution";
import { requireSigningKey } from "@parmanasystems/governance";
import type { RuntimeProvenance } from "@parmanasystems/provenance";
import { requireMayVote, requireSignature, subjectOf } from "./admitted-vote.js";
import {
  countedReview,
  countedVotes,
  requireCounted,
  uncountedVotes,
  type VoteJudgement,
} from "./counted-votes.js";
import { RuntimeError } from "./errors.js";
import type { ExecutionContext } from "./execute.js";
import type { GovernedEnvironment } from "./governed-environment.js";
import type {
  ReviewRecord,
  ReviewTask,
  ReviewTasks,
  ReviewTerms,
  SamePerson,
  StoredReview,
} from "./ports.js";
import { EXPIRED } from "./override-end.js";
import { unusable } from "./replay-arguments.js";
import { requireGenuine, requireListed, requireTermsOfPolicy } from "./review-authority.js";
import { notPending } from "./review-transitions.js";

/** A vote to cast. A signed one comes with its date; for another it is now. */
export interface ReviewVoteInput extends Omit<ReviewVote, "votedAt"> {
  readonly executionId: string;
  readonly votedAt?: string;
}

/** Where a review stands after a vote. */
export type ReviewOutcome =
  | { readonly state: "pending"; readonly approvals: number; readonly quorum: number }
  | {
      readonly state: "resolved";
      readonly attestation: ResolutionAttestation;
      readonly evidence: ResolutionEvidence;
    };

/** People who decide what the policy leaves to them. Who they are, the caller has authenticated. */
export interface Reviews {
  /** The tasks still pending, oldest first. */
  list(): Promise<readonly ReviewTask[]>;
  /** With the votes that count. */
  find(executionId: string): Promise<ReviewRecord | undefined>;
  /** Tells others, for 15 minutes, that someone is at it. @throws RuntimeError INV-017, INV-019, INV-096 */
  claim(executionId: string, approver: string): Promise<ReviewRecord>;
  /**
   * Casts a vote. One rejection ends the review as rejected, a quorum of approvals as approved; its end is signed, and
   * recorded before it is returned.
   * @param samePerson which other names could be this approver's: neither the requester's nor that of a vote that counts may be. By default each name is another person
   * @throws RuntimeError INV-019, INV-090 to INV-097; INV-106, after which the same vote is sent once more; ExecutionError INV-044, INV-053
   */
  vote(vote: ReviewVoteInput, samePerson?: SamePerson): Promise<ReviewOutcome>;
  /**
   * Finishes what a crash left, and refuses what has run out.
   * @returns the executions that ended
   */
  settle(): Promise<readonly string[]>;
}

const CLAIM_MS = 15 * 60 * 1000;

/** A task that people may decide. */
interface Reviewed {
  readonly record: StoredReview;
  readonly terms: ReviewTerms;
}

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
    list: () => tasks.list(),
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
      const { record, terms } = await requireReviewed(executionId);
      if (now >= parseTimestamp(terms.expiresAt)) {
        await conclude(context, { record, terms }, now);
        throw new RuntimeError(EXPIRED, "The time for this override has run out; it is refused.", {
          details: { executionId, expiresAt: terms.expiresAt },
        });
      }
      const governed = await environment.current();
      await requireGenuine(context, governed, record.task, terms);
      requireMayVote(record.task, terms, vote, now, samePerson);
      requireSignature(governed.trustRoot, terms, vote, requireSigningKey);
      if (vote.decision === "approved") {
        requireListed(governed, terms.attestation);
        await requireTermsOfPolicy(governed, terms);
      }
      // A seal by a key that may not sign now would never count.
      governed.requireInForce(now, signer.keyId);
      const by = judgement(governed, context);
      const isTheirs = (name: string) => name === vote.approver || samePerson(name);
      const uncounted = await uncountedVotes(record, terms, isTheirs, by);
      const seal = await sealVote(subjectOf(terms), vote, formatTimestamp(now), signer, verifier);
      const voted = await tasks.vote(executionId, { vote, seal }, uncounted, samePerson);
      await requireCounted(voted, terms, vote, by);
      // By the time that it is now: signing and storing took some, and others may have voted meanwhile.
      return conclude(context, { record: voted, terms }, clock.now());
    },
    async settle() {
      const ended: string[] = [];
      let failure: { readonly error: unknown } | undefined;
      for (const { executionId, terms } of await tasks.list()) {
        if (terms === undefined) continue;
        try {
          if (await finish(context, tasks, executionId, terms)) ended.push(executionId);
        } catch (error) {
          failure ??= { error };
        }
      }
      // One review that cannot end keeps no other from it.
      if (failure !== undefined) throw failure.error;
      return ended;
    },
  } satisfies Reviews);
}

/** Whether the review has ended, by what the log or its votes and its time say. */
async function finish(
  context: ExecutionContext,
  tasks: ReviewTasks,
  executionId: string,
  terms: ReviewTerms,
): Promise<boolean> {
  const resolved = await context.recorder.findResolved(executionId);
  if (resolved !== undefined) {
    await context.recorder.finishResolution(resolved);
    return true;
  }
  const record = await tasks.find(executionId);
  if (record?.state !== "pending") return false;
  try {
    const outcome = await conclude(context, { record, terms }, context.clock.now());
    return outcome.state === "resolved";
  } catch (error) {
    // Someone else ended it at the same time, or its policy was revoked and it must wait for its end.
    if (ParmanaError.isInstance(error) && ["INV-019", "INV-097"].includes(error.code)) return false;
    throw error;
  }
}

/** Signs and records the end, if the votes or the time demand one. */
async function conclude(
  context: ExecutionContext,
  { record, terms }: Reviewed,
  now: number,
): Promise<ReviewOutcome> {
  const { recorder, environment, signer, verifier } = context;
  const governed = await environment.current();
  const votes = await countedVotes(record, terms, judgement(governed, context));
  const resolution = endOf(votes, terms, now);
  if (resolution === undefined) return { state: "pending", approvals: votes.length, quorum: terms.quorum };
  const { attestation: first } = terms;
  const { executionId } = record.task;
  governed.requireInForce(now, signer.keyId);
  await requireGenuine(context, governed, record.task, terms);
  if (resolution === "approved") {
    requireListed(governed, first);
    await requireTermsOfPolicy(governed, terms);
  }
  const attestation = await issueResolution(
    {
      attestation: first,
      resolution,
      votes,
      // Another node's clock may be a little ahead, and no end is older than its votes.
      issuedAt: formatTimestamp(Math.max(now, ...votes.map(({ votedAt }) => parseTimestamp(votedAt)))),
      provenance: provenanceOf(governed, first),
    },
    signer,
    verifier,
  );
  const evidence = resolutionEvidence(executionId, votes);
  const known = await recorder.find(executionId);
  await recorder.resolve(executionId, resolution, {
    event: "override_resolved",
    executionId,
    fingerprint: first.execution_fingerprint,
    // A store that has lost the execution does not know any more; the log asks for it in attested records only.
    identity: known?.identity ?? "execution",
    decision: resolution === "approved" ? "approved" : "rejected",
    code: resolution === "expired" ? EXPIRED : null,
    attestation,
    evidence,
  });
  return { state: "resolved", attestation, evidence };
}

function endOf(votes: readonly ReviewVote[], terms: ReviewTerms, now: number): Resolution | undefined {
  if (votes.some(({ decision }) => decision === "rejected")) return "rejected";
  if (votes.length >= terms.quorum) return "approved";
  return now >= parseTimestamp(terms.expiresAt) ? "expired" : undefined;
}

function judgement({ trustRoot }: GovernedEnvironment, { verifier }: ExecutionContext): VoteJudgement {
  return { trustRoot, verifier };
}

function requireTerms({ executionId, terms }: ReviewTask): ReviewTerms {
  if (terms !== undefined) return terms;
  throw new RuntimeError("INV-091", "The task was added without terms, so nobody may decide it.", {
    details: { executionId },
  });
}

/** The runtime that resolves; policy, bundle and signals are those that were decided on. */
function provenanceOf(
  { trustRoot, policyIndex, release }: GovernedEnvironment,
  { provenance }: ExecutionAttestation,
): RuntimeProvenance {
  return {
    ...provenance,
    runtimeVersion: release.runtimeVersion,
    runtimeHash: release.runtimeHash,
    releaseManifestHash: release.releaseManifestHash,
    trustRootVersion: trustRoot.version,
    trustRootHash: trustRoot.hash,
    policyIndexVersion: policyIndex.version,
  };
}
