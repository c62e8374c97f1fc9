import { parseTimestamp } from "@parmanasystems/canonical";
import {
  attestationHash,
  type ReviewVote,
  verifyVoteSignature,
  type VoteSubject,
} from "@parmanasystems/execution";
import type { roleKey, TrustedKey, TrustRoot } from "@parmanasystems/governance";
import { RuntimeError } from "./errors.js";
import type { ReviewTask, ReviewTerms, SamePerson } from "./review-ports.js";

/** @throws RuntimeError INV-090, INV-091, INV-093 */
export function requireMayVote(
  { createdAt }: ReviewTask,
  terms: ReviewTerms,
  vote: ReviewVote,
  now: number,
  samePerson: SamePerson = () => false,
): void {
  const { approver, role, votedAt } = vote;
  const { attestation, approverRoles } = terms;
  const requester = Object.hasOwn(attestation, "requester") ? attestation.requester : undefined;
  if (approver === requester) {
    throw new RuntimeError("INV-090", "Whoever asked for an execution does not decide about it.", {
      details: { approver },
    });
  }
  if (requester !== undefined && samePerson(requester)) {
    throw new RuntimeError("INV-090", "Whoever may have asked for an execution does not decide about it.", {
      details: { approver, otherName: requester },
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
export function requireSignature(
  trustRoot: TrustRoot,
  terms: ReviewTerms,
  vote: ReviewVote,
  keyOf: typeof roleKey,
): void {
  const { approver, role, keyId, votedAt } = vote;
  if (keyId === undefined && !terms.signed) return;
  const refuse = (sentence: string, cause?: unknown): never => {
    throw new RuntimeError("INV-092", sentence, { details: { role, approver, keyId: keyId ?? null }, cause });
  };
  if (keyId === undefined) return refuse("The policy demands that approvers sign their votes.");
  const key = keyFrom(
    () => keyOf(trustRoot, `approver:${role}`, keyId, parseTimestamp(votedAt)),
    role,
    refuse,
  );
  if (key.operator !== approver) return refuse(`The key belongs to ${key.operator}, not to the approver.`);
  if (!verifyVoteSignature(subjectOf(terms), vote, key.publicKey))
    refuse("The signature of the vote does not hold.");
}

function keyFrom(
  find: () => TrustedKey,
  role: string,
  refuse: (sentence: string, cause: unknown) => never,
): TrustedKey {
  try {
    return find();
  } catch (cause) {
    return refuse(`The trust root does not let this key vote as ${role}.`, cause);
  }
}

/** What a vote on these terms is about. */
export function subjectOf({ attestation }: ReviewTerms): VoteSubject {
  return { execution_id: attestation.execution_id, attestationHash: attestationHash(attestation) };
}
