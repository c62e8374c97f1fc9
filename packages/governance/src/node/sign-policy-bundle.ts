import { formatTimestamp } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import { join, resolve } from "node:path";
import {
  type BundleManifest,
  createBundleManifest,
  MANIFEST_FILE,
  openPolicyBundle,
  POLICY_FILE,
  type PolicyBundle,
  type PolicyName,
  requireListedFiles,
  requireManifestName,
  SIGNATURE_FILE,
} from "../bundle.js";
import { GovernanceError } from "../errors.js";
import { describeFile, type FileEntry } from "../file-entry.js";
import { findVersion } from "../policy-index.js";
import { createProposal, type SignatureProposal, signProposal } from "../signature-proposal.js";
import type { SignedDocument } from "../signed-document.js";
import type { TrustRoot } from "../trust-root/trust-root.js";
import { readFileTree } from "./bundle-directory.js";
import { withDirectoryLock } from "./directory-lock.js";
import { indexPathsOf, readPolicyIndex } from "./environment.js";
import { checkPolicyBytes, loadPolicyBundle } from "./load-policy-bundle.js";
import { checkProposalTerms, checkSigningTerms, signDocument, type SigningTerms } from "./sign-document.js";
import { exists, unfinishedNames } from "./signed-document-files.js";
import { type BundleSource, recoverBundle, writeBundle } from "./write-bundle.js";
import { makeDirectory } from "./write-file-atomically.js";

export interface SignPolicyBundleInput extends SigningTerms {
  /**
   * Holds policy.json and what belongs to it; named `…/<policyId>/<policyVersion>`. May be the bundle's own
   * directory.
   */
  readonly sourceDir: string;
  readonly policiesRootPath: string;
}

export interface SignedPolicyBundle {
  readonly bundle: PolicyBundle;
  readonly directory: string;
  /** False when this very content was signed before: then nothing was written. */
  readonly created: boolean;
}

export interface InstallPolicyBundleInput extends Pick<
  SignPolicyBundleInput,
  "sourceDir" | "policiesRootPath" | "trustRoot"
> {
  /** The manifest of exactly these files, with its signatures. */
  readonly signed: SignedDocument;
}

/**
 * Checks and signs a policy and puts the bundle below the policies root. A bundle is verified before it is
 * written, and a version that the index lists never changes again.
 * @throws GovernanceError POL-001 to -039, POL-050, TRUST-002 to -006, TRUST-024, TRUST-025, TRUST-030 to
 * -039, TRUST-052, TRUST-053
 */
export async function signPolicyBundle(input: SignPolicyBundleInput): Promise<SignedPolicyBundle> {
  const terms = checkSigningTerms("policy", input);
  const source = await readSource(resolve(input.sourceDir));
  return inPolicyDirectory(source, input, async (directory) => {
    const existing = await findUnchanged(source, input);
    if (existing !== undefined) return { bundle: existing, directory, created: false };
    await requireUnpublished(source.name, input);
    const signed = await signDocument(
      payloadTypes.policyBundle,
      draftManifest(source, terms.now),
      terms.signers,
    );
    const bundle = openSource(source, signed, terms.trustRoot);
    await writeBundle(directory, source, signed);
    return { bundle, directory, created: true };
  });
}

/**
 * The manifest of a checked policy, signed by the signers at hand; nothing is written. Others sign it, and
 * `installPolicyBundle` puts the bundle into its place.
 * @throws GovernanceError POL-001 to -039, TRUST-002 to -006, TRUST-024, TRUST-025, TRUST-033 to -039
 */
export async function proposePolicyBundle(
  input: Omit<SignPolicyBundleInput, "policiesRootPath">,
): Promise<SignatureProposal> {
  const { signers, now } = checkProposalTerms("policy", input);
  const source = await readSource(resolve(input.sourceDir));
  return signProposal(createProposal(payloadTypes.policyBundle, draftManifest(source, now)), signers);
}

