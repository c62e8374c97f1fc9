import { ownMembers, type Sha256 } from "@parmanasystems/canonical";
import type { PublicKey } from "@parmanasystems/signing";
import { GovernanceError } from "../errors.js";
import type { SignedDocument } from "../signed-document.js";
import { requireStillRevoked, type Revocations, revocationsOf } from "./continuity.js";
import { openTrustRootStep, type TrustRootStep } from "./open.js";
import type { TrustRoot } from "./trust-root.js";

export const MAX_TRUST_ROOT_VERSIONS = 1024;

export interface TrustRootChainInput {
  /** Version 1 and all that follow it, in order, up to the newest. */
  readonly documents: readonly SignedDocument[];
  /** The root key of version 1 that was fetched out of band. */
  readonly pinnedKey: PublicKey;
  /**
   * The hash of one version, fetched out of band as well. That of version 1 keeps the pinned key's holder from making
   * another version 1; that of a later one shuts out older chains besides.
   */
  readonly pinnedHash?: Sha256 | undefined;
}

/**
 * Walks every version from the pinned key on: version 1 is signed by that key and its own threshold, each
 * later one by its own threshold and by that of the version before.
 * @returns the opened versions in the same order, version N at index N - 1
 * @throws GovernanceError TRUST-010 to -023, TRUST-027, TRUST-028 and TRUST-030 to -037
 */
export function openTrustRootChain(input: TrustRootChainInput): readonly TrustRoot[] {
  return Object.freeze(Array.from(walkTrustRootChain(input), ({ trustRoot }) => trustRoot));
}

/**
 * The same, one version after the other: each is yielded once it holds. Only a walk that ends without an error
 * says that the chain holds.
 */
export function* walkTrustRootChain(input: TrustRootChainInput): Generator<TrustRootStep, void> {
  const { documents, pinnedKey, pinnedHash } = ownMembers(input);
  if (documents.length < 1 || documents.length > MAX_TRUST_ROOT_VERSIONS) {
    throw new GovernanceError(
      "TRUST-028",
      `A chain of trust roots has 1 to ${MAX_TRUST_ROOT_VERSIONS} versions, not ${documents.length}.`,
    );
  }
  let previous: TrustRoot | undefined;
  let pinMet = pinnedHash === undefined;
  // A revoked key that was dropped must not come back versions later as a good one.
  let revoked: Revocations = new Map();
  for (const { document, signature } of documents) {
    const step = openTrustRootStep({
      document,
      signature,
      pinnedKey,
      ...(previous === undefined ? {} : { previous }),
    });
    requireStillRevoked(step.trustRoot, revoked);
    revoked = new Map([...revoked, ...revocationsOf(step.trustRoot)]);
    pinMet ||= step.trustRoot.hash === pinnedHash;
    previous = step.trustRoot;
    yield step;
  }
  if (!pinMet) {
    throw new GovernanceError(
      "TRUST-018",
      `No version of this chain of trust roots has the pinned hash ${String(pinnedHash)}.`,
    );
  }
}
