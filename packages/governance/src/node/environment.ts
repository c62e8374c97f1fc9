import type { Sha256 } from "@parmanasystems/canonical";
import type { PublicKey } from "@parmanasystems/signing";
import { join } from "node:path";
import { GovernanceError } from "../errors.js";
import { openPolicyIndex, type PolicyIndex } from "../policy-index.js";
import { openReleaseManifest, type ReleaseManifest } from "../release-manifest.js";
import type { SignedDocument } from "../signed-document.js";
import { MAX_TRUST_ROOT_VERSIONS, openTrustRootChain } from "../trust-root/chain.js";
import { newestTrustRoot } from "../trust-root/continuity.js";
import { MAX_TRUST_ROOT_BYTES, parseTrustRoot } from "../trust-root/document.js";
import type { TrustRoot } from "../trust-root/trust-root.js";
import { archivedPathsOf } from "./archive-document.js";
import { readPinnedKey } from "./key-files.js";
import {
  exists,
  type OpenedDocument,
  openSignedDocument,
  readSignedDocument,
  type SignedPaths,
  signedPathsOf,
} from "./signed-document-files.js";

/** Where a runtime finds what it trusts. Each signature file lies beside its document: `x.json`, `x.sig`. */
export interface EnvironmentPaths {
  readonly policiesRootPath: string;
  /** The pinned root key, SPKI PEM. */
  readonly trustPublicKeyPath: string;
  readonly trustRootPath: string;
  /**
   * The hash that one version of the trust root must have: a stronger pin than a key, whose holder could make another
   * version 1. Fetched as root.pub is.
   */
  readonly trustRootHash?: Sha256;
  readonly releaseManifestPath: string;
  readonly releaseSignaturePath?: string;
}

export type TrustRootPaths = Pick<EnvironmentPaths, "trustRootPath" | "trustPublicKeyPath" | "trustRootHash">;

export interface OpenedTrustRoot extends OpenedDocument<TrustRoot> {
  readonly pinnedKey: PublicKey;
  /** Versions 1 to N, opened; `value` is the last. */
  readonly chain: readonly TrustRoot[];
  /** Versions 1 to N-1 as they lie on disk. */
  readonly predecessors: readonly SignedDocument[];
}

const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/**
 * Reads the newest trust root and the versions before it, and walks the chain from the pinned key on.
 * @throws GovernanceError TRUST-001 to -037
 */
export async function readTrustRoot(paths: TrustRootPaths): Promise<OpenedTrustRoot> {
  const { trustRootPath, trustPublicKeyPath, trustRootHash: pinnedHash } = paths;
  const pinnedKey = await readPinnedKey(trustPublicKeyPath);
  const terms = { maxBytes: MAX_DOCUMENT_BYTES, noun: "The trust root" };
  const { value, signed } = await openSignedDocument(signedPathsOf(trustRootPath), terms, async (newest) => {
    const predecessors = await readTrustRootPredecessors(trustRootPath, newest.document);
    const documents = [...predecessors, newest];
    return { predecessors, chain: openTrustRootChain({ documents, pinnedKey, pinnedHash }) };
  });
  return Object.freeze({ ...value, value: newestTrustRoot(value.chain), signed, pinnedKey });
}

/**
 * The versions before this document, in order, as far as they lie beside it: `trust-root.1.json`,
 * `trust-root.1.sig` and so on. Nothing is judged here, a document without a readable version included: that
 * is for whoever opens the chain.
 * @throws GovernanceError TRUST-001 to -006
 */
export async function readTrustRootPredecessors(
  trustRootPath: string,
  document: Uint8Array,
): Promise<readonly SignedDocument[]> {
  const newest = versionOf(document);
  const predecessors: SignedDocument[] = [];
  for (let version = 1; version < newest && version <= MAX_TRUST_ROOT_VERSIONS; version += 1) {
    const paths = archivedPathsOf(trustRootPath, version);
    if (!(await exists(paths.documentPath))) break;
    const terms = { maxBytes: MAX_TRUST_ROOT_BYTES, noun: `The trust root's version ${version}` };
    predecessors.push(await readSignedDocument(paths, terms));
  }
  return Object.freeze(predecessors);
}

/** 0 for what is no trust root. */
function versionOf(document: Uint8Array): number {
  try {
    return parseTrustRoot(document).version;
  } catch (error) {
    if (error instanceof GovernanceError) return 0;
    throw error;
  }
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
