import { type AdmittedKey, admitPublicKey } from "./admitted-key.js";
import { byteLength, copyBytes, isBytes } from "./bytes.js";
import { SigningError } from "./errors.js";
import { verifyEquation } from "./portable-ed25519.js";
import { readStrictSignature } from "./strict-signature.js";

// Admission costs fifteen verifications, so that the keys seen last are kept. A flood of keys costs time, not memory.
const maxRememberedKeys = 256;
const remembered = /* @__PURE__ */ new Map<string, AdmittedKey>();

function admitted(publicKey: unknown): AdmittedKey | undefined {
  if (!isBytes(publicKey) || byteLength(publicKey) !== 32) return undefined;
  const raw = copyBytes(publicKey);
  const name = String.fromCharCode(...raw);
  const known = remembered.get(name);
  if (known !== undefined) return known;
  try {
    const key = admitPublicKey(raw);
    for (const oldest of remembered.keys()) {
      if (remembered.size < maxRememberedKeys) break;
      remembered.delete(oldest);
    }
    remembered.set(name, key);
    return key;
  } catch (error) {
    if (error instanceof SigningError) return undefined;
    throw error;
  }
}

/** Strict profile with an admitted key; the fast backend answers where there is one. */
export function verifyWithKey(key: AdmittedKey, message: unknown, signature: unknown): boolean {
  const strict = readStrictSignature(signature);
  if (strict === undefined || !isBytes(message)) return false;
  return key.native?.verify(message, strict) ?? verifyEquation(key, message, strict);
}

/** The same verdict from another thread, where the platform has some. */
export async function verifyWithKeyAsync(
  key: AdmittedKey,
  message: unknown,
  signature: unknown,
): Promise<boolean> {
  const strict = readStrictSignature(signature);
  if (strict === undefined || !isBytes(message)) return false;
  const bytes = copyBytes(message);
  return (await key.native?.verifyAsync(bytes, strict)) ?? verifyEquation(key, bytes, strict);
}

/**
 * Ed25519 (RFC 8032, pure) under the strict profile: canonical, prime-order public key of 32 bytes; signature of
 * 64 bytes with S < L and R canonical and not the identity; cofactorless equation. `false` for any other input.
 */
export function verifyEd25519(
  publicKey32: Uint8Array,
  message: Uint8Array,
  signature64: Uint8Array,
): boolean {
  const key = admitted(publicKey32);
  return key !== undefined && verifyWithKey(key, message, signature64);
}

/** The same verdict as `verifyEd25519` on every input, computed without the platform's cryptography. */
export function verifyEd25519Portable(
  publicKey32: Uint8Array,
  message: Uint8Array,
  signature64: Uint8Array,
): boolean {
  const key = admitted(publicKey32);
  const strict = readStrictSignature(signature64);
  return (
    key !== undefined && strict !== undefined && isBytes(message) && verifyEquation(key, message, strict)
  );
}
