import { payloadTypes } from "@parmanasystems/signing";
import { type BundleManifest, parseBundleManifest } from "./bundle.js";
import { GovernanceError } from "./errors.js";
import { parsePolicyIndex, type PolicyIndex } from "./policy-index.js";
import { parseReleaseManifest, type ReleaseManifest } from "./release-manifest.js";
import { parseTrustRoot } from "./trust-root/document.js";
import type { TrustRoot } from "./trust-root/trust-root.js";

/** A document that a role signs in a file of its own, read by its kind; no signature was looked at. */
export type SignedContent =
  | { readonly kind: "trust-root"; readonly role: "root"; readonly dated: number; readonly value: TrustRoot }
  | {
      readonly kind: "policy-bundle";
      readonly role: "policy";
      readonly dated: number;
      readonly value: BundleManifest;
    }
  | {
      readonly kind: "policy-index";
      readonly role: "policy";
      readonly dated: number;
      readonly value: PolicyIndex;
    }
  | {
      readonly kind: "release-manifest";
      readonly role: "release";
      readonly dated: number;
      readonly value: ReleaseManifest;
    };

/**
 * Reads a document as its payload type says.
 * @throws GovernanceError TRUST-040 for another payload type, else what the kind's parser throws
 */
export function readSignedContent(payloadType: string, document: Uint8Array): SignedContent {
  switch (payloadType) {
    case payloadTypes.trustRoot: {
      const value = parseTrustRoot(document);
      return { kind: "trust-root", role: "root", dated: value.issuedAt, value };
    }
    case payloadTypes.policyBundle: {
      const value = parseBundleManifest(document);
      return { kind: "policy-bundle", role: "policy", dated: value.createdAt, value };
    }
    case payloadTypes.policyIndex: {
      const value = parsePolicyIndex(document);
      return { kind: "policy-index", role: "policy", dated: value.issuedAt, value };
    }
    case payloadTypes.releaseManifest: {
      const value = parseReleaseManifest(document);
      return { kind: "release-manifest", role: "release", dated: value.createdAt, value };
    }
    default:
      throw new GovernanceError(
        "TRUST-040",
        "The proposal's payloadType must be that of a trust root, policy bundle, policy index or release manifest.",
      );
  }
}
