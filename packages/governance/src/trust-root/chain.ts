import { ownMembers } from "@parmanasystems/canonical";
import type { PublicKey } from "@parmanasystems/signing";
import { GovernanceError } from "../errors.js";
import type { SignedDocument } from "../signed-document.js";
import { requireStillRevoked, type Revocations, revocationsOf } from "./continuity.js";
import { openTrustRoot } from "./open.js";
import type { TrustRoot } from "./trust-root.js";

export const MAX_TRUST_ROOT_VERSIONS = 1024;

export interface TrustRootChainInput {
  /** Version 1 and all that follow it, in order, up to the newest. */
  readonly documents: readonly SignedDocument[];
  /** The root key of version 1 that was fetched out of band. */
  readonly pinnedKey: PublicKey;
}

/**
 * Walks every version from the pinned key on: version 1 is signed by that key and its own threshold, each
 * later one by its own threshold and by that of the version before.
 * @returns the opened versions in the same order, version N at index N - 1
 * @throws GovernanceError TRUST-010 to -023, TRUST-027, TRUST-028 and TRUST-030 to -037
 */
export function openTrustRootChain(input: TrustRootChainInput): readonly TrustRoot[] {
  const { documents, pinnedKey } = ownMembers(input);
  if (documents.length < 1 || documents.length > MAX_TRUST_ROOT_VERSIONS) {
    throw new GovernanceError(
      "TRUST-028",
      `A chain of trust roots has 1 to ${MAX_TRUST_ROOT_VERSIONS} versions, not ${documents.length}.`,
    );
  }
  const chain: TrustRoot[] = [];
  // A revoked key that was dropped must not come back versions later as a good one.
  let revoked: Revocations = new Map();
  for (const { document, signature } of documents) {
    const previous = chain.at(-1);
    const trustRoot = openTrustRoot({
      document,
      signature,
      pinnedKey,
      ...(previous === undefined ? {} : { previous }),
    });
    requireStillRevoked(trustRoot, revoked);
    revoked = new Map([...revoked, ...revocationsOf(trustRoot)]);
    chain.push(trustRoot);
  }
  return Object.freeze(chain);
}
