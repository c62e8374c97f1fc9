import {
  openPolicyIndex,
  requireIndexUnexpired,
  requireListed,
  type PolicyIndex,
  type SignedDocument,
  type TrustRoot,
} from "@parmanasystems/governance";
import type { PresentedAttestation } from "./attestation-checks.js";
import type { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, known, unknown, type Known } from "./known.js";
import { requireDocumentSize } from "./limits.js";

/** Signature of the index; then whether it is in force at the time of verification. */
export function checkPolicyIndex(
  checks: Checklist,
  signed: Known<SignedDocument>,
  trustRoot: Known<TrustRoot>,
  now: Known<number>,
): Known<PolicyIndex> {
  const index = checks.establish("policy-index.authentic", both(signed, trustRoot), ([supplied, root]) => {
    const value = openPolicyIndex(requireDocumentSize(supplied, "the policy index"), root);
    return { value, detail: `Policy index version ${value.version} is signed by the trusted policy keys.` };
  });
  checks.confirm("policy-index.unexpired", both(index, now), ([value, time]) => {
    requireIndexUnexpired(value, time);
    return "The policy index is in force at the time of verification.";
  });
  return index;
}

/** Whether the index is the attestation's own or a later one, and allows the policy version that decided. */
export function checkPolicyListed(
  checks: Checklist,
  presented: Known<PresentedAttestation>,
  index: Known<PolicyIndex>,
): void {
  const given = both(presented, index);

  checks.confirm("policy-index.version", given, ([{ attestation }, { version }]) => {
    const named = attestation.provenance.policyIndexVersion;
    if (version < named) {
      throw new VerifierError(
        "INV-071",
        `the attestation was made under index version ${named}, and version ${version} was supplied.`,
      );
    }
    if (version === named)
      return `The attestation was made under the policy index supplied, version ${version}.`;
    return `The attestation was made under index version ${named}; the later version ${version} was supplied.`;
  });

  checks.confirm(
    "policy-index.in-force",
    both(presented, sameVersion(given)),
    ([{ attestation, issuedAt }, value]) => {
      requireIndexUnexpired(value, issuedAt);
      return `The policy index was in force at ${attestation.issuedAt}, when the attestation was issued.`;
    },
  );

  checks.confirm("policy-index.listed", given, ([{ attestation }, value]) => {
    const { policyId, policyVersion, provenance } = attestation;
    const standing = requireListed(value, { policyId, policyVersion, bundleHash: provenance.bundleHash });
    const remark =
      standing === "deprecated" ? " It is marked as deprecated: allowed, and due to be replaced." : "";
    return `The index lists ${policyId} ${policyVersion} with this bundle, and it is not revoked.${remark}`;
  });
}

function sameVersion(given: Known<readonly [PresentedAttestation, PolicyIndex]>): Known<PolicyIndex> {
  if (!given.known) return given;
  const [{ attestation }, index] = given.value;
  const named = attestation.provenance.policyIndexVersion;
  return named === index.version
    ? known(index)
    : unknown(`index version ${named}, which the attestation names, was not supplied`);
}
