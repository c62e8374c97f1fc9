import { ParmanaError, parseTimestamp } from "@parmanasystems/canonical";
import { type ExecutionAttestation, verifyAttestationSignature } from "@parmanasystems/execution";
import { roleKey } from "@parmanasystems/governance";
import { RuntimeError } from "./errors.js";
import type { ExecutionContext } from "./execute.js";
import type { GovernedEnvironment } from "./governed-environment.js";
import type { ReviewTask, ReviewTerms } from "./review-ports.js";

/** Between the instant that a task counts from and the date of its attestation. */
const TOLERANCE_MS = 60_000;

/**
 * The store keeps reviews, and has no say in them: before anything is signed, the attestation must be one that a runtime key
 * signed as pending. @throws RuntimeError INV-101
 */
export async function requireGenuine(
  { verifier }: Pick<ExecutionContext, "verifier">,
  governed: GovernedEnvironment,
  { executionId }: ReviewTask,
  { attestation }: ReviewTerms,
): Promise<void> {
  const pending = attestation.execution_id === executionId && attestation.decision === "pending_override";
  const signed =
    attestation.keyId === verifier.keyId
      ? await verifyAttestationSignature(attestation, verifier)
      : signedByRole(governed, attestation);
  if (!pending || !signed)
    refuse(executionId, "its attestation is not one that a runtime key signed as pending");
}

/** And on the terms of the policy that was executed. @throws RuntimeError INV-101; as `policy` for one that cannot be loaded */
export async function requireTermsOfPolicy(governed: GovernedEnvironment, terms: ReviewTerms): Promise<void> {
  const { attestation, approverRoles, quorum, signed, expiresAt } = terms;
  const { policyId, policyVersion, execution_id: executionId, issuedAt } = attestation;
  const { bundle } = await governed.policy(policyId, policyVersion);
  const { override } = bundle.policy;
  const same =
    override !== undefined &&
    bundle.bundleHash === attestation.provenance.bundleHash &&
    quorum === override.quorum &&
    signed === override.signed &&
    approverRoles.length === override.approverRoles.length &&
    approverRoles.every((role, index) => role === override.approverRoles[index]) &&
    parseTimestamp(expiresAt) <=
      parseTimestamp(issuedAt) + override.expiresAfterSeconds * 1_000 + TOLERANCE_MS;
  if (!same) refuse(executionId, "its terms are not those of the policy");
}

/** What was revoked since is approved no more. @throws RuntimeError INV-097 */
export function requireListed(environment: GovernedEnvironment, attestation: ExecutionAttestation): void {
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

function signedByRole({ trustRoot }: GovernedEnvironment, attestation: ExecutionAttestation): boolean {
  try {
    const { publicKey } = roleKey(
      trustRoot,
      "runtime",
      attestation.keyId,
      parseTimestamp(attestation.issuedAt),
    );
    return verifyAttestationSignature(attestation, publicKey);
  } catch (error) {
    if (ParmanaError.isInstance(error)) return false;
    throw error;
  }
}

function refuse(executionId: string, because: string): never {
  throw new RuntimeError("INV-101", `The stored review of ${executionId} is not genuine: ${because}.`, {
    details: { executionId },
  });
}
