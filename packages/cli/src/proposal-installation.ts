import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  GovernanceError,
  type SignatureProposal,
  signedDocumentOf,
  type TrustRoot,
} from "@parmanasystems/governance";
import {
  installPolicyBundle,
  installPolicyIndex,
  installRelease,
  installTrustRoot,
  readPolicyIndex,
  readReleaseManifest,
  readTrustRoot,
} from "@parmanasystems/governance/node";
import type { Home } from "./home.js";
import type { Output } from "./output.js";
import { archiveRelease } from "./release-archive.js";
import { rememberVersion, requireMemory, seenVersion } from "./seen-versions.js";
import { CliError } from "./errors.js";

export interface InstallationTerms {
  /** Where the files of a bundle lie. */
  readonly source?: string | undefined;
  readonly now: number;
  readonly output: Output;
}

/**
 * Verifies a proposal as whoever reads the document will, and puts it in force.
 * @returns what is in force now, in a few words
 */
export async function installProposal(
  home: Home,
  proposal: SignatureProposal,
  terms: InstallationTerms,
): Promise<string> {
  const { content } = proposal;
  switch (content.kind) {
    case "trust-root":
      return installRoot(home, proposal, terms);
    case "policy-index":
      return installIndex(home, proposal, terms);
    case "policy-bundle": {
      const { policyId, policyVersion } = content.value;
      return installBundle(home, proposal, join(policyId, policyVersion), terms);
    }
    case "release-manifest":
      return installReleaseOf(home, proposal);
  }
}

async function installRoot(
  home: Home,
  proposal: SignatureProposal,
  { now, output }: InstallationTerms,
): Promise<string> {
  const { value: trustRoot } = await installTrustRoot({
    paths: home.environment,
    signed: signedDocumentOf(proposal),
    now,
    remembered: await seenVersion(home, "trust-root"),
  });
  await rememberVersion(home, "trust-root", trustRoot);
  await noteWhatFell(home, trustRoot, output);
  return `trust root version ${String(trustRoot.version)}: ${home.environment.trustRootPath}`;
}

async function installIndex(
  home: Home,
  proposal: SignatureProposal,
  { now }: InstallationTerms,
): Promise<string> {
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const { policiesRootPath } = home.environment;
  if (existsSync(join(policiesRootPath, "index.json"))) {
    requireMemory(home, (await readPolicyIndex(policiesRootPath, trustRoot)).value);
  }
  const { value: index } = await installPolicyIndex({
    policiesRootPath,
    trustRoot,
    signed: signedDocumentOf(proposal),
    now,
    remembered: await seenVersion(home, "policy-index"),
  });
  await rememberVersion(home, "policy-index", index);
  return `policy index version ${String(index.version)}: ${join(policiesRootPath, "index.json")}`;
}

async function installBundle(
  home: Home,
  proposal: SignatureProposal,
  name: string,
  { source }: InstallationTerms,
): Promise<string> {
  const { policiesRootPath } = home.environment;
  const sourceDir = source ?? join(policiesRootPath, name);
  if (!existsSync(sourceDir)) {
    throw new CliError("CLI-021", `The files of the bundle are not in ${sourceDir}.`);
  }
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const signed = signedDocumentOf(proposal);
  const { directory } = await installPolicyBundle({ sourceDir, policiesRootPath, trustRoot, signed });
  return `policy bundle: ${directory}`;
}

async function installReleaseOf(home: Home, proposal: SignatureProposal): Promise<string> {
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const signed = signedDocumentOf(proposal);
  const { value } = await installRelease({ ...home.environment, trustRoot, signed });
  await archiveRelease(home, value.releaseManifestHash, signed);
  return `release manifest: ${home.environment.releaseManifestPath}`;
}

/** A new trust root can end what older signatures were worth: better said now than by the next execution. */
async function noteWhatFell(home: Home, trustRoot: TrustRoot, output: Output): Promise<void> {
  const { policiesRootPath, releaseManifestPath } = home.environment;
  const index = await refusalOf(join(policiesRootPath, "index.json"), () =>
    readPolicyIndex(policiesRootPath, trustRoot),
  );
  if (index !== undefined) {
    output.note(`The policy index no longer verifies: ${index}`);
    output.note("Sign index and bundles again: parmana trust countersign");
  }
  const release = await refusalOf(releaseManifestPath, () =>
    readReleaseManifest(home.environment, trustRoot),
  );
  if (release !== undefined) {
    output.note(`The release manifest no longer verifies: ${release}`);
    output.note("Sign it again: parmana release build");
  }
}

async function refusalOf(path: string, open: () => Promise<unknown>): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    await open();
    return undefined;
  } catch (error) {
    if (error instanceof GovernanceError) return error.message;
    throw error;
  }
}
