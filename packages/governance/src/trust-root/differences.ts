import { formatTimestamp } from "@parmanasystems/canonical";
import type { RoleDelegation, TrustedKey, TrustRoot } from "./trust-root.js";

/**
 * What a trust root says that the version before it does not, one sentence each, for whoever is about to sign it.
 * Without a version before, everything.
 */
export function describeTrustRootChanges(next: TrustRoot, previous?: TrustRoot): readonly string[] {
  return [
    ...describeLife(next, previous),
    ...[...next.roles].flatMap(([role, delegation]) =>
      describeRole(role, delegation, previous?.roles.get(role)),
    ),
    ...[...(previous?.roles.keys() ?? [])].filter((role) => !next.roles.has(role)).map(describeDropped),
    ...[...next.keys.values()].flatMap((key) => describeKey(key, next, previous)),
    ...[...(previous?.keys.values() ?? [])].filter(({ keyId }) => !next.keys.has(keyId)).map(describeRemoved),
    ...describeDeadEnds(next),
  ];
}

/** The role a key serves, or undefined for a key that serves none. */
function roleOf({ roles }: TrustRoot, keyId: string): string | undefined {
  for (const [role, { keyids }] of roles) if (keyids.includes(keyId)) return role;
  return undefined;
}

function describeLife(next: TrustRoot, previous: TrustRoot | undefined): readonly string[] {
  const until = formatTimestamp(next.expiresAt);
  if (previous === undefined) return [`It is in force from ${formatTimestamp(next.issuedAt)} to ${until}.`];
  if (next.expiresAt === previous.expiresAt) return [];
  return [`It expires at ${until}, and no longer at ${formatTimestamp(previous.expiresAt)}.`];
}

function describeRole(role: string, next: RoleDelegation, previous: RoleDelegation | undefined): string[] {
  if (previous === undefined)
    return [`Role ${role} is new: ${next.threshold} of ${next.keyids.length} keys.`];
  if (next.threshold === previous.threshold) return [];
  const lower = next.threshold < previous.threshold ? " FEWER signatures suffice from now on." : "";
  return [`Role ${role} demands ${next.threshold} signatures, and no longer ${previous.threshold}.${lower}`];
}

function describeDropped(role: string): string {
  const effect =
    role === "runtime"
      ? "every verifier chooses by itself which runtime keys it believes"
      : "nothing can be signed for it, and what was signed no longer verifies";
  return `Role ${role} GOES: ${effect}.`;
}

function describeKey(key: TrustedKey, next: TrustRoot, previous: TrustRoot | undefined): readonly string[] {
  const before = previous?.keys.get(key.keyId);
  const role = roleOf(next, key.keyId);
  const name = nameOf(key);
  const span = spanOf(key);
  if (before === undefined) {
    const status = key.status === "active" ? "" : ` as ${key.status}`;
    return [`${name} is added to role ${role ?? "(none)"}${status}, valid ${span}.`];
  }
  const sentences: string[] = [];
  const formerRole = previous === undefined ? undefined : roleOf(previous, key.keyId);
  if (formerRole !== role) {
    sentences.push(`${name} moves from role ${formerRole ?? "(none)"} to role ${role ?? "(none)"}.`);
  }
  if (before.operator !== key.operator) {
    sentences.push(`${name} was held by ${before.operator} before.`);
  }
  if (before.status !== key.status || before.revokedAt !== key.revokedAt || before.reason !== key.reason) {
    sentences.push(describeStatus(name, key));
  }
  if (before.validFrom !== key.validFrom || before.validUntil !== key.validUntil) {
    sentences.push(`${name} is valid ${span}, and no longer ${spanOf(before)}.`);
  }
  return sentences;
}

function describeStatus(name: string, key: TrustedKey): string {
  switch (key.status) {
    case "active":
      return `${name} is ACTIVE AGAIN.`;
    case "retired":
      return `${name} is retired: it signs nothing new.`;
    case "revoked": {
      const since = key.revokedAt === undefined ? "" : ` since ${formatTimestamp(key.revokedAt)}`;
      const reason = key.reason === undefined ? "" : ` (${key.reason})`;
      return `${name} is REVOKED${since}${reason}: nothing it signed verifies any more without a log proof.`;
    }
  }
}

function describeRemoved(key: TrustedKey): string {
  return `${nameOf(key)} is REMOVED: nothing it signed verifies any more.`;
}

/** Roles whose threshold its active keys cannot reach. */
function describeDeadEnds(next: TrustRoot): readonly string[] {
  return [...next.roles].flatMap(([role, { keyids, threshold }]) => {
    const active = keyids.flatMap((keyId) => next.keys.get(keyId) ?? []);
    const operators = new Set(
      active.filter(({ status }) => status === "active").map(({ operator }) => operator),
    );
    if (operators.size >= threshold) return [];
    const effect =
      role === "root" ? "no later version can ever follow this one" : "nothing new can be signed for it";
    return [
      `Role ${role} demands ${threshold} signatures, and ${operators.size} operators have an active key: ${effect}.`,
    ];
  });
}

function spanOf({ validFrom, validUntil }: TrustedKey): string {
  return `from ${formatTimestamp(validFrom)} to ${formatTimestamp(validUntil)}`;
}

function nameOf({ keyId, operator }: TrustedKey): string {
  return `Key ${keyId} of ${operator}`;
}
