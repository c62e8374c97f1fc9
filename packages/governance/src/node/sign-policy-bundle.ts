import { formatTimestamp } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import { randomUUID } from "node:crypto";
import { realpath, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  createBundleManifest,
  MANIFEST_FILE,
  openPolicyBundle,
  POLICY_FILE,
  type PolicyBundle,
  type PolicyName,
  SIGNATURE_FILE,
} from "../bundle.js";
import { GovernanceError } from "../errors.js";
import { describeFile, type FileEntry } from "../file-entry.js";
import { findVersion } from "../policy-index.js";
import type { SignedDocument } from "../signed-document.js";
import type { TrustRoot } from "../trust-root/trust-root.js";
import { readFileTree } from "./bundle-directory.js";
import { withDirectoryLock } from "./directory-lock.js";
import { indexPathsOf, readPolicyIndex } from "./environment.js";
import { checkPolicyBytes, loadPolicyBundle } from "./load-policy-bundle.js";
import { checkSigningTerms, signDocument, type SigningTerms } from "./sign-document.js";
import {
  exists,
  recoverSignedDocument,
  unfinishedNames,
  writeSignedDocument,
} from "./signed-document-files.js";
import { makeDirectory, syncDirectory, writeNewFile } from "./write-file-atomically.js";

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

/**
 * Checks and signs a policy and puts the bundle below the policies root. A bundle is verified before it is
 * written, and a version that the index lists never changes again.
 * @throws GovernanceError POL-001 to -039, POL-050, TRUST-002 to -006, TRUST-024, TRUST-025, TRUST-030 to
 * -039, TRUST-052, TRUST-053
 */
export async function signPolicyBundle(input: SignPolicyBundleInput): Promise<SignedPolicyBundle> {
  const { policiesRootPath } = input;
  const terms = checkSigningTerms("policy", input);
  const { trustRoot } = terms;
  const source = await readSource(resolve(input.sourceDir));
  await makeDirectory(join(policiesRootPath, source.name.policyId), 0o755);
  return withDirectoryLock(policiesRootPath, async () => {
    const directory = join(policiesRootPath, source.name.policyId, source.name.policyVersion);
    await recoverBundle(directory);
    const existing = await findUnchanged(source, policiesRootPath, trustRoot);
    if (existing !== undefined) return Object.freeze({ bundle: existing, directory, created: false });
    await requireUnpublished(source.name, policiesRootPath, trustRoot);
    const { signed, bundle } = await signSource(source, terms);
    const inPlace = await isSameDirectory(source.directory, directory);
    if (inPlace) await writeSignedDocument(bundlePathsOf(directory), signed);
    else await replaceDirectory(directory, source.files, signed);
    return Object.freeze({ bundle, directory, created: true });
  });
}

interface PolicySourceDirectory {
  readonly directory: string;
  readonly name: PolicyName;
  readonly policy: Uint8Array;
  /** All files, policy.json included. */
  readonly files: ReadonlyMap<string, Uint8Array>;
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

async function signSource(
  source: PolicySourceDirectory,
  terms: SigningTerms,
): Promise<{ signed: SignedDocument; bundle: PolicyBundle }> {
  const further = new Map(source.files);
  further.delete(POLICY_FILE);
  const document = createBundleManifest({
    policy: source.policy,
    files: further,
    createdAt: formatTimestamp(terms.now),
  });
  const signed = await signDocument(payloadTypes.policyBundle, document, terms.signers);
  const content = { manifest: document, signature: signed.signature, files: source.files };
  return { signed, bundle: openPolicyBundle(content, terms.trustRoot, source.name) };
}

/** The bundle that is in place, if it verifies and holds exactly the source's files. */
async function findUnchanged(
  source: PolicySourceDirectory,
  policiesRootPath: string,
  trustRoot: TrustRoot,
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
  policiesRootPath: string,
  trustRoot: TrustRoot,
): Promise<void> {
  if (!(await exists(indexPathsOf(policiesRootPath).documentPath))) return;
  const { value: index } = await readPolicyIndex(policiesRootPath, trustRoot);
  if (findVersion(index, name) === undefined) return;
  throw new GovernanceError(
    "POL-050",
    `${name.policyId} ${name.policyVersion} is published and stays as it is: restore its bundle, or give the change a new version.`,
  );
}

function bundlePathsOf(directory: string): { documentPath: string; signaturePath: string } {
  return { documentPath: join(directory, MANIFEST_FILE), signaturePath: join(directory, SIGNATURE_FILE) };
}

async function recoverBundle(directory: string): Promise<void> {
  // Whether the pair verifies is found out when the bundle is loaded; a wrong one is signed anew.
  if (await exists(directory)) await recoverSignedDocument(bundlePathsOf(directory), () => true);
}

async function isSameDirectory(left: string, right: string): Promise<boolean> {
  if (!(await exists(right))) return false;
  return (await realpath(left)) === (await realpath(right));
}

/**
 * Builds the directory beside its place and renames it there, so that no half-written bundle ever has the
 * name.
 */
async function replaceDirectory(
  directory: string,
  files: ReadonlyMap<string, Uint8Array>,
  signed: SignedDocument,
): Promise<void> {
  const fresh = join(dirname(directory), `.${randomUUID()}.tmp`);
  const old = join(dirname(directory), `.${randomUUID()}.old`);
  try {
    await writeTree(
      fresh,
      new Map([...files, [MANIFEST_FILE, signed.document], [SIGNATURE_FILE, signed.signature]]),
    );
    if (await exists(directory)) await rename(directory, old);
    await rename(fresh, directory);
    await syncDirectory(dirname(directory));
    await rm(old, { recursive: true, force: true });
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    if (!(await exists(directory))) await rename(old, directory).catch(() => undefined);
    if (cause instanceof GovernanceError) throw cause;
    throw new GovernanceError("TRUST-052", `The bundle ${directory} could not be written.`, { cause });
  }
}

async function writeTree(directory: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const directories = new Set([directory]);
  await makeDirectory(directory, 0o755);
  for (const [path, bytes] of files) {
    const target = join(directory, ...path.split("/"));
    await makeDirectory(dirname(target), 0o755);
    await writeNewFile(target, bytes, { mode: 0o644 });
    for (let parent = dirname(target); parent.length > directory.length; parent = dirname(parent)) {
      directories.add(parent);
    }
  }
  for (const each of directories) await syncDirectory(each);
}
