import { byteLength, copyBytes, isBytes } from "./bytes.js";

export const signatureLength = 64;

// RFC 8032 section 5.1: the group order L = 2^252 + 27742317777372353535851937790883648493, little-endian.
const groupOrder = /* @__PURE__ */ Uint8Array.of(
  ...[0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14],
  ...[0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10],
);

/**
 * An own copy of the signature if its form is admitted: 64 bytes, S < L, R not the identity; else `undefined`.
 * Whether R is canonical needs no check of its own: both backends compare R's bytes with an encoding they make.
 */
export function readStrictSignature(signature: unknown): Uint8Array | undefined {
  if (!isBytes(signature) || byteLength(signature) !== signatureLength) return undefined;
  const owned = copyBytes(signature);
  return isBelowGroupOrder(owned) && !hasIdentityR(owned) ? owned : undefined;
}

function isBelowGroupOrder(signature: Uint8Array): boolean {
  for (let i = 31; i >= 0; i -= 1) {
    const difference = (signature[32 + i] ?? 0) - (groupOrder[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function hasIdentityR(signature: Uint8Array): boolean {
  if (signature[0] !== 1) return false;
  for (let i = 1; i < 32; i += 1) if (signature[i] !== 0) return false;
  return true;
}
