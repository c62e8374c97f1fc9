import { formatTimestamp, ownMembers, ParmanaError, parseTimestamp } from "@parmanasystems/canonical";
import {
  attestationHash,
  type ExecutionAttestation,
  isParty,
  issueResolution,
  parseVote,
  type Resolution,
  type ResolutionAttestation,
  type ResolutionEvidence,
  resolutionEvidence,
  type ReviewVote,
  verifyVoteSignature,
} from "@parmanasystems/execution";
import { requireSigningKey } from "@parmanasystems/governance";
import type { RuntimeProvenance } from "@parmanasystems/provenance";
import { RuntimeError } from "./errors.js";
import type { ExecutionContext } from "./execute.js";
import type { GovernedEnvironment } from "./governed-environment.js";
import type { ReviewRecord, ReviewTask, ReviewTasks, ReviewTerms } from "./ports.js";
import { unusable } from "./replay-arguments.js";
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
  find(executionId: string): Promise<ReviewRecord | undefined>;
  /** Tells others, for 15 minutes, that someone is at it. @throws RuntimeError INV-017, INV-019, INV-096 */
  claim(executionId: string, approver: string): Promise<ReviewRecord>;
  /**
   * Casts a vote. One rejection ends the review as rejected, a quorum of approvals as approved; its end is signed, and
   * recorded before it is returned.
   * @throws RuntimeError INV-019, INV-090 to INV-097; ExecutionError INV-044
   */
  vote(vote: ReviewVoteInput): Promise<ReviewOutcome>;
  /**
   * Finishes what a crash left, and refuses what has run out.
   * @returns the executions that ended
   */
  settle(): Promise<readonly string[]>;
}

const CLAIM_MS = 15 * 60 * 1000;

/** A task that people may decide. */
interface Reviewed {
  readonly record: ReviewRecord;
  readonly terms: ReviewTerms;
}

