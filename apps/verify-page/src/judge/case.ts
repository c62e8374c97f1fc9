import type { BundleContent, SignedDocument } from "@parmanasystems/governance";
import type { EvidenceBundle } from "@parmanasystems/verifier";
import {
  findBundle,
  findBytes,
  findCheckpoints,
  findConsistency,
  findPolicyFiles,
  findSigned,
  findTrusted,
} from "../given/find-files.js";
import type { GivenFile } from "../given/given-files.js";
import { findIdle, type IdleFile } from "../given/idle-files.js";
import type { PresentedIndexes } from "./policy-index.js";
import { chainOf, type TrustChain } from "./trust-chain.js";

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
  readonly bundle: BundleContent | undefined;
  readonly indexes: PresentedIndexes;
  readonly release: SignedDocument | undefined;
  /** Of the runtime that resolved. */
  readonly resolutionRelease: SignedDocument | undefined;
  readonly trust: TrustChain | undefined;
  /** A bundle claims to have everything, so that what is missing was taken out. */
  readonly isBundle: boolean;
  /** What lies here and counts for nothing. */
  readonly idle: readonly IdleFile[];
}

export function caseOf(files: readonly GivenFile[]): Case {
  const bundle = findBundle(files)?.value;
  return bundle === undefined ? caseOfFiles(files) : caseOfBundle(bundle, files);
}

function caseOfBundle(bundle: EvidenceBundle, files: readonly GivenFile[]): Case {
  const { trustRoot, policyIndex, formerPolicyIndexes, resolution } = bundle;
  return {
    attestation: bundle.attestation,
    resolution: resolution?.attestation,
    evidence: bundle.evidence,
    votes: resolution?.votes,
    logProof: bundle.logProof,
    resolutionLogProof: resolution?.logProof,
    ...trustIn(files, [...trustRoot.predecessors, trustRoot]),
    bundle: bundle.bundle,
    indexes: { apart: findTrusted(files, "policy-index"), brought: policyIndex, former: formerPolicyIndexes },
    release: bundle.release,
    resolutionRelease: resolution?.release,
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
    ...trustIn(files, []),
    bundle: policyBundleOf(files),
    indexes: { apart: findTrusted(files, "policy-index"), brought: undefined, former: [] },
    release,
    resolutionRelease: release,
    isBundle: false,
  };
}

function trustIn(
  files: readonly GivenFile[],
  brought: readonly SignedDocument[],
): Pick<Case, "remembered" | "consistency" | "trust" | "idle"> {
  const apart = findTrusted(files, "trust-root").map(({ value }) => value);
  const remembered = findCheckpoints(files)[0]?.value;
  return {
    remembered,
    // Without one it is among the idle files.
    consistency: remembered === undefined ? undefined : findConsistency(files)[0]?.value,
    trust: chainOf(apart, brought),
    idle: findIdle(files),
  };
}

function policyBundleOf(files: readonly GivenFile[]): BundleContent | undefined {
  const signed = findSigned(files, "policy-manifest");
  if (signed === undefined) return undefined;
  return { manifest: signed.document, signature: signed.signature, files: findPolicyFiles(files) };
}
