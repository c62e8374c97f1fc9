import { payloadTypes } from "@parmanasystems/signing";
import type { PolicyName } from "../bundle.js";
import { GovernanceError } from "../errors.js";
import {
  createPolicyIndexDocument,
  findVersion,
  openPolicyIndex,
  type PolicyIndex,
  requireIndexNotRolledBack,
  requireIndexUnexpired,
} from "../policy-index.js";
import { requireIndexSuccessor } from "../policy-index-successor.js";
import {
  createProposal,
  type SignatureProposal,
  signedDocumentOf,
  signProposal,
} from "../signature-proposal.js";
import type { SignedDocument } from "../signed-document.js";
import type { RememberedVersion, TrustRoot } from "../trust-root/trust-root.js";
import { archiveDocument } from "./archive-document.js";
import { requirePolicyName } from "./bundle-directory.js";
import { withDirectoryLock } from "./directory-lock.js";
import { indexPathsOf, readPolicyIndex } from "./environment.js";
import { loadPolicyBundle } from "./load-policy-bundle.js";
import { changePolicies, type IndexChange } from "./policy-index-change.js";
import { checkProposalTerms, checkSigningTerms, type SigningTerms } from "./sign-document.js";
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

export interface InstallPolicyIndexInput extends Pick<PolicyVersionInput, "policiesRootPath" | "remembered"> {
  readonly signed: SignedDocument;
  readonly trustRoot: TrustRoot;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Writes version 1 of an index, with no policy in it.
 * @throws GovernanceError POL-040, TRUST-024, TRUST-025, TRUST-030 to -039, TRUST-051 to -053
 */
export async function createPolicyIndex(input: PolicyIndexInput): Promise<OpenedDocument<PolicyIndex>> {
  checkSigningTerms("policy", input);
  const { policiesRootPath, trustRoot, now } = input;
  const signed = signedDocumentOf(await proposePolicyIndex(input));
  return installPolicyIndex({ policiesRootPath, trustRoot, now, signed, remembered: undefined });
}

/**
 * Lists a signed bundle as active in the next version of the index. For a version that is listed so already,
 * it renews the index.
 * @throws GovernanceError POL-001 to -051, TRUST-001 to -006, TRUST-024, TRUST-025, TRUST-030 to -039,
 * TRUST-052, TRUST-053
 */
export async function publishToIndex(input: PolicyVersionInput): Promise<OpenedDocument<PolicyIndex>> {
  return changeIndex("publish", input);
}

/** Marks a listed version as superseded: it still executes. @throws as `publishToIndex`, and POL-042 */
export async function deprecateInIndex(input: PolicyVersionInput): Promise<OpenedDocument<PolicyIndex>> {
  return changeIndex("deprecate", input);
}

/** Revokes a listed version for good: it never executes again. @throws as `publishToIndex`, and POL-042 */
export async function revokeInIndex(input: PolicyVersionInput): Promise<OpenedDocument<PolicyIndex>> {
  return changeIndex("revoke", input);
}

/** Version 1, signed by the signers at hand; nothing is written. @throws as `createPolicyIndex` */
export async function proposePolicyIndex(input: PolicyIndexInput): Promise<SignatureProposal> {
  const { signers, now } = checkProposalTerms("policy", input);
  const { policiesRootPath, expiresAt } = input;
  await requireNoIndex(policiesRootPath);
  const draft = { version: 1, issuedAt: now, expiresAt, policies: new Map() };
  return signProposal(createProposal(payloadTypes.policyIndex, createPolicyIndexDocument(draft)), signers);
}

/**
 * The next version, signed by the signers at hand; nothing is written. Others sign it, and `installPolicyIndex` puts it in
 * force.
 * @throws as `publishToIndex`
 */
export async function proposeIndexChange(
  change: IndexChange,
  input: PolicyVersionInput,
): Promise<SignatureProposal> {
  const terms = snapshot(input);
  return withDirectoryLock(terms.policiesRootPath, async () => draftChange(change, terms));
}

/**
 * Puts a signed index in force: the first one, or the successor of the one in force, which is archived as
 * index.<version>.json and .sig. Every version that it newly lists as active must lie there, signed.
 * @throws GovernanceError POL-001 to -051, TRUST-001 to -006, TRUST-030 to -037, TRUST-042, TRUST-050 to -053
 */
export async function installPolicyIndex(
  input: InstallPolicyIndexInput,
): Promise<OpenedDocument<PolicyIndex>> {
  requireRemembered(input);
  await makeDirectory(input.policiesRootPath, 0o755);
  return withDirectoryLock(input.policiesRootPath, async () => {
    await recoverIndex(input);
    const { documentPath } = indexPathsOf(input.policiesRootPath);
    if (await exists(documentPath)) return installNext(input);
    const value = openPolicyIndex(input.signed, input.trustRoot);
    requireIndexNotRolledBack(input.remembered, value);
    if (value.version !== 1 || value.policies.size > 0) {
      throw new GovernanceError("TRUST-042", "The first policy index has version 1 and lists no policy.");
    }
    requireIndexUnexpired(value, input.now);
    return writeIndex(input, value);
  });
}

async function changeIndex(
  change: IndexChange,
  input: PolicyVersionInput,
): Promise<OpenedDocument<PolicyIndex>> {
  checkSigningTerms("policy", input);
  const terms = snapshot(input);
  return withDirectoryLock(terms.policiesRootPath, async () => {
    const proposal = await draftChange(change, terms);
    return installNext({ ...terms, signed: signedDocumentOf(proposal) });
  });
}

async function draftChange(change: IndexChange, terms: PolicyVersionInput): Promise<SignatureProposal> {
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
  const document = createPolicyIndexDocument({
    version: index.version + 1,
    issuedAt: terms.now,
    expiresAt: terms.expiresAt,
    policies: await changePolicies(index, change, terms),
  });
  return signProposal(createProposal(payloadTypes.policyIndex, document), terms.signers);
}

async function installNext(input: InstallPolicyIndexInput): Promise<OpenedDocument<PolicyIndex>> {
  const { policiesRootPath, trustRoot, remembered, signed } = input;
  const inForce = await readPolicyIndex(policiesRootPath, trustRoot);
  requireIndexNotRolledBack(remembered, inForce.value);
  const next = openPolicyIndex(signed, trustRoot);
  if (next.hash === inForce.value.hash) return inForce;
  requireIndexSuccessor(inForce.value, next);
  requireIndexUnexpired(next, input.now);
  await requireBundles(input, inForce.value, next);
  // What was executed under the index in force is verified against it for years.
  await archiveDocument(indexPathsOf(policiesRootPath).documentPath, inForce.value.version, inForce.signed);
  return writeIndex(input, next);
}

/** What becomes active must be there and be what the index lists: else the index would stop what runs. */
async function requireBundles(
  { policiesRootPath, trustRoot }: InstallPolicyIndexInput,
  previous: PolicyIndex,
  next: PolicyIndex,
): Promise<void> {
  for (const [policyId, { active }] of next.policies) {
    for (const [policyVersion, listed] of active) {
      if (findVersion(previous, { policyId, policyVersion })?.status === "active") continue;
      const { bundleHash } = await loadPolicyBundle(policiesRootPath, policyId, policyVersion, trustRoot);
      if (bundleHash === listed) continue;
      throw new GovernanceError(
        "POL-044",
        `Policy index version ${next.version} lists another bundle as ${policyId} ${policyVersion}.`,
      );
    }
  }
}

async function writeIndex(
  { policiesRootPath, signed }: InstallPolicyIndexInput,
  value: PolicyIndex,
): Promise<OpenedDocument<PolicyIndex>> {
  await writeSignedDocument(indexPathsOf(policiesRootPath), signed);
  return Object.freeze({ value, signed });
}

async function requireNoIndex(policiesRootPath: string): Promise<void> {
  const { documentPath } = indexPathsOf(policiesRootPath);
  if (!(await exists(documentPath))) return;
  throw new GovernanceError("TRUST-051", `There is a policy index already: ${documentPath}.`);
}

async function recoverIndex({
  policiesRootPath,
  trustRoot,
}: Pick<InstallPolicyIndexInput, "policiesRootPath" | "trustRoot">): Promise<void> {
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

function snapshot(input: PolicyVersionInput): PolicyVersionInput {
  requireRemembered(input);
  const { policiesRootPath, expiresAt, policyId, policyVersion, remembered } = input;
  const terms = checkProposalTerms("policy", input);
  requirePolicyName({ policyId, policyVersion });
  return { ...terms, policiesRootPath, expiresAt, policyId, policyVersion, remembered };
}

function requireRemembered(input: Pick<PolicyVersionInput, "remembered">): void {
  if (Object.hasOwn(input, "remembered")) return;
  throw new GovernanceError(
    "TRUST-050",
    "What is remembered of the policy index must be stated, if only as undefined.",
  );
}
