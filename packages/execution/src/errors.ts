import { type ErrorTable, ParmanaError } from "@parmanasystems/canonical";

export const executionErrors = {
  "SYS-006": {
    meaning: "No rule of the policy matched, so there is no decision.",
    remedy: "End the policy with a catch-all rule; `parsePolicy` refuses a policy without one (POL-021).",
  },
  "INV-001": {
    meaning: "The execution token is malformed: a member is missing, unknown or not of its one spelling.",
    remedy: "Pass the object that `issueExecutionToken` returned, unchanged.",
  },
  "INV-002": {
    meaning: "The token's lifetime is not positive or is longer than five minutes.",
    remedy: "Issue the token with `expiresAt` after `issuedAt` by at most five minutes.",
  },
  "INV-003": {
    meaning: "The token names another issuing key than the one it is verified with.",
    remedy: "Verify with the public key of the issuer; a token of any other key is refused.",
  },
  "INV-004": {
    meaning: "The token's signature does not verify: it was changed or signed by another key.",
    remedy: "Discard the token and ask for a decision again.",
  },
  "INV-005": {
    meaning: "The token was issued for another audience.",
    remedy: "Redeem a token only at the runtime whose key id is its `audience`.",
  },
  "INV-006": {
    meaning: "The token is not valid yet: the time of use is before its `issuedAt`.",
    remedy: "Check the clocks of issuer and runtime.",
  },
  "INV-007": {
    meaning: "The token has expired: the time of use is not before its `expiresAt`.",
    remedy: "Issue a new token.",
  },
  "INV-008": {
    meaning: "A token was issued or verified with an unusable argument.",
    remedy: "The message names the argument and what it must be.",
  },
  "INV-009": {
    meaning:
      "The signer of a token has no usable key id, or returned something that is no Ed25519 signature.",
    remedy: "Check the signer; no token was issued.",
  },
  "INV-020": {
    meaning: "The attestation is malformed: a member is missing, unknown or not of its one spelling.",
    remedy: "Pass the attestation as it was returned; the message names the member.",
  },
  "INV-021": {
    meaning: "The attestation contradicts itself: `execution_state` does not follow from `decision`.",
    remedy: "Discard it; no runtime signs such an attestation.",
  },
  "INV-022": {
    meaning: "The signed payload of the attestation is larger than 3,584 bytes.",
    remedy: "Shorten `reason`, `requester` or `audience`; signals belong in the evidence file.",
  },
  "INV-023": {
    meaning: "The envelope carries another payload type than an attestation or a resolution.",
    remedy: "Pass an envelope whose payloadType is application/vnd.in-toto+json.",
  },
  "INV-024": {
    meaning: "The envelope does not carry exactly one signature.",
    remedy: "An attestation or a resolution is signed once, by the runtime key.",
  },
  "INV-025": {
    meaning: "The envelope's keyid is not the key id inside the signed predicate.",
    remedy: "Discard the envelope, or take it unchanged from `toEnvelope` or `toResolutionEnvelope`.",
  },
  "INV-026": {
    meaning: "The envelope's payload is not the canonical form of its statement, so it would not round-trip.",
    remedy: "Take the envelope unchanged from `toEnvelope` or `toResolutionEnvelope`.",
  },
  "INV-027": {
    meaning:
      "The payload is not an in-toto Statement of the kind that was asked for: an attestation or a resolution.",
    remedy: "Check `_type`, `subject` and `predicateType`; the message names the member.",
  },
  "INV-028": {
    meaning: "An entry of the audit log is not the canonical JSON of a log entry.",
    remedy: "Take the bytes of the leaf as the log stores them; the message names the member.",
  },
  "INV-044": {
    meaning: "A vote on a pending execution, or the list of them, is malformed.",
    remedy: "The message names the member and what it must be; keyId and signature come together.",
  },
  "INV-045": {
    meaning: "The resolution is malformed: a member is missing, unknown or not of its one spelling.",
    remedy: "Pass the resolution as it was returned; the message names the member.",
  },
  "INV-046": {
    meaning: "The votes do not carry the resolution: an approval with a rejection, or the other way round.",
    remedy: "Resolve as the votes say, each approver counted once.",
  },
  "INV-047": {
    meaning: "Only an attestation that says pending_override can be resolved.",
    remedy: "Pass the attestation of the pending execution.",
  },
  "INV-050": {
    meaning: "The decision is not the one that the token permits.",
    remedy: "Pass the decision for which the token was issued.",
  },
  "INV-051": {
    meaning: "The provenance names another policy bundle than the token.",
    remedy: "Pass the provenance of the runtime that evaluated this bundle.",
  },
  "INV-052": {
    meaning: "An argument of `executeDecision` is malformed.",
    remedy: "The message names the member and what it must be.",
  },
  "INV-053": {
    meaning:
      "The signer returned something that is no Ed25519 signature or does not verify. Nothing was released.",
    remedy: "Check the signer and its key version.",
  },
  "INV-054": {
    meaning:
      "What a signer other than LocalSigner returns cannot be checked: the verifier is of another key.",
    remedy: "Pass the verifier that belongs to the signer's key.",
  },
  "INV-055": {
    meaning: "The policy holds a type, an operator or an operand that this evaluator does not know.",
    remedy: "Take policies only from `parsePolicy` of the same release.",
  },
} as const satisfies ErrorTable;

export type ExecutionErrorCode = keyof typeof executionErrors;

/** Thrown by every function of this package. */
export class ExecutionError extends ParmanaError<ExecutionErrorCode> {}
