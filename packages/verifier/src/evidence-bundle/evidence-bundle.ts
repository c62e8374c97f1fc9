import type { BundleContent, SignedDocument } from "@parmanasystems/governance";

/**
 * All that a stranger needs to verify one attestation, as the exact bytes of the files; docs/evidence-bundle.md. The pinned
 * root key is not among it: it must come from elsewhere. Members are named as the options of `verifyAttestation`.
 */
export interface EvidenceBundle {
  /** Flat, or a DSSE envelope. */
  readonly attestation: Uint8Array;
  /** Undefined when the signals were erased: then L3 is the most that can be reached. */
  readonly evidence: Uint8Array | undefined;
  readonly bundle: BundleContent;
  readonly policyIndex: SignedDocument;
  readonly formerPolicyIndexes: readonly SignedDocument[];
  readonly release: SignedDocument;
  readonly trustRoot: SignedDocument & { readonly predecessors: readonly SignedDocument[] };
  readonly logProof: Uint8Array;
  /** How a pending override ended, where somebody signed it. For `verifyResolution`. */
  readonly resolution: EndOfOverride | undefined;
}

export interface EndOfOverride {
  /** The resolution, flat or as envelope. */
  readonly attestation: Uint8Array;
  /** The votes that it counts. */
  readonly votes: Uint8Array;
  /** Of the runtime that signed it, which may be a later one. */
  readonly release: SignedDocument;
  readonly logProof: Uint8Array;
}

export const EVIDENCE_BUNDLE_TYPE = "parmana/evidence-bundle/v1";

/** Genuine ones are below 1 MiB. */
export const MAX_EVIDENCE_BUNDLE_BYTES = 33_554_432;
/** Files and documents, each at its limit, are a tenth of it; so many brackets as fit in the bytes would not fit in memory. */
export const MAX_EVIDENCE_BUNDLE_VALUES = 100_000;

/** Each of former indexes and trust roots. */
export const MAX_FORMER_DOCUMENTS = 1_024;
