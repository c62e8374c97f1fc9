import { formatTimestamp, parseTimestamp } from "@parmanasystems/canonical";
import {
  type ExecutionAttestation,
  issueResolution,
  type Resolution,
  type ResolutionAttestation,
  type ResolutionEvidence,
  resolutionEvidence,
  type ReviewVote,
} from "@parmanasystems/execution";
import type { RuntimeProvenance } from "@parmanasystems/provenance";
import { countedVotes, type VoteJudgement } from "./counted-votes.js";
import type { ExecutionContext } from "./execute.js";
import type { GovernedEnvironment } from "./governed-environment.js";
import { EXPIRED } from "./override-end.js";
import { requireGenuine, requireListed, requireTermsOfPolicy } from "./review-authority.js";
import type { ReviewTerms, StoredReview } from "./review-ports.js";

/** Where a review stands after a vote. */
export type ReviewOutcome =
  | { readonly state: "pending"; readonly approvals: number; readonly quorum: number }
  | {
      readonly state: "resolved";
      readonly attestation: ResolutionAttestation;
      readonly evidence: ResolutionEvidence;
    };

/** A task that people may decide. */
export interface Reviewed {
  readonly record: StoredReview;
  readonly terms: ReviewTerms;
}

/** Signs and records the end, if the votes or the time demand one. */
export async function concludeReview(
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

export function judgement({ trustRoot }: GovernedEnvironment, { verifier }: ExecutionContext): VoteJudgement {
  return { trustRoot, verifier };
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