/** Puts a signed bundle below the policies root. @throws as `signPolicyBundle` */
export async function installPolicyBundle(input: InstallPolicyBundleInput): Promise<SignedPolicyBundle> {
  const source = await readSource(resolve(input.sourceDir));
  const bundle = openSource(source, input.signed, input.trustRoot);
  return inPolicyDirectory(source, input, async (directory) => {
    const existing = await findUnchanged(source, input);
    if (existing?.bundleHash === bundle.bundleHash) return { bundle: existing, directory, created: false };
    await requireUnpublished(source.name, input);
    await writeBundle(directory, source, input.signed);
    return { bundle, directory, created: true };
  });
}

/**
 * Whether the files of a directory are exactly those of the manifest: for who is asked to sign it.
 * @throws GovernanceError POL-001 to -039, TRUST-002 to -006
 */
export async function requireManifestFiles(sourceDir: string, manifest: BundleManifest): Promise<void> {
  const source = await readSource(resolve(sourceDir));
  requireManifestName(manifest, source.name);
  requireListedFiles(manifest.files, source.files);
}

type PolicyPlace = Pick<SignPolicyBundleInput, "policiesRootPath" | "trustRoot">;

interface PolicySourceDirectory extends BundleSource {
  readonly name: PolicyName;
  readonly policy: Uint8Array;
}

async function inPolicyDirectory(
  { name }: PolicySourceDirectory,
  { policiesRootPath }: Pick<SignPolicyBundleInput, "policiesRootPath">,
  work: (directory: string) => Promise<SignedPolicyBundle>,
): Promise<SignedPolicyBundle> {
  const directory = join(policiesRootPath, name.policyId, name.policyVersion);
  await makeDirectory(join(policiesRootPath, name.policyId), 0o755);
  return withDirectoryLock(policiesRootPath, async () => {
    await recoverBundle(directory);
    return Object.freeze(await work(directory));
  });
}

async function readSource(directory: string): Promise<PolicySourceDirectory> {
  const generated = [MANIFEST_FILE, SIGNATURE_FILE];
  const files = await readFileTree(directory, [...generated, ...unfinishedNames(...generated)]);
  const policy = files.get(POLICY_FILE);
  if (policy === undefined) {
    throw new GovernanceError("POL-001", `There is no ${POLICY_FILE} in ${directory}.`);
  }
  const { policyId, policyVersion } = checkPolicyBytes(directory, policy);
  return { directory, name: { policyId, policyVersion }, policy, files };
}

function draftManifest({ policy, files }: PolicySourceDirectory, now: number): Uint8Array {
  const further = new Map(files);
  further.delete(POLICY_FILE);
  return createBundleManifest({ policy, files: further, createdAt: formatTimestamp(now) });
}

function openSource(
  { name, files }: PolicySourceDirectory,
  { document, signature }: SignedDocument,
  trustRoot: TrustRoot,
): PolicyBundle {
  return openPolicyBundle({ manifest: document, signature, files }, trustRoot, name);
}

/** The bundle that is in place, if it verifies and holds exactly the source's files. */
async function findUnchanged(
  source: PolicySourceDirectory,
  { policiesRootPath, trustRoot }: PolicyPlace,
): Promise<PolicyBundle | undefined> {
  const { policyId, policyVersion } = source.name;
  try {
    const bundle = await loadPolicyBundle(policiesRootPath, policyId, policyVersion, trustRoot);
    return holdsExactly(bundle.files, source.files) ? bundle : undefined;
  } catch (error) {
    // Absent, edited or signed by others: it is signed anew, unless it is published.
    if (error instanceof GovernanceError) return undefined;
    throw error;
  }
}

function holdsExactly(entries: readonly FileEntry[], files: ReadonlyMap<string, Uint8Array>): boolean {
  if (entries.length !== files.size) return false;
  return entries.every((entry) => {
    const bytes = files.get(entry.path);
    return bytes !== undefined && describeFile(entry.path, bytes).sha256 === entry.sha256;
  });
}

async function requireUnpublished(
  name: PolicyName,
  { policiesRootPath, trustRoot }: PolicyPlace,
): Promise<void> {
  if (!(await exists(indexPathsOf(policiesRootPath).documentPath))) return;
  const { value: index } = await readPolicyIndex(policiesRootPath, trustRoot);
  if (findVersion(index, name) === undefined) return;
  throw new GovernanceError(
    "POL-050",
    `${name.policyId} ${name.policyVersion} is published and stays as it is: restore its bundle, or give the change a new version.`,
  );
}
