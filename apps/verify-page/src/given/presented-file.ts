import type { PublicKey } from "@parmanasystems/signing";
import type { EvidenceBundle } from "@parmanasystems/verifier";

/** What a file is, by what is in it; nothing of it is believed yet. */
export type PresentedFile =
  | { readonly kind: "evidence-bundle"; readonly bundle: EvidenceBundle }
  | { readonly kind: "root-key"; readonly key: PublicKey }
  | { readonly kind: "trust-root"; readonly version: number; readonly bytes: Uint8Array }
  | { readonly kind: "signature"; readonly payloadType: string; readonly bytes: Uint8Array }
  | { readonly kind: PlainKind; readonly bytes: Uint8Array };

/** Files of which there is one, and of which the name says enough. */
export type PlainKind =
  | "attestation"
  | "resolution"
  | "evidence"
  | "votes"
  | "log-proof"
  | "checkpoint"
  | "consistency"
  | "policy-manifest"
  | "policy-file"
  | "policy-index"
  | "release";

const trustKinds: ReadonlySet<PresentedFile["kind"]> = new Set([
  "root-key",
  "trust-root",
  "policy-index",
  "checkpoint",
  "consistency",
] as const);

/** Whether it is of a kind that a verdict rests on, and not what is judged. Signatures go with their documents. */
export function isTrust({ kind }: PresentedFile): boolean {
  return trustKinds.has(kind);
}

/** How the page calls each kind. */
export const kindNames = {
  "evidence-bundle": "Evidence bundle",
  "root-key": "Root key",
  "trust-root": "Trust root",
  signature: "Signature",
  attestation: "Attestation",
  resolution: "Resolution",
  evidence: "Evidence (signals)",
  votes: "Votes",
  "log-proof": "Log proof",
  checkpoint: "Checkpoint",
  consistency: "Consistency proof",
  "policy-manifest": "Policy bundle manifest",
  "policy-file": "Policy",
  "policy-index": "Policy index",
  release: "Release manifest",
} as const satisfies Record<PresentedFile["kind"], string>;
