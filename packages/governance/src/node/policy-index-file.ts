import type { Sha256 } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import type { PolicyName } from "../bundle.js";
import { GovernanceError } from "../errors.js";
import {
  createPolicyIndexDocument,
  findVersion,
  openPolicyIndex,
  type PolicyIndex,
  type PolicyIndexDraft,
  type PolicyVersions,
  requireIndexNotRolledBack,
  type VersionStatus,
} from "../policy-index.js";
import type { RememberedVersion } from "../trust-root/trust-root.js";
import { requirePolicyName } from "./bundle-directory.js";
import { withDirectoryLock } from "./directory-lock.js";
import { indexPathsOf, readPolicyIndex } from "./environment.js";
import { loadPolicyBundle } from "./load-policy-bundle.js";
import { checkSigningTerms, signDocument, type SigningTerms } from "./sign-document.js";
import {
  exists,
  type OpenedDocument,
  recoverSignedDocument,
  writeSignedDocument,
} from "./signed-document-files.js";
import { makeDirectory } from "./write-file-atomically.js";

export interface PolicyIndexInput extends SigningTerms {
  readonly policiesRootPath: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface PolicyVersionInput extends PolicyIndexInput, PolicyName {
  /**
   * The highest version of the index that was ever accepted here; undefined only when there was none. An older file in
   * its place must not be signed anew: that would bring revoked versions back under a fresh signature.
   */
  readonly remembered: RememberedVersion | undefined;
}

/**
 * Writes version 1 of an index, with no policy in it.
 * @throws GovernanceError POL-040, TRUST-024, TRUST-025, TRUST-030 to -039, TRUST-051 to -053
 */
export async function createPolicyIndex(input: PolicyIndexInput): Promise<OpenedDocument<PolicyIndex>> {
  const terms = snapshot(input);
  await makeDirectory(terms.policiesRootPath, 0o755);
  return withDirectoryLock(terms.policiesRootPath, async () => {
    await recoverIndex(terms);
    const { documentPath } = indexPathsOf(terms.policiesRootPath);
    if (await exists(documentPath)) {
      throw new GovernanceError("TRUST-051", `There is a policy index already: ${documentPath}.`);
    }
    return writeIndex(terms, {
      version: 1,
      issuedAt: terms.now,
      expiresAt: terms.expiresAt,
      policies: new Map(),
    });
  });
}

/**
 * Lists a signed bundle as active in the next version of the index. For a version that is listed so already,
 * it renews the index.
 * @throws GovernanceError POL-001 to -051, TRUST-001 to -006, TRUST-024, TRUST-025, TRUST-030 to -039,
 * TRUST-052, TRUST-053
 */
export async function publishToIndex(input: PolicyVersionInput): Promise<OpenedDocument<PolicyIndex>> {
  return changeIndex(input, async (index, { policiesRootPath, trustRoot, policyId, policyVersion }) => {
    const { bundleHash } = await loadPolicyBundle(policiesRootPath, policyId, policyVersion, trustRoot);
    const listed = findVersion(index, { policyId, policyVersion });
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
  });
}

/** Marks a listed version as superseded: it still executes. @throws as `publishToIndex`, and POL-042 */
export async function deprecateInIndex(input: PolicyVersionInput): Promise<OpenedDocument<PolicyIndex>> {
  return changeIndex(input, (index, name) => {
    const { status, bundleHash } = requireKnown(index, name);
    if (status === "revoked") {
      throw new GovernanceError("POL-051", `${name.policyId} ${name.policyVersion} is revoked and stays so.`);
    }
    return { status: "deprecated", bundleHash };
  });
}

/** Revokes a listed version for good: it never executes again. @throws as `publishToIndex`, and POL-042 */
export async function revokeInIndex(input: PolicyVersionInput): Promise<OpenedDocument<PolicyIndex>> {
  return changeIndex(input, (index, name) => ({
    status: "revoked",
    bundleHash: requireKnown(index, name).bundleHash,
  }));
}

interface NewListing {
  readonly status: VersionStatus;
  readonly bundleHash: Sha256;
}

type IndexChange = (index: PolicyIndex, terms: PolicyVersionInput) => NewListing | Promise<NewListing>;

async function changeIndex(
  input: PolicyVersionInput,
  change: IndexChange,
): Promise<OpenedDocument<PolicyIndex>> {
  const { policyId, policyVersion, remembered } = input;
  if (!Object.hasOwn(input, "remembered")) {
    throw new GovernanceError(
      "TRUST-050",
      "What is remembered of the policy index must be stated, if only as undefined.",
    );
  }
  const terms = { ...snapshot(input), policyId, policyVersion, remembered };
  requirePolicyName(terms);
  return withDirectoryLock(terms.policiesRootPath, async () => {
    await recoverIndex(terms);
    // An expired index may be renewed; only executions need it to be in force.
    const { value: index } = await readPolicyIndex(terms.policiesRootPath, terms.trustRoot);
    requireIndexNotRolledBack(terms.remembered, index);
    if (terms.now < index.issuedAt) {
      throw new GovernanceError(
        "POL-046",
        `Policy index version ${index.version} is dated later than the one that would replace it.`,
      );
    }
    const listing = await change(index, terms);
    const policies = new Map(index.policies);
    policies.set(terms.policyId, relist(policies.get(terms.policyId), terms.policyVersion, listing));
    return writeIndex(terms, {
      version: index.version + 1,
      issuedAt: terms.now,
      expiresAt: terms.expiresAt,
      policies,
    });
  });
}

function relist(
  versions: PolicyVersions | undefined,
  policyVersion: string,
  listing: NewListing,
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

function requireKnown(index: PolicyIndex, name: PolicyName): NewListing {
  const listed = findVersion(index, name);
  if (listed === undefined) {
    throw new GovernanceError(
      "POL-042",
      `Policy index version ${index.version} does not list ${name.policyId} ${name.policyVersion}.`,
    );
  }
  return listed;
}

async function writeIndex(
  terms: PolicyIndexInput,
  draft: PolicyIndexDraft,
): Promise<OpenedDocument<PolicyIndex>> {
  const document = createPolicyIndexDocument(draft);
  const signed = await signDocument(payloadTypes.policyIndex, document, terms.signers);
  const value = openPolicyIndex(signed, terms.trustRoot);
  await writeSignedDocument(indexPathsOf(terms.policiesRootPath), signed);
  return Object.freeze({ value, signed });
}

async function recoverIndex({ policiesRootPath, trustRoot }: PolicyIndexInput): Promise<void> {
  await recoverSignedDocument(indexPathsOf(policiesRootPath), (signed) => {
    try {
      openPolicyIndex(signed, trustRoot);
      return true;
    } catch (error) {
      if (error instanceof GovernanceError) return false;
      throw error;
    }
  });
}

function snapshot(input: PolicyIndexInput): PolicyIndexInput {
  const { policiesRootPath, expiresAt } = input;
  return { ...checkSigningTerms("policy", input), policiesRootPath, expiresAt };
}