export function createReviews(context: ExecutionContext, tasks: ReviewTasks): Reviews {
  const { clock, environment } = context;

  async function requireReviewed(executionId: string): Promise<Reviewed> {
    const record = await tasks.find(executionId);
    if (record?.state !== "pending") throw notPending(executionId, record?.state);
    return { record, terms: requireTerms(record.task) };
  }

  return Object.freeze({
    list: () => tasks.list(),
    find: (executionId) => tasks.find(executionId),
    async claim(executionId, approver) {
      if (!isParty(approver)) throw unusable("approver", "1 to 256 printable characters");
      const now = clock.now();
      return tasks.claim(executionId, { by: approver, until: formatTimestamp(now + CLAIM_MS) }, now);
    },
    async vote(input) {
      const now = clock.now();
      const { executionId, ...cast } = ownMembers(input);
      const vote = parseVote({ votedAt: formatTimestamp(now), ...cast });
      const { record, terms } = await requireReviewed(executionId);
      if (now >= parseTimestamp(terms.expiresAt)) {
        await conclude(context, { record, terms }, now);
        throw new RuntimeError("INV-095", "The time for this override has run out; it is refused.", {
          details: { executionId, expiresAt: terms.expiresAt },
        });
      }
      const governed = await environment.current();
      requireMayVote(record.task, terms, vote, now);
      requireSignature(governed, terms, vote);
      if (vote.decision === "approved") requireListed(governed, terms.attestation);
      const voted = await tasks.vote(executionId, vote);
      return (await conclude(context, { record: voted, terms }, now)) ?? pendingOutcome(voted, terms);
    },
    async settle() {
      const ended: string[] = [];
      for (const { executionId, terms } of await tasks.list()) {
        if (terms === undefined) continue;
        if (await finish(context, tasks, executionId, terms)) ended.push(executionId);
      }
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
    return (await conclude(context, { record, terms }, context.clock.now())) !== undefined;
  } catch (error) {
    // Someone else ended it at the same time, or its policy was revoked and it must wait for its end.
    if (ParmanaError.isInstance(error) && ["INV-019", "INV-097"].includes(error.code)) return false;
    throw error;
  }
}

/** Signs and records the end, if the votes or the time demand one. */
async function conclude(
  { recorder, environment, signer, verifier }: ExecutionContext,
  { record, terms }: Reviewed,
  now: number,
): Promise<Extract<ReviewOutcome, { state: "resolved" }> | undefined> {
  const resolution = endOf(record, terms, now);
  if (resolution === undefined) return undefined;
  const { attestation: first } = terms;
  const { executionId } = record.task;
  const governed = await environment.current();
  governed.requireInForce(now, signer.keyId);
  if (resolution === "approved") requireListed(governed, first);
  const attestation = await issueResolution(
    {
      attestation: first,
      resolution,
      votes: record.votes,
      issuedAt: formatTimestamp(now),
      provenance: provenanceOf(governed, first),
    },
    signer,
    verifier,
  );
  const evidence = resolutionEvidence(executionId, record.votes);
  const known = await recorder.find(executionId);
  await recorder.resolve(executionId, resolution, {
    event: "override_resolved",
    executionId,
    fingerprint: first.execution_fingerprint,
    // A store that has lost the execution does not know any more; the log asks for it in attested records only.
    identity: known?.identity ?? "execution",
    decision: resolution === "approved" ? "approved" : "rejected",
    code: resolution === "expired" ? "INV-095" : null,
    attestation,
    evidence,
  });
  return { state: "resolved", attestation, evidence };
}

function endOf({ votes }: ReviewRecord, terms: ReviewTerms, now: number): Resolution | undefined {
  if (votes.some(({ decision }) => decision === "rejected")) return "rejected";
  if (votes.length >= terms.quorum) return "approved";
  return now >= parseTimestamp(terms.expiresAt) ? "expired" : undefined;
}

function pendingOutcome({ votes }: ReviewRecord, { quorum }: ReviewTerms): ReviewOutcome {
  return { state: "pending", approvals: votes.length, quorum };
}

function requireTerms({ executionId, terms }: ReviewTask): ReviewTerms {
  if (terms !== undefined) return terms;
  throw new RuntimeError("INV-091", "The task was added without terms, so nobody may decide it.", {
    details: { executionId },
  });
}

/** @throws RuntimeError INV-090, INV-091, INV-093 */
function requireMayVote({ createdAt }: ReviewTask, terms: ReviewTerms, vote: ReviewVote, now: number): void {
  const { approver, role, votedAt } = vote;
  const { attestation, approverRoles } = terms;
  const requester = Object.hasOwn(attestation, "requester") ? attestation.requester : undefined;
  if (approver === requester) {
    throw new RuntimeError("INV-090", "Whoever asked for an execution does not decide about it.", {
      details: { approver },
    });
  }
  if (!approverRoles.includes(role)) {
    throw new RuntimeError("INV-091", `Only ${approverRoles.join(" or ")} may decide this execution.`, {
      details: { role, approverRoles },
    });
  }
  const votedMs = parseTimestamp(votedAt);
  if (votedMs < parseTimestamp(createdAt) || votedMs > now) {
    throw new RuntimeError("INV-093", "The vote must be dated between the execution and now.", {
      details: { votedAt, createdAt },
    });
  }
}

/** A signature is checked wherever there is one, and demanded where the policy does. @throws RuntimeError INV-092 */
function requireSignature({ trustRoot }: GovernedEnvironment, terms: ReviewTerms, vote: ReviewVote): void {
  const { approver, role, keyId, votedAt } = vote;
  if (keyId === undefined && !terms.signed) return;
  const refuse = (sentence: string, cause?: unknown): never => {
    throw new RuntimeError("INV-092", sentence, { details: { role, approver, keyId: keyId ?? null }, cause });
  };
  if (keyId === undefined) return refuse("The policy demands that approvers sign their votes.");
  const key = signingKey(trustRoot, `approver:${role}`, keyId, parseTimestamp(votedAt), refuse);
  if (key.operator !== approver) return refuse(`The key belongs to ${key.operator}, not to the approver.`);
  const { attestation } = terms;
  const subject = {
    execution_id: attestation.execution_id,
    attestationHash: attestationHash(attestation),
  };
  if (!verifyVoteSignature(subject, vote, key.publicKey)) refuse("The signature of the vote does not hold.");
}

function signingKey(
  trustRoot: GovernedEnvironment["trustRoot"],
  role: string,
  keyId: string,
  at: number,
  refuse: (sentence: string, cause: unknown) => never,
): ReturnType<typeof requireSigningKey> {
  try {
    return requireSigningKey(trustRoot, role, keyId, at);
  } catch (cause) {
    return refuse(`The trust root does not let this key vote as ${role}.`, cause);
  }
}

/** What was revoked since is approved no more. @throws RuntimeError INV-097 */
function requireListed(environment: GovernedEnvironment, attestation: ExecutionAttestation): void {
  const { policyId, policyVersion, provenance } = attestation;
  try {
    environment.requireListed({ policyId, policyVersion }, provenance.bundleHash);
  } catch (cause) {
    throw new RuntimeError("INV-097", `${policyId} ${policyVersion} may not approve anything any more.`, {
      details: { policyId, policyVersion },
      cause,
    });
  }
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
