import { decodeSignature, type DsseSignature, requireCount } from "./dsse-signature.js";
import { SigningError } from "./errors.js";
import { pae } from "./pae.js";
import type { PublicKey } from "./public-key.js";

/** A key that may count, and the person or organisation behind it. */
export interface ThresholdKey {
  readonly publicKey: PublicKey;
  readonly operator: string;
}

export interface ThresholdInput {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly DsseSignature[];
  /** By keyId. */
  readonly keys: ReadonlyMap<string, ThresholdKey>;
  /** At least 1. */
  readonly threshold: number;
}

export interface ThresholdResult {
  readonly satisfied: boolean;
  /** The known keys that signed, in the order of the signatures. */
  readonly keyids: readonly string[];
}

/**
 * Counts distinct keys *and* distinct operators; both must reach the threshold. Signatures of unknown keys are
 * ignored, but a bad signature of a known key condemns the whole.
 * @throws SIG-001 SIG-002 SIG-005 to SIG-010
 */
export function verifyThreshold(input: ThresholdInput): ThresholdResult {
  const { payloadType, payload, keys, threshold } = input;
  const signatures = [...input.signatures];
  if (!Number.isSafeInteger(threshold) || threshold < 1) {
    throw new SigningError("SIG-009", "The threshold must be a whole number of at least 1.");
  }
  requireCount(signatures.length);
  const message = pae(payloadType, payload);
  const seen = new Set<string>();
  const keyids: string[] = [];
  const operators = new Set<string>();
  for (const { keyid, sig } of signatures) {
    if (seen.has(keyid)) throw new SigningError("SIG-005", "A keyid must sign only once.");
    seen.add(keyid);
    const key = keys.get(keyid);
    if (key === undefined) continue;
    requireOwnName(keyid, key);
    if (!key.publicKey.verify(message, decodeSignature(sig))) {
      throw new SigningError("SIG-008", `The signature of the key ${keyid} must verify.`);
    }
    keyids.push(keyid);
    operators.add(key.operator);
  }
  const satisfied = keyids.length >= threshold && operators.size >= threshold;
  return Object.freeze({ satisfied, keyids: Object.freeze(keyids) });
}

function requireOwnName(keyid: string, key: ThresholdKey): void {
  if (key.publicKey.keyId !== keyid) {
    throw new SigningError("SIG-009", "Each key must be listed under its own keyId.");
  }
  if (typeof key.operator !== "string" || key.operator.length === 0) {
    throw new SigningError("SIG-009", `The key ${keyid} must name its operator.`);
  }
}
