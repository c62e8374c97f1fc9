import { shorten } from "@parmanasystems/canonical";
import type { PublicKey } from "@parmanasystems/signing";
import { GovernanceError } from "../errors.js";
import { requireSuccessor } from "./continuity.js";
import { createTrustRootDocument, parseTrustRoot } from "./document.js";
import { keyValidUntil } from "./lifetimes.js";
import type { RoleDelegation, TrustedKey, TrustRoot } from "./trust-root.js";

/** What the next version changes; everything else stays as it is. A key is named at most once. */
export interface TrustRootChanges {
  readonly add?: readonly AddedKey[];
  readonly extend?: readonly ExtendedKey[];
  readonly retire?: readonly RetiredKey[];
  readonly revoke?: readonly RevokedKey[];
  /** Key ids. What a removed key signed no longer verifies. */
  readonly remove?: readonly string[];
  /** Roles that go, with their keys. */
  readonly dropRoles?: readonly string[];
  /** New thresholds by role. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** When the trust root expires; as the version before when absent. */
  readonly expiresAt?: number;
}

export interface AddedKey {
  /** A role that does not exist yet is made, with threshold 1. */
  readonly role: string;
  readonly operator: string;
  readonly publicKey: PublicKey;
  /** When the new version is dated, if absent. An earlier time lets the key vouch for documents dated before. */
  readonly validFrom?: number;
  /** When the trust root expires, if absent; of a root key, as long again after that. */
  readonly validUntil?: number;
}

export interface ExtendedKey {
  readonly keyId: string;
  readonly validUntil: number;
}

export interface RetiredKey {
  readonly keyId: string;
  /** From then on nothing it signs counts any more; the date of the new version if absent. What is older still verifies. */
  readonly until?: number;
}

export interface RevokedKey {
  readonly keyId: string;
  readonly reason: string;
  /** The date of the new version if absent. */
  readonly revokedAt?: number;
}

/**
 * The document of the version after `previous`, dated `now`, checked by the rules that will open it.
 * @throws GovernanceError TRUST-011 to -015, TRUST-022, TRUST-023, TRUST-050
 */
export function createNextTrustRoot(previous: TrustRoot, changes: TrustRootChanges, now: number): Uint8Array {
  requireNamedOnce(previous, changes);
  const expiresAt = changes.expiresAt ?? previous.expiresAt;
  const keys = new Map(previous.keys);
  for (const { keyId, validUntil } of changes.extend ?? [])
    keys.set(keyId, extended(keys, keyId, validUntil));
  for (const { keyId, until = now } of changes.retire ?? []) keys.set(keyId, retired(keys, keyId, until));
  for (const revocation of changes.revoke ?? []) keys.set(revocation.keyId, revoked(keys, revocation, now));
  for (const keyId of changes.remove ?? []) knownKey(keys, keyId);
  const roles = changedRoles(previous, changes);
  for (const keyId of goneKeys(previous, changes)) keys.delete(keyId);
  const added = (changes.add ?? []).map(
    ({ role, publicKey, operator, validFrom = now, validUntil = keyValidUntil(role, now, expiresAt) }) =>
      ({ keyId: publicKey.keyId, publicKey, operator, validFrom, validUntil, status: "active" }) as const,
  );
  const document = createTrustRootDocument({
    version: previous.version + 1,
    issuedAt: now,
    expiresAt,
    previous: previous.hash,
    keys: [...keys.values(), ...added],
    roles,
  });
  requireSuccessor(previous, parseTrustRoot(document));
  return document;
}

