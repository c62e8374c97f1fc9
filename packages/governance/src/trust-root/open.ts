import { ownMembers } from "@parmanasystems/canonical";
import { payloadTypes, type PublicKey } from "@parmanasystems/signing";
import type { SignedDocument } from "../signed-document.js";
import { predecessorsMissing, requireSuccessor } from "./continuity.js";
import { parseTrustRoot, trustRootReader } from "./document.js";
import { verifyByKey, verifyForRole } from "./roles.js";
import type { TrustRoot } from "./trust-root.js";

export interface TrustRootInput extends SignedDocument {
  /** The root key of version 1 that was fetched out of band. Not consulted when `previous` is given. */
  readonly pinnedKey: PublicKey;
  /** The version before, opened: the document must be its direct successor. */
  readonly previous?: TrustRoot;
}

/** One version of a chain, and whose signatures opened it. */
export interface TrustRootStep {
  readonly trustRoot: TrustRoot;
  /** Keys of its own root role. */
  readonly signedBy: readonly string[];
  /** Keys of the root role of the version before; of version 1, the pinned key. */
  readonly acceptedBy: readonly string[];
}

/**
 * Opens a signed trust root. The threshold of its own root role must have signed it, and besides that the
 * pinned key when it is version 1, or the threshold of the version before (The Update Framework 1.0.33,
 * section 5.3). The pinned key vouches for no later version: alone it could lower every threshold.
 * @throws GovernanceError TRUST-010 to -023, TRUST-027 and TRUST-030 to -037
 */
export function openTrustRoot(input: TrustRootInput): TrustRoot {
  return openTrustRootStep(input).trustRoot;
}

/** The same, with the keys whose signatures counted. */
export function openTrustRootStep(input: TrustRootInput): TrustRootStep {
  // An inherited `previous` would take the place of the pinned key.
  const { pinnedKey, previous } = ownMembers(input);
  const signed = {
    document: trustRootReader.snapshot(input.document),
    signature: trustRootReader.snapshot(input.signature),
  };
  const trustRoot = parseTrustRoot(signed.document);
  const proof = { role: "root", payloadType: payloadTypes.trustRoot, signed, dated: trustRoot.issuedAt };
  let acceptedBy: readonly string[];
  if (previous === undefined) {
    if (trustRoot.version !== 1) throw predecessorsMissing(trustRoot.version);
    verifyByKey({ ...proof, trustRoot, key: pinnedKey });
    acceptedBy = Object.freeze([pinnedKey.keyId]);
  } else {
    requireSuccessor(previous, trustRoot);
    acceptedBy = verifyForRole({ ...proof, trustRoot: previous });
  }
  const signedBy = verifyForRole({ ...proof, trustRoot });
  return Object.freeze({ trustRoot, signedBy, acceptedBy });
}
