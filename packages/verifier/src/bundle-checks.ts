import {
  openPolicyBundle,
  type BundleContent,
  type PolicyBundle,
  type TrustRoot,
} from "@parmanasystems/governance";
import type { Checklist } from "./checklist.js";
import { both, type Known } from "./known.js";
import { requireBundleSize } from "./limits.js";
import { requireSame } from "./require-same.js";
import type { Presented } from "./statement-kind.js";

/** Signature of the manifest, and every file against it. */
export function checkBundle(
  checks: Checklist,
  content: Known<BundleContent>,
  trustRoot: Known<TrustRoot>,
): Known<PolicyBundle> {
  return checks.establish("bundle.authentic", both(content, trustRoot), ([supplied, root]) => {
    const value = openPolicyBundle(requireBundleSize(supplied), root);
    return {
      value,
      detail:
        "The policy bundle is signed by the trusted policy keys, and every file in it is the one that was signed.",
    };
  });
}

/** Whether it is the bundle that decided. */
export function checkBundleNamed(
  checks: Checklist,
  presented: Known<Presented>,
  bundle: Known<PolicyBundle>,
): void {
  const given = both(presented, bundle);

  checks.confirm("bundle.identity", given, ([{ attestation }, { policy }]) => {
    requireSame("INV-070", "the policy", attestation.policyId, policy.policyId);
    requireSame("INV-070", "the policy version", attestation.policyVersion, policy.policyVersion);
    return `The bundle holds the policy that the statement names, ${policy.policyId} ${policy.policyVersion}.`;
  });

  checks.confirm("bundle.schema-version", given, ([{ attestation }, { policy }]) => {
    requireSame("INV-070", "the schema version", attestation.provenance.schemaVersion, policy.schemaVersion);
    return `The policy is written in schema version ${policy.schemaVersion}, as the statement says.`;
  });

  checks.confirm("bundle.hash", given, ([{ attestation }, { bundleHash }]) => {
    requireSame("INV-070", "the bundle", attestation.provenance.bundleHash, bundleHash);
    return "The bundle is the one that decided: its hash is in the statement.";
  });

  checks.confirm("bundle.policy-hash", given, ([{ attestation }, { policyHash }]) => {
    requireSame("INV-070", "the policy file", attestation.provenance.policyHash, policyHash);
    return "The policy file is the one that decided: its hash is in the statement.";
  });
}
