import { formatTimestamp } from "@parmanasystems/canonical";
import { GovernanceError } from "../errors.js";
import type { RememberedVersion, TrustRoot } from "./trust-root.js";

/** @throws GovernanceError TRUST-024 from `expiresAt` on, TRUST-025 before `issuedAt` */
export function requireUnexpired(trustRoot: TrustRoot, now: number): void {
  // Positive comparisons, so that NaN is refused too.
  if (!(now < trustRoot.expiresAt)) {
    throw new GovernanceError(
      "TRUST-024",
      `Trust root version ${trustRoot.version} expired at ${formatTimestamp(trustRoot.expiresAt)}.`,
    );
  }
  if (!(now >= trustRoot.issuedAt)) {
    throw new GovernanceError(
      "TRUST-025",
      `Trust root version ${trustRoot.version} was issued at ${formatTimestamp(trustRoot.issuedAt)}, a time this clock has not reached.`,
    );
  }
}

/**
 * Holds a chain, as `openTrustRootChain` gives it, against the highest version remembered from earlier runs.
 * @throws GovernanceError TRUST-026 (older), TRUST-021 (that version with other content), TRUST-027 (the
 * chain lacks that version), TRUST-028 (empty)
 */
export function requireTrustRootNotRolledBack(
  remembered: RememberedVersion | undefined,
  chain: readonly TrustRoot[],
): void {
  const newest = newestTrustRoot(chain);
  if (remembered === undefined) return;
  if (newest.version < remembered.version) {
    throw new GovernanceError(
      "TRUST-026",
      `Trust root version ${newest.version} is older than version ${remembered.version}, which was in force before.`,
    );
  }
  const then = chain.find(({ version }) => version === remembered.version);
  if (then === undefined) throw predecessorsMissing(newest.version);
  if (then.hash !== remembered.hash) throw equivocation(then.version);
}

/** The last member of a chain: the version in force. @throws GovernanceError TRUST-028 when the chain is empty */
export function newestTrustRoot(chain: readonly TrustRoot[]): TrustRoot {
  const newest = chain.at(-1);
  if (newest === undefined) throw new GovernanceError("TRUST-028", "The chain of trust roots is empty.");
  return newest;
}

/**
 * Whether `next` may replace `previous`, signatures apart.
 * @throws GovernanceError TRUST-020 to -023
 */
export function requireSuccessor(previous: TrustRoot, next: TrustRoot): void {
  if (next.version === previous.version && next.hash !== previous.hash) throw equivocation(next.version);
  if (next.version !== previous.version + 1) {
    throw new GovernanceError(
      "TRUST-020",
      `After trust root version ${previous.version} comes version ${previous.version + 1}, not ${next.version}.`,
    );
  }
  if (next.previous !== previous.hash) {
    throw new GovernanceError(
      "TRUST-022",
      `The member previous of trust root version ${next.version} is not the hash of version ${previous.version}.`,
    );
  }
  if (next.issuedAt < previous.issuedAt) {
    throw new GovernanceError(
      "TRUST-023",
      `Trust root version ${next.version} is dated before version ${previous.version}.`,
    );
  }
  requireStillRevoked(next, revocationsOf(previous));
}

/** Key ids with the times since which they are revoked. */
export type Revocations = ReadonlyMap<string, number>;

export function revocationsOf(trustRoot: TrustRoot): Revocations {
  const revoked = [...trustRoot.keys.values()].flatMap(({ keyId, revokedAt }): [string, number][] =>
    revokedAt === undefined ? [] : [[keyId, revokedAt]],
  );
  return new Map(revoked);
}

/** Dropping a revoked key is allowed, because what is not listed verifies nothing. @throws GovernanceError TRUST-023 */
export function requireStillRevoked(next: TrustRoot, revoked: Revocations): void {
  for (const [keyId, since] of revoked) {
    const key = next.keys.get(keyId);
    if (key === undefined || (key.revokedAt !== undefined && key.revokedAt <= since)) continue;
    throw new GovernanceError(
      "TRUST-023",
      `Trust root version ${next.version} weakens the revocation of key ${keyId}.`,
    );
  }
}

/** For a version above 1 that nothing but itself vouches for. */
export function predecessorsMissing(version: number): GovernanceError {
  const before = version === 2 ? "version 1" : `versions 1 to ${version - 1}`;
  return new GovernanceError(
    "TRUST-027",
    `Trust root version ${version} is trusted only together with ${before}, and not every one of them was given.`,
  );
}

function equivocation(version: number): GovernanceError {
  return new GovernanceError("TRUST-021", `There are two different trust roots of version ${version}.`);
}
