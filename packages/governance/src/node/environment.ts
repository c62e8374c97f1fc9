import type { PublicKey } from "@parmanasystems/signing";
import { join } from "node:path";
import { openPolicyIndex, type PolicyIndex } from "../policy-index.js";
import { openReleaseManifest, type ReleaseManifest } from "../release-manifest.js";
import { openTrustRoot } from "../trust-root/open.js";
import type { TrustRoot } from "../trust-root/trust-root.js";
import { readPinnedKey } from "./key-files.js";
import {
  type OpenedDocument,
  openSignedDocument,
  type SignedPaths,
  signedPathsOf,
} from "./signed-document-files.js";

/** Where a runtime finds what it trusts. Each signature file lies beside its document: `x.json`, `x.sig`. */
export interface EnvironmentPaths {
  readonly policiesRootPath: string;
  /** The pinned root key, SPKI PEM. */
  readonly trustPublicKeyPath: string;
  readonly trustRootPath: string;
  readonly releaseManifestPath: string;
  readonly releaseSignaturePath?: string;
}

export interface OpenedTrustRoot extends OpenedDocument<TrustRoot> {
  readonly pinnedKey: PublicKey;
}

const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/**
 * Reads and opens the trust root.
 * @param previous the version in force, when a running process takes over the next one
 * @throws GovernanceError TRUST-001 to -037
 */
export async function readTrustRoot(
  paths: Pick<EnvironmentPaths, "trustRootPath" | "trustPublicKeyPath">,
  previous?: TrustRoot,
): Promise<OpenedTrustRoot> {
  const pinnedKey = await readPinnedKey(paths.trustPublicKeyPath);
  const terms = { maxBytes: MAX_DOCUMENT_BYTES, noun: "The trust root" };
  const opened = await openSignedDocument(signedPathsOf(paths.trustRootPath), terms, (signed) => {
    return openTrustRoot({ ...signed, pinnedKey, ...(previous === undefined ? {} : { previous }) });
  });
  return Object.freeze({ ...opened, pinnedKey });
}

/**
 * Reads and opens `index.json` of the policies root.
 * @throws GovernanceError POL-040, TRUST-001 to -006, TRUST-030 to -037
 */
export async function readPolicyIndex(
  policiesRootPath: string,
  trustRoot: TrustRoot,
): Promise<OpenedDocument<PolicyIndex>> {
  const terms = { maxBytes: MAX_DOCUMENT_BYTES, noun: "The policy index" };
  return openSignedDocument(indexPathsOf(policiesRootPath), terms, (signed) =>
    openPolicyIndex(signed, trustRoot),
  );
}

/**
 * Reads and opens the release manifest.
 * @throws GovernanceError INV-040, TRUST-001 to -006, TRUST-030 to -037
 */
export async function readReleaseManifest(
  paths: Pick<EnvironmentPaths, "releaseManifestPath" | "releaseSignaturePath">,
  trustRoot: TrustRoot,
): Promise<OpenedDocument<ReleaseManifest>> {
  const terms = { maxBytes: MAX_DOCUMENT_BYTES, noun: "The release manifest" };
  const signedPaths = signedPathsOf(paths.releaseManifestPath, paths.releaseSignaturePath);
  return openSignedDocument(signedPaths, terms, (signed) => openReleaseManifest(signed, trustRoot));
}

export function indexPathsOf(policiesRootPath: string): SignedPaths {
  // join("", …) would quietly mean the working directory; an empty path is refused when it is read.
  return signedPathsOf(policiesRootPath === "" ? "" : join(policiesRootPath, "index.json"));
}
