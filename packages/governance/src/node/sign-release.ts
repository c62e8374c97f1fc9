import { payloadTypes } from "@parmanasystems/signing";
import { dirname } from "node:path";
import type { FileEntry } from "../file-entry.js";
import { EVALUATOR_SEMANTICS, SCHEMA_VERSION } from "../policy.js";
import {
  createReleaseManifestDocument,
  openReleaseManifest,
  type ReleaseManifest,
} from "../release-manifest.js";
import {
  createProposal,
  type SignatureProposal,
  signedDocumentOf,
  signProposal,
} from "../signature-proposal.js";
import type { SignedDocument } from "../signed-document.js";
import { withDirectoryLock } from "./directory-lock.js";
import type { EnvironmentPaths } from "./environment.js";
import { checkProposalTerms, checkSigningTerms, type SigningTerms } from "./sign-document.js";
import {
  type OpenedDocument,
  discardUnfinished,
  signedPathsOf,
  writeSignedDocument,
} from "./signed-document-files.js";
import { makeDirectory } from "./write-file-atomically.js";

export interface SignReleaseInput
  extends SigningTerms, Pick<EnvironmentPaths, "releaseManifestPath" | "releaseSignaturePath"> {
  readonly runtimeVersion: string;
  /** What `measureRuntimeFiles` found. */
  readonly files: Iterable<FileEntry>;
  /** Those of this build by default. */
  readonly evaluatorSemantics?: string;
  readonly schemaVersions?: readonly string[];
}

export interface InstallReleaseInput extends Pick<
  SignReleaseInput,
  "releaseManifestPath" | "releaseSignaturePath" | "trustRoot"
> {
  readonly signed: SignedDocument;
}

/**
 * Signs a release manifest, verifies it and puts it in place of the one before.
 * @throws GovernanceError INV-040, TRUST-024, TRUST-025, TRUST-030 to -039, TRUST-052, TRUST-053
 */
export async function signRelease(input: SignReleaseInput): Promise<OpenedDocument<ReleaseManifest>> {
  checkSigningTerms("release", input);
  return installRelease({ ...input, signed: signedDocumentOf(await proposeRelease(input)) });
}

/**
 * A release manifest signed by the signers at hand; nothing is written. Others sign it, and `installRelease` puts it in
 * force.
 * @throws GovernanceError INV-040, TRUST-024, TRUST-025, TRUST-033 to -039
 */
export async function proposeRelease(
  input: Omit<SignReleaseInput, "releaseManifestPath" | "releaseSignaturePath">,
): Promise<SignatureProposal> {
  const { signers, now } = checkProposalTerms("release", input);
  const document = createReleaseManifestDocument({
    runtimeVersion: input.runtimeVersion,
    evaluatorSemantics: input.evaluatorSemantics ?? EVALUATOR_SEMANTICS,
    schemaVersions: input.schemaVersions ?? [SCHEMA_VERSION],
    createdAt: now,
    files: [...input.files],
  });
  return signProposal(createProposal(payloadTypes.releaseManifest, document), signers);
}

/**
 * Verifies a signed release manifest and puts it in place of the one before.
 * @throws GovernanceError INV-040, TRUST-030 to -037, TRUST-052, TRUST-053
 */
export async function installRelease(input: InstallReleaseInput): Promise<OpenedDocument<ReleaseManifest>> {
  const { releaseManifestPath, releaseSignaturePath, trustRoot, signed } = input;
  const value = openReleaseManifest(signed, trustRoot);
  const directory = dirname(releaseManifestPath);
  await makeDirectory(directory, 0o755);
  await withDirectoryLock(directory, async () => {
    const paths = signedPathsOf(releaseManifestPath, releaseSignaturePath);
    await discardUnfinished(paths);
    await writeSignedDocument(paths, signed);
  });
  return Object.freeze({ value, signed });
}
