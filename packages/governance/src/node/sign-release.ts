import { payloadTypes } from "@parmanasystems/signing";
import { dirname } from "node:path";
import type { FileEntry } from "../file-entry.js";
import { EVALUATOR_SEMANTICS, SCHEMA_VERSION } from "../policy.js";
import {
  createReleaseManifestDocument,
  openReleaseManifest,
  type ReleaseManifest,
} from "../release-manifest.js";
import { withDirectoryLock } from "./directory-lock.js";
import type { EnvironmentPaths } from "./environment.js";
import { checkSigningTerms, signDocument, type SigningTerms } from "./sign-document.js";
import {
  type OpenedDocument,
  recoverSignedDocument,
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

/**
 * Signs a release manifest, verifies it and puts it in place of the one before.
 * @throws GovernanceError INV-040, TRUST-024, TRUST-025, TRUST-030 to -039, TRUST-052, TRUST-053
 */
export async function signRelease(input: SignReleaseInput): Promise<OpenedDocument<ReleaseManifest>> {
  const { releaseManifestPath, releaseSignaturePath, runtimeVersion } = input;
  const { trustRoot, signers, now } = checkSigningTerms("release", input);
  const document = createReleaseManifestDocument({
    runtimeVersion,
    evaluatorSemantics: input.evaluatorSemantics ?? EVALUATOR_SEMANTICS,
    schemaVersions: input.schemaVersions ?? [SCHEMA_VERSION],
    createdAt: now,
    files: [...input.files],
  });
  const signed = await signDocument(payloadTypes.releaseManifest, document, signers);
  const value = openReleaseManifest(signed, trustRoot);
  const directory = dirname(releaseManifestPath);
  await makeDirectory(directory, 0o755);
  await withDirectoryLock(directory, async () => {
    const paths = signedPathsOf(releaseManifestPath, releaseSignaturePath);
    // Whatever a crash left is about to be replaced.
    await recoverSignedDocument(paths, () => false);
    await writeSignedDocument(paths, signed);
  });
  return Object.freeze({ value, signed });
}
