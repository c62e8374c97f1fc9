import type { BundleContent, SignedDocument } from "@parmanasystems/governance";
import type { EvidenceBundle, VerificationMaterial } from "@parmanasystems/verifier";
import { findBundle, findBytes, findPolicyFiles, findSigned, findTrustRoots } from "../given/find-files.js";
import type { GivenFile } from "../given/given-files.js";
import type { PlainKind } from "../given/presented-file.js";
import { chainOf, claimedVersion, type TrustChain } from "./trust-chain.js";

/** All that lies on the table about one execution. */
export interface Case {
  readonly attestation: Uint8Array | undefined;
  readonly resolution: Uint8Array | undefined;
  readonly evidence: Uint8Array | undefined;
  readonly votes: Uint8Array | undefined;
  /** Of the attestation, or of the resolution where that came alone. */
  readonly logProof: Uint8Array | undefined;
  /** Of the resolution that came with its attestation. */
  readonly resolutionLogProof: Uint8Array | undefined;
  /** A checkpoint that the person kept, and the proof that the log continues it. */
  readonly remembered: Uint8Array | undefined;
  readonly consistency: Uint8Array | undefined;
  readonly shared: Pick<VerificationMaterial, "bundle" | "policyIndex" | "formerPolicyIndexes">;
  readonly release: SignedDocument | undefined;
  /** Of the runtime that resolved. */
  readonly resolutionRelease: SignedDocument | undefined;
  readonly trust: TrustChain | undefined;
  /** A bundle claims to have everything, so that what is missing was taken out. */
  readonly isBundle: boolean;
}

export function caseOf(files: readonly GivenFile[]): Case {
  const bundle = findBundle(files);
  return bundle === undefined ? caseOfFiles(files) : caseOfBundle(bundle, files);
}

function caseOfBundle(bundle: EvidenceBundle, files: readonly GivenFile[]): Case {
  const { trustRoot, policyIndex, formerPolicyIndexes, resolution } = bundle;
  const own = findSigned(files, "policy-index");
  // The newer one judges, as it knows what was withdrawn since.
  const isOwnNewer = own !== undefined && claimedVersion(own) > claimedVersion(policyIndex);
  return {
    attestation: bundle.attestation,
    resolution: resolution?.attestation,
    evidence: bundle.evidence,
    votes: resolution?.votes,
    logProof: bundle.logProof,
    resolutionLogProof: resolution?.logProof,
    ...findRemembered(files),
    shared: {
      bundle: bundle.bundle,
      policyIndex: isOwnNewer ? own : policyIndex,
      formerPolicyIndexes: isOwnNewer ? [...formerPolicyIndexes, policyIndex] : formerPolicyIndexes,
    },
    release: bundle.release,
    resolutionRelease: resolution?.release,
    trust: chainOf(findTrustRoots(files), [...trustRoot.predecessors, trustRoot]),
    isBundle: true,
  };
}

function caseOfFiles(files: readonly GivenFile[]): Case {
  const release = findSigned(files, "release");
  return {
    attestation: findBytes(files, "attestation"),
    resolution: findBytes(files, "resolution"),
    evidence: findBytes(files, "evidence"),
    votes: findBytes(files, "votes"),
    logProof: findBytes(files, "log-proof"),
    resolutionLogProof: undefined,
    ...findRemembered(files),
    shared: {
      bundle: policyBundleOf(files),
      policyIndex: findSigned(files, "policy-index"),
      formerPolicyIndexes: undefined,
    },
    release,
    resolutionRelease: release,
    trust: chainOf(findTrustRoots(files), []),
    isBundle: false,
  };
}

function findRemembered(files: readonly GivenFile[]): Pick<Case, "remembered" | "consistency"> {
  return { remembered: findBytes(files, "checkpoint"), consistency: findBytes(files, "consistency") };
}

function policyBundleOf(files: readonly GivenFile[]): BundleContent | undefined {
  const signed = findSigned(files, "policy-manifest");
  if (signed === undefined) return undefined;
  return { manifest: signed.document, signature: signed.signature, files: findPolicyFiles(files) };
}

const inBundles: ReadonlySet<string> = new Set<PlainKind>([
  "evidence",
  "votes",
  "log-proof",
  "policy-manifest",
  "policy-file",
  "release",
]);

/** Names of files that count for nothing beside a bundle, which has its own. */
export function findUnused(files: readonly GivenFile[]): readonly string[] {
  if (findBundle(files) === undefined) return [];
  return files.filter(({ presented }) => inBundles.has(presented?.kind ?? "")).map(({ name }) => name);
}
