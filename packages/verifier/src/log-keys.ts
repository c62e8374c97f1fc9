import type { TrustRoot } from "@parmanasystems/governance";
import { createVerifierKey, noteAlgorithms, type VerifierKey } from "@parmanasystems/signing";

export const LOG_ROLE = "log";

/**
 * The keys of the trust root's `log` role as they sign checkpoints: a log signs under its origin, so that a key id binds
 * the key to this log. Retired and revoked ones too; whether one counts is for the caller to say.
 * @throws SigningError SIG-018 for an origin that is no key name
 */
export function logVerifierKeys(trustRoot: TrustRoot, origin: string): readonly VerifierKey[] {
  const keyids = trustRoot.roles.get(LOG_ROLE)?.keyids ?? [];
  return keyids
    .flatMap((keyId) => trustRoot.keys.get(keyId) ?? [])
    .map(({ publicKey }) =>
      createVerifierKey({ name: origin, algorithm: noteAlgorithms.ed25519, publicKey }),
    );
}