function requireNamedOnce(previous: TrustRoot, changes: TrustRootChanges): void {
  const { add = [], extend = [], retire = [], revoke = [], remove = [] } = changes;
  const changed = [...extend, ...retire, ...revoke].map(({ keyId }) => keyId);
  const added = add.map(({ publicKey }) => publicKey.keyId);
  const named = new Set<string>();
  for (const keyId of [...changed, ...remove, ...added]) {
    if (named.has(keyId)) throw refusal(`Key ${keyId} is named twice.`);
    named.add(keyId);
  }
  const listed = added.find((keyId) => previous.keys.has(keyId));
  if (listed !== undefined) {
    throw refusal(`Trust root version ${previous.version} holds key ${listed} already.`);
  }
}

function goneKeys(previous: TrustRoot, { remove = [], dropRoles = [] }: TrustRootChanges): readonly string[] {
  return [...remove, ...dropRoles.flatMap((role) => previous.roles.get(role)?.keyids ?? [])];
}

function extended(keys: ReadonlyMap<string, TrustedKey>, keyId: string, validUntil: number): TrustedKey {
  const key = activeKey(keys, keyId, "extended");
  if (validUntil >= key.validUntil) return { ...key, validUntil };
  throw refusal(`Key ${keyId} would end sooner and not later than now: retire it instead.`);
}

function retired(keys: ReadonlyMap<string, TrustedKey>, keyId: string, until: number): TrustedKey {
  const key = activeKey(keys, keyId, "retired");
  // Status alone would not bind whoever holds the key: until its end it could go on signing.
  return { ...key, status: "retired", validUntil: Math.min(key.validUntil, until) };
}

function revoked(
  keys: ReadonlyMap<string, TrustedKey>,
  { keyId, reason, revokedAt }: RevokedKey,
  now: number,
): TrustedKey {
  const key = knownKey(keys, keyId);
  const since = revokedAt ?? now;
  // A time to come would let a key in wrong hands go on until then.
  if (since > now) throw refusal(`Key ${keyId} would be revoked in the future; retire it instead.`);
  return { ...key, status: "revoked", revokedAt: since, reason };
}

function activeKey(keys: ReadonlyMap<string, TrustedKey>, keyId: string, change: string): TrustedKey {
  const key = knownKey(keys, keyId);
  if (key.status === "active") return key;
  throw refusal(`Key ${keyId} is ${key.status} and cannot be ${change}.`);
}

function knownKey(keys: ReadonlyMap<string, TrustedKey>, keyId: string): TrustedKey {
  const key = keys.get(keyId);
  if (key === undefined) throw refusal(`There is no key ${shorten(keyId)} in the trust root.`);
  return key;
}

function changedRoles(previous: TrustRoot, changes: TrustRootChanges): ReadonlyMap<string, RoleDelegation> {
  const { add = [], remove = [], dropRoles = [], thresholds = {} } = changes;
  const roles = new Map<string, RoleDelegation>();
  for (const [role, { keyids, threshold }] of previous.roles) {
    if (dropRoles.includes(role)) continue;
    roles.set(role, { keyids: keyids.filter((keyId) => !remove.includes(keyId)), threshold });
  }
  const absent = dropRoles.find((role) => !previous.roles.has(role));
  if (absent !== undefined) throw refusal(`There is no role ${shorten(absent)} to drop.`);
  for (const { role, publicKey } of add) {
    const { keyids, threshold } = roles.get(role) ?? { keyids: [], threshold: 1 };
    roles.set(role, { keyids: [...keyids, publicKey.keyId], threshold });
  }
  for (const [role, threshold] of Object.entries(thresholds)) {
    const delegation = roles.get(role);
    if (delegation === undefined) throw refusal(`There is no role ${shorten(role)} to set a threshold for.`);
    roles.set(role, { ...delegation, threshold });
  }
  for (const [role, { keyids }] of roles) {
    if (keyids.length > 0) continue;
    // Without the role runtime every verifier would choose its runtime keys: that is said, not left to happen.
    throw refusal(`The role ${role} would be left without a key: add one, or drop the role.`);
  }
  return roles;
}

function refusal(sentence: string): GovernanceError {
  return new GovernanceError("TRUST-050", sentence);
}
