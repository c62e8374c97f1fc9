import { canonicalize, encodeUtf8, type Sha256, sha256, shorten } from "@parmanasystems/canonical";
import { isPolicyId } from "@parmanasystems/governance";
import {
  decodeBase64,
  encodeBase64,
  pae,
  payloadTypes,
  type PublicKey,
  type Signer,
} from "@parmanasystems/signing";
import { ExecutionError } from "./errors.js";
import { isKeyId, isParty, isSignatureText, isText, isTime } from "./grammar.js";
import { MemberReader, type Refuse } from "./member-reader.js";
import { signPayload } from "./signatures.js";

export type VoteDecision = "approved" | "rejected";

/** What one person decided about an execution that waits for an override. Frozen. */
export interface ReviewVote {
  /** The authenticated person; 1 to 256 printable characters. */
  readonly approver: string;
  /** One of the roles that the policy's `override.approverRoles` names. */
  readonly role: string;
  readonly decision: VoteDecision;
  /** 1 to 1,024 printable characters on one line. */
  readonly reason: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly votedAt: string;
  /** Key id of the approver, in the trust root's role `approver:<role>`. With `signature` or not at all. */
  readonly keyId?: string;
  /** Ed25519 over DSSE PAE of the canonical vote statement; base64. */
  readonly signature?: string;
}

/** What a vote is about: an execution, and the attestation that says it is pending. */
export interface VoteSubject {
  readonly execution_id: string;
  readonly attestationHash: Sha256;
}

const voteShape = {
  required: ["approver", "role", "decision", "reason", "votedAt"],
  optional: ["keyId", "signature"],
};

/** Reads a vote and checks its closed form, not its signature. @throws INV-044 */
export function parseVote(value: unknown): ReviewVote {
  const members = new MemberReader(value, voteShape, refuseVote);
  const keyId = members.optional("keyId", isKeyId, "a key id");
  const signature = members.optional("signature", isSignatureText, "an Ed25519 signature in base64");
  if ((keyId === undefined) !== (signature === undefined)) {
    refuseVote({ pointer: "/signature", expected: "keyId and signature, or neither" });
  }
  return Object.freeze({
    approver: members.required("approver", isParty, "1 to 256 printable characters"),
    role: members.required("role", isPolicyId, "a role of the policy"),
    decision: members.required("decision", isVoteDecision, "approved or rejected"),
    reason: members.required("reason", isText, "1 to 1,024 printable characters on one line"),
    votedAt: members.required("votedAt", isTime, "a UTC time with milliseconds"),
    ...(keyId !== undefined && { keyId }),
    ...(signature !== undefined && { signature }),
  });
}

/** Signs a vote on the approver's own machine. @throws INV-044; INV-053 when the signer fails to sign */
export async function signVote(
  subject: VoteSubject,
  vote: Omit<ReviewVote, "keyId" | "signature">,
  signer: Signer,
): Promise<ReviewVote> {
  const checked = parseVote(vote);
  const payload = votePayload(subject, checked);
  const signature = await signPayload(signer, payloadTypes.reviewVote, payload, "INV-053");
  return parseVote({ ...checked, keyId: signer.keyId, signature: encodeBase64(signature) });
}

/** Whether this very key signed the vote on this very subject. */
export function verifyVoteSignature(subject: VoteSubject, vote: ReviewVote, key: PublicKey): boolean {
  if (vote.signature === undefined || vote.keyId !== key.keyId) return false;
  return key.verify(pae(payloadTypes.reviewVote, votePayload(subject, vote)), decodeBase64(vote.signature));
}

/** Binds the votes, in their order, to the resolution that counted them. */
export function votesHash(votes: readonly ReviewVote[]): Sha256 {
  return sha256(canonicalize(votes));
}

function votePayload({ execution_id, attestationHash }: VoteSubject, vote: ReviewVote): Uint8Array {
  const { approver, role, decision, reason, votedAt } = vote;
  const statement = { type: "parmana/review-vote/v1", execution_id, attestationHash };
  return encodeUtf8(canonicalize({ ...statement, approver, role, decision, reason, votedAt }));
}

function isVoteDecision(value: unknown): value is VoteDecision {
  return value === "approved" || value === "rejected";
}

export const refuseVote: Refuse = ({ pointer, expected }) => {
  throw new ExecutionError("INV-044", `The vote is malformed at ${shorten(pointer)}: expected ${expected}.`, {
    details: { pointer },
  });
};
