import type { Sha256 } from "@parmanasystems/canonical";
import type { PolicyName } from "../bundle.js";
import { GovernanceError } from "../errors.js";
import { findVersion, type PolicyIndex, type PolicyVersions, type VersionStatus } from "../policy-index.js";
import type { TrustRoot } from "../trust-root/trust-root.js";
import { loadPolicyBundle } from "./load-policy-bundle.js";

/** Publishing lists a signed bundle as active, deprecating marks it as superseded, revoking ends it for good. */
export type IndexChange = "publish" | "deprecate" | "revoke";

export interface IndexChangeTerms extends PolicyName {
  readonly policiesRootPath: string;
  readonly trustRoot: TrustRoot;
}

/**
 * The policies of the next index.
 * @throws GovernanceError POL-001 to -042, POL-050, POL-051, TRUST-001 to -006, TRUST-030 to -037
 */
export async function changePolicies(
  index: PolicyIndex,
  change: IndexChange,
  terms: IndexChangeTerms,
): Promise<ReadonlyMap<string, PolicyVersions>> {
  const { policyId, policyVersion } = terms;
  const listing = await listingAfter(index, change, terms);
  const policies = new Map(index.policies);
  policies.set(policyId, relist(policies.get(policyId), policyVersion, listing));
  return policies;
}

interface Listing {
  readonly status: VersionStatus;
  readonly bundleHash: Sha256;
}

async function listingAfter(
  index: PolicyIndex,
  change: IndexChange,
  terms: IndexChangeTerms,
): Promise<Listing> {
  switch (change) {
    case "publish":
      return published(index, terms);
    case "deprecate": {
      const { status, bundleHash } = requireKnown(index, terms);
      if (status === "revoked") {
        throw new GovernanceError(
          "POL-051",
          `${terms.policyId} ${terms.policyVersion} is revoked and stays so.`,
        );
      }
      return { status: "deprecated", bundleHash };
    }
    case "revoke":
      return { status: "revoked", bundleHash: requireKnown(index, terms).bundleHash };
  }
}

async function published(index: PolicyIndex, terms: IndexChangeTerms): Promise<Listing> {
  const { policiesRootPath, policyId, policyVersion, trustRoot } = terms;
  const { bundleHash } = await loadPolicyBundle(policiesRootPath, policyId, policyVersion, trustRoot);
  const listed = findVersion(index, terms);
  if (listed?.status === "revoked") {
    throw new GovernanceError(
      "POL-051",
      `${policyId} ${policyVersion} is revoked and cannot be published again.`,
    );
  }
  if (listed !== undefined && listed.bundleHash !== bundleHash) {
    throw new GovernanceError(
      "POL-050",
      `${policyId} ${policyVersion} is published with another bundle: give the change a new version.`,
    );
  }
  return { status: "active", bundleHash };
}

function relist(
  versions: PolicyVersions | undefined,
  policyVersion: string,
  listing: Listing,
): PolicyVersions {
  const moved = {
    active: new Map(versions?.active),
    deprecated: new Map(versions?.deprecated),
    revoked: new Map(versions?.revoked),
  };
  for (const table of Object.values(moved)) table.delete(policyVersion);
  moved[listing.status].set(policyVersion, listing.bundleHash);
  return moved;
}

function requireKnown(index: PolicyIndex, name: PolicyName): Listing {
  const listed = findVersion(index, name);
  if (listed === undefined) {
    throw new GovernanceError(
      "POL-042",
      `Policy index version ${index.version} does not list ${name.policyId} ${name.policyVersion}.`,
    );
  }
  return listed;
}
