import { expect } from "vitest";
import { verifyEd25519, verifyEd25519Portable } from "../src/index.js";

/** Both backends' verdict, which must be one. */
export function verdict(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const fast = verifyEd25519(publicKey, message, signature);
  expect(verifyEd25519Portable(publicKey, message, signature)).toBe(fast);
  return fast;
}
