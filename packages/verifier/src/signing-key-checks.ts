import { ParmanaError } from "@parmanasystems/canonical";
import { roleKey, type TrustRoot } from "@parmanasystems/governance";
import type { PublicKey } from "@parmanasystems/signing";
import type { Checklist, Established } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, type Known } from "./known.js";
import { latestOf, type Logged } from "./log-checks.js";
import type { OpenedMaterial } from "./opened-material.js";
import { requireOlder } from "./require-older.js";
import type { RuntimeKeys } from "./runtime-keys.js";
import type { Presented } from "./statement-kind.js";

const RUNTIME_ROLE = "runtime";

/** Returns the key to verify with, and only when it is a trusted runtime key; whether it was in force is another check. */
export function checkSigningKey(
  checks: Checklist,
  presented: Known<Presented>,
  trustRoot: Known<TrustRoot>,
  runtimeKeys: RuntimeKeys,
): Known<PublicKey> {
  return checks.establish("signing-key.role", both(presented, trustRoot), ([{ attestation }, root]) =>
    trustedKey(root, attestation.keyId, runtimeKeys),
  );
}

/** Whether the key was in force when the statement was issued. Of one that was revoked since, only the log can tell. */
export function checkKeyInForce(
  checks: Checklist,
  presented: Known<Presented>,
  key: Known<PublicKey>,
  { trustRoot, log, now }: Pick<OpenedMaterial, "trustRoot" | "log" | "now">,
  logged: Logged,
): void {
  const given = both(both(presented, trustRoot), key);
  checks.confirm("signing-key.validity", given, ([[{ attestation, issuedAt }, root]]) => {
    if (!root.roles.has(RUNTIME_ROLE))
      return "The trust root sets no period for runtime keys; the verifier pinned this one.";
    try {
      roleKey(root, RUNTIME_ROLE, attestation.keyId, issuedAt);
    } catch (refusal) {
      const revokedAt = root.keys.get(attestation.keyId)?.revokedAt;
      if (!isOnlyForTheLog(refusal) || revokedAt === undefined || !logged.included.known) throw refusal;
      return requireOlder(revokedAt, logged.included.value, logged.continued, log, latestOf(now));
    }
    return `The key was valid and not revoked at ${attestation.issuedAt}, when the statement was issued.`;
  });
}

/** Valid and not yet revoked at the date that the statement bears, which whoever holds the key may choose. */
function isOnlyForTheLog(refusal: unknown): boolean {
  return ParmanaError.isInstance(refusal) && refusal.code === "TRUST-037";
}

function trustedKey(root: TrustRoot, keyId: string, runtimeKeys: RuntimeKeys): Established<PublicKey> {
  const role = root.roles.get(RUNTIME_ROLE);
  if (role === undefined) return pinnedKey(keyId, runtimeKeys);
  const key = role.keyids.includes(keyId) ? root.keys.get(keyId) : undefined;
  if (key === undefined)
    throw new VerifierError("INV-064", `key ${keyId} does not have the runtime role in the trust root.`);
  return {
    value: key.publicKey,
    detail: `Key ${keyId}, operated by ${key.operator}, has the runtime role in the trust root.`,
  };
}

/** A trust root without a runtime role leaves the choice of runtime keys to whoever verifies (DESIGN section 8). */
function pinnedKey(keyId: string, runtimeKeys: RuntimeKeys): Established<PublicKey> {
  const pinned = runtimeKeys();
  if (pinned.size === 0) {
    throw new VerifierError(
      "INV-064",
      "the trust root names no runtime keys, so the verifier must pin the ones that it trusts (runtimeKeys).",
    );
  }
  const key = pinned.get(keyId);
  if (key === undefined)
    throw new VerifierError(
      "INV-064",
      `key ${keyId} is not among the runtime keys that the verifier pinned.`,
    );
  return {
    value: key,
    detail: `Key ${keyId} is a runtime key that the verifier pinned; the trust root names none.`,
  };
}
