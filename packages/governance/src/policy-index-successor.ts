import { GovernanceError } from "./errors.js";
import { findVersion, type PolicyIndex } from "./policy-index.js";

/**
 * Whether `next` may replace `previous`, signatures apart: exactly the next version, dated no earlier, and no published
 * version gets another bundle, comes back from its revocation, or is forgotten.
 * @throws GovernanceError TRUST-042, POL-046, POL-048, POL-050, POL-051
 */
export function requireIndexSuccessor(previous: PolicyIndex, next: PolicyIndex): void {
  if (next.version === previous.version && next.hash !== previous.hash) {
    throw new GovernanceError(
      "POL-048",
      `There are two different policy indexes of version ${next.version}.`,
    );
  }
  if (next.version !== previous.version + 1) {
    throw new GovernanceError(
      "TRUST-042",
      `After policy index version ${previous.version} comes version ${previous.version + 1}, not ${next.version}.`,
    );
  }
  if (next.issuedAt < previous.issuedAt) {
    throw new GovernanceError(
      "POL-046",
      `Policy index version ${previous.version} is dated later than the one that would replace it.`,
    );
  }
  for (const [policyId, versions] of previous.policies) {
    for (const table of Object.values(versions)) {
      for (const policyVersion of table.keys()) requireKept(previous, next, { policyId, policyVersion });
    }
  }
}

function requireKept(
  previous: PolicyIndex,
  next: PolicyIndex,
  name: { readonly policyId: string; readonly policyVersion: string },
): void {
  const before = findVersion(previous, name);
  const after = findVersion(next, name);
  const title = `${name.policyId} ${name.policyVersion}`;
  if (before?.bundleHash !== after?.bundleHash) {
    throw new GovernanceError(
      "POL-050",
      after === undefined
        ? `${title} is published, and policy index version ${next.version} does not list it: revoke it instead.`
        : `${title} is published with another bundle: give the change a new version.`,
    );
  }
  if (before?.status === "revoked" && after?.status !== "revoked") {
    throw new GovernanceError("POL-051", `${title} is revoked and cannot be published again.`);
  }
}
