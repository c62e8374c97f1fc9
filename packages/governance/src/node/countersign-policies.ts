import { type Sha256, sha256 } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import { join } from "node:path";
import { openPolicyBundle, type PolicyName } from "../bundle.js";
import { GovernanceError } from "../errors.js";
import { openPolicyIndex, parsePolicyIndex, type PolicyIndex } from "../policy-index.js";
import { proposalOf, signedDocumentOf, signProposal } from "../signature-proposal.js";
import type { SignedDocument } from "../signed-document.js";
import type { RememberedVersion } from "../trust-root/trust-root.js";
import { readBundleContent } from "./bundle-directory.js";
import { withDirectoryLock } from "./directory-lock.js";
import { indexPathsOf } from "./environment.js";
import { checkSigningTerms, type SigningTerms } from "./sign-document.js";
import { readSignedDocument, recoverSignedDocument, writeSignedDocument } from "./signed-document-files.js";
import { bundlePathsOf, recoverBundle } from "./write-bundle.js";

const MAX_INDEX_BYTES = 4 * 1024 * 1024;

export interface CountersignPoliciesInput extends SigningTerms {
  readonly policiesRootPath: string;
  /** The index that was accepted last. Its hash alone tells the genuine one once its key is revoked. */
  readonly remembered: RememberedVersion;
}

export interface CountersignedPolicies {
  readonly policyIndex: PolicyIndex;
  /** The versions whose bundles were signed again; the others still verified. */
  readonly bundles: readonly PolicyName[];
}

/**
 * Signs index and listed bundles again, as they are, once a policy key was revoked and what it signed verifies no more.
 * The index must be the very one remembered, and the bundles those that it lists. The new key must be valid from a time
 * before they were made.
 * @throws GovernanceError POL-030 to -044, POL-047, POL-048, TRUST-001 to -006, TRUST-024, TRUST-025, TRUST-030 to -039,
 * TRUST-050, TRUST-052, TRUST-053
 */
export async function countersignPolicies(input: CountersignPoliciesInput): Promise<CountersignedPolicies> {
  const terms = { ...input, ...checkSigningTerms("policy", input) };
  return withDirectoryLock(terms.policiesRootPath, async () => {
    const policyIndex = await countersignIndex(terms);
    const bundles: PolicyName[] = [];
    for (const [policyId, { active, deprecated }] of policyIndex.policies) {
      for (const [policyVersion, bundleHash] of [...active, ...deprecated]) {
        const name = { policyId, policyVersion };
        if (await countersignBundle(terms, name, bundleHash)) bundles.push(name);
      }
    }
    return Object.freeze({ policyIndex, bundles: Object.freeze(bundles) });
  });
}

async function countersignIndex(terms: CountersignPoliciesInput): Promise<PolicyIndex> {
  const { policiesRootPath, trustRoot, remembered } = terms;
  const paths = indexPathsOf(policiesRootPath);
  await recoverSignedDocument(paths, ({ document }) => sha256(document) === remembered.hash);
  const signed = await readSignedDocument(paths, { maxBytes: MAX_INDEX_BYTES, noun: "The policy index" });
  const index = parsePolicyIndex(signed.document);
  if (index.version !== remembered.version || index.hash !== remembered.hash) {
    throw new GovernanceError(
      index.version < remembered.version ? "POL-047" : "POL-048",
      `The policy index version ${index.version} is not the version ${remembered.version} that was accepted last, and only that one is signed again.`,
    );
  }
  if (opens(() => openPolicyIndex(signed, trustRoot))) return index;
  const countersigned = await countersign(payloadTypes.policyIndex, signed, terms);
  openPolicyIndex(countersigned, trustRoot);
  await writeSignedDocument(paths, countersigned);
  return index;
}

async function countersignBundle(
  terms: CountersignPoliciesInput,
  name: PolicyName,
  bundleHash: Sha256,
): Promise<boolean> {
  const { policiesRootPath, trustRoot } = terms;
  const { policyId, policyVersion } = name;
  const directory = join(policiesRootPath, policyId, policyVersion);
  await recoverBundle(directory);
  const { manifest, signature, files } = await readBundleContent(policiesRootPath, policyId, policyVersion);
  if (sha256(manifest) !== bundleHash) {
    throw new GovernanceError(
      "POL-044",
      `The bundle of ${policyId} ${policyVersion} is not the one that the policy index lists.`,
    );
  }
  const signed = { document: manifest, signature };
  if (opens(() => openPolicyBundle({ manifest, signature, files }, trustRoot, name))) return false;
  const countersigned = await countersign(payloadTypes.policyBundle, signed, terms);
  openPolicyBundle({ manifest, signature: countersigned.signature, files }, trustRoot, name);
  await writeSignedDocument(bundlePathsOf(directory), countersigned);
  return true;
}

async function countersign(
  payloadType: string,
  signed: SignedDocument,
  { signers }: SigningTerms,
): Promise<SignedDocument> {
  return signedDocumentOf(await signProposal(proposalOf(payloadType, signed), signers));
}

function opens(open: () => unknown): boolean {
  try {
    open();
    return true;
  } catch (error) {
    if (error instanceof GovernanceError) return false;
    throw error;
  }
}
