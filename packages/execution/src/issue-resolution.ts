import type { RuntimeProvenance } from "@parmanasystems/provenance";
import { encodeBase64, LocalSigner, payloadTypes, type Signer, type Verifier } from "@parmanasystems/signing";
import {
  attestationHash,
  type ExecutionAttestation,
  parseAttestation,
  requirePayloadSize,
} from "./attestation.js";
import { ExecutionError } from "./errors.js";
import {
  parseResolution,
  type Resolution,
  type ResolutionAttestation,
  resolutionPayload,
  type ResolvedFields,
} from "./resolution.js";
import { parseVote, type ReviewVote, votesHash } from "./review-vote.js";
import { signPayload, verifyPayload } from "./signatures.js";

/** A pending execution, and how it ended. */
export interface IssueResolutionInput {
  /** The attestation that says pending_override. */
  readonly attestation: ExecutionAttestation;
  readonly resolution: Resolution;
  readonly votes: readonly ReviewVote[];
  /** RFC 3339 UTC with milliseconds. */
  readonly issuedAt: string;
  /** Of the runtime that resolves. The hashes of policy, bundle and signals must be those of the attestation. */
  readonly provenance: RuntimeProvenance;
}

/**
 * Signs how a pending execution ended. Whether the votes may be cast, and are enough, is for the caller to know.
 * @throws INV-022, INV-044 to INV-047, INV-053; ProvenanceError INV-03x
 */
export async function issueResolution(
  input: IssueResolutionInput,
  signer: Signer,
  verifier: Verifier,
): Promise<ResolutionAttestation> {
  const attestation = parseAttestation(input.attestation);
  const votes = input.votes.map(parseVote);
  if (attestation.decision !== "pending_override") {
    throw new ExecutionError("INV-047", "The attestation does not say pending_override.", {
      details: { decision: attestation.decision },
    });
  }
  requireCarried(input.resolution, votes);
  const { execution_id, execution_fingerprint, policyId, policyVersion, audience, actionHash } = attestation;
  const fields: ResolvedFields = {
    execution_id,
    execution_fingerprint,
    policyId,
    policyVersion,
    attestationHash: attestationHash(attestation),
    resolution: input.resolution,
    votesHash: votesHash(votes),
    approvals: votes.filter(({ decision }) => decision === "approved").length,
    issuedAt: input.issuedAt,
    ...(audience !== undefined && { audience }),
    ...(actionHash !== undefined && { actionHash }),
    provenance: input.provenance,
    keyId: signer.keyId,
  };
  const payload = requirePayloadSize(resolutionPayload(fields));
  const signature = await signPayload(signer, payloadTypes.attestation, payload, "INV-053");
  const resolution = parseResolution({ ...fields, signature: encodeBase64(signature) });
  // What a local key signs is as good as the key; anything else may answer wrongly or with another key.
  if (!LocalSigner.has(signer)) await requireSigned(resolution, signature, verifier);
  return resolution;
}

/** An approval has approvals and nothing else; a rejection has one by a person, or none at all. @throws INV-046 */
function requireCarried(resolution: Resolution, votes: readonly ReviewVote[]): void {
  const approvers = new Set(votes.map(({ approver }) => approver));
  const rejected = votes.some(({ decision }) => decision === "rejected");
  const carried = {
    approved: votes.length > 0 && !rejected,
    rejected: rejected || votes.length === 0,
    expired: !rejected,
  }[resolution];
  if (carried && approvers.size === votes.length) return;
  throw new ExecutionError("INV-046", `The votes do not carry the resolution "${resolution}".`, {
    details: { votes: votes.length, approvers: approvers.size },
  });
}

/** @throws INV-053 */
async function requireSigned(
  resolution: ResolutionAttestation,
  signature: Uint8Array,
  verifier: Verifier,
): Promise<void> {
  const payload = resolutionPayload(resolution);
  if (verifier.keyId === resolution.keyId) {
    if (await verifyPayload(verifier, payloadTypes.attestation, payload, signature)) return;
  }
  throw new ExecutionError("INV-053", "The signature that the signer returned does not verify.", {
    details: { keyId: verifier.keyId },
  });
}
