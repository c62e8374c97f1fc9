import {
  attestationHash,
  type ExecutionAttestation,
  type LocalSigner,
  LocalVerifier,
  type ReviewVote,
  sealVote,
  type VoteSubject,
} from "@parmanasystems/execution";

/** When the votes of `sealAs` were sealed, unless they say otherwise. */
export const SEALED_AT = "2026-11-20T12:01:00.000Z";

/** An approval by an officer, cast half a minute after the execution. */
export function castBy(approver: string, changes: Partial<ReviewVote> = {}): ReviewVote {
  return {
    approver,
    role: "officer",
    decision: "approved",
    reason: "called the vendor",
    votedAt: "2026-11-20T12:00:30.000Z",
    ...changes,
  };
}

/** A vote to cast, unsigned, by an officer. */
export function voteOn(executionId: string, approver: string, decision: ReviewVote["decision"] = "approved") {
  return { executionId, approver, role: "officer", decision, reason: "called the vendor" };
}

export function subjectOf(attestation: ExecutionAttestation): VoteSubject {
  return { execution_id: attestation.execution_id, attestationHash: attestationHash(attestation) };
}

/** As the runtime with this key would. */
export function sealAs(
  signer: LocalSigner,
  subject: VoteSubject,
  vote: ReviewVote,
  at = SEALED_AT,
): Promise<string> {
  return sealVote(subject, vote, at, signer, new LocalVerifier(signer.publicKey));
}
