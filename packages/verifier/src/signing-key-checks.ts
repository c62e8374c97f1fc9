import { roleKey, type TrustRoot } from "@parmanasystems/governance";
import { importPublicKey, type KeySource, type PublicKey } from "@parmanasystems/signing";
import type { PresentedAttestation } from "./attestation-checks.js";
import type { Checklist, Established } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, type Known } from "./known.js";

const RUNTIME_ROLE = "runtime";

/** The runtime keys that the verifier trusts on its own account, by key id. @throws SigningError KEY-* */
export type RuntimeKeys = () => ReadonlyMap<string, PublicKey>;

/** Admission costs about 1 ms a key, so it happens when the keys are first needed, and once. */
export function pinRuntimeKeys(sources: readonly KeySource[]): RuntimeKeys {
  let admitted: ReadonlyMap<string, PublicKey> | undefined;
  return () => (admitted ??= new Map(sources.map(importPublicKey).map((key) => [key.keyId, key])));
}

/** Returns the key to verify with, and only when it is a trusted runtime key. */
export function checkSigningKey(
  checks: Checklist,
  presented: Known<PresentedAttestation>,
  trustRoot: Known<TrustRoot>,
  runtimeKeys: RuntimeKeys,
): Known<PublicKey> {
  const given = both(presented, trustRoot);
  const key = checks.establish("signing-key.role", given, ([{ attestation }, root]) =>
    trustedKey(root, attestation.keyId, runtimeKeys),
  );
  checks.confirm("signing-key.validity", both(given, key), ([[{ attestation, issuedAt }, root]]) => {
    if (!root.roles.has(RUNTIME_ROLE))
      return "The trust root sets no period for runtime keys; the verifier pinned this one.";
    roleKey(root, RUNTIME_ROLE, attestation.keyId, issuedAt);
    return `The key was valid and not revoked at ${attestation.issuedAt}, when the attestation was issued.`;
  });
  return key;
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
