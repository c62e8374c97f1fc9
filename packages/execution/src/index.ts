export { attestationHash, attestationPayload, parseAttestation, toStatement } from "./attestation.js";
export type { ExecutionAttestation } from "./attestation.js";
export type { AttestedFields, BoundFields, ExecutionState } from "./attested-fields.js";
export { compilePolicy } from "./compile-policy.js";
export type { CompiledPolicy } from "./compile-policy.js";
export type { UntrustedSignals } from "./validate-read.js";
export type { DecisionResult } from "./decision-result.js";
export { fromEnvelope, fromResolutionEnvelope, toEnvelope, toResolutionEnvelope } from "./envelope.js";
export { ExecutionError, executionErrors } from "./errors.js";
export type { ExecutionErrorCode } from "./errors.js";
export { executeDecision } from "./execute-decision.js";
export type { ExecuteDecisionInput } from "./execute-decision.js";
export { executionFingerprint, fingerprintSignals } from "./execution-fingerprint.js";
export type { Facts, SignalDigests } from "./execution-fingerprint.js";
export type { ExecutionToken, SignedExecutionToken, TokenFields } from "./execution-token.js";
export { isDecisionOutcome, isParty } from "./grammar.js";
export { interpretPolicy } from "./interpret-policy.js";
export { issueExecutionToken } from "./issue-execution-token.js";
export { auditEvents, isErrorCode, parseLogEntry, replayIdentities } from "./log-entry.js";
export type { AuditEvent, LogEntry, ReplayIdentity } from "./log-entry.js";
export { PREDICATE_TYPE } from "./statement.js";
export type { ExecutionPredicate, ExecutionStatement, ExecutionSubject } from "./statement.js";
export { verifyAttestationSignature } from "./verify-attestation-signature.js";
export { verifyExecutionToken } from "./verify-execution-token.js";
export type { TokenUse } from "./verify-execution-token.js";
export { isExecutionId } from "@parmanasystems/provenance";
export { LocalSigner, LocalVerifier } from "@parmanasystems/signing";
export type { DecisionOutcome } from "@parmanasystems/governance";
export { issueResolution } from "./issue-resolution.js";
export type { IssueResolutionInput } from "./issue-resolution.js";
export {
  parseResolution,
  parseResolutionEvidence,
  RESOLUTION_PREDICATE_TYPE,
  resolutionEvidence,
  resolutionHash,
  resolutionPayload,
  verifyResolutionSignature,
} from "./resolution.js";
export type { Resolution, ResolutionAttestation, ResolutionEvidence, ResolvedFields } from "./resolution.js";
export { parseVote, signVote, verifyVoteSignature, votesHash } from "./review-vote.js";
export type { ReviewVote, VoteDecision, VoteSubject } from "./review-vote.js";
export { parseSealedVote, readVoteSeal, sealVote, verifyVoteSeal } from "./vote-seal.js";
export type { SealedVote, VoteSeal } from "./vote-seal.js";
