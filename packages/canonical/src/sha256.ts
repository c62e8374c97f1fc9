import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { CanonicalError } from "./errors.js";
import { decodeHex, encodeHex } from "./hex.js";
import { findNodeHash } from "./node-crypto.js";
import { encodeUtf8, requireWellFormed } from "./utf8.js";

/** The one spelling of a hash in every format: 64 lower-case hexadecimal digits after `sha256:`. */
export type Sha256 = `sha256:${string}`;

const nodeHash = findNodeHash();
const spelling = /^sha256:[0-9a-f]{64}$/;

/** SHA-256 of the bytes, or of the UTF-8 of the text. @throws CANONICAL-008 (lone surrogate), CANONICAL-015 */
export function sha256(input: Uint8Array | string): Sha256 {
  return `sha256:${hexDigest(input)}`;
}

/** The raw 32 bytes of the same digest. @throws CANONICAL-008, CANONICAL-015 */
export function sha256Bytes(input: Uint8Array | string): Uint8Array {
  return nodeHash === undefined ? portableSha256(input) : decodeHex(hexDigest(input));
}

/** True for the exact spelling that `sha256` writes. */
export function isSha256(text: unknown): text is Sha256 {
  return typeof text === "string" && text.length === 71 && spelling.test(text);
}

/** The digest without node:crypto. */
export function portableSha256(input: Uint8Array | string): Uint8Array {
  requireHashable(input);
  return nobleSha256(typeof input === "string" ? encodeUtf8(input) : input);
}

function hexDigest(input: Uint8Array | string): string {
  if (nodeHash === undefined) return encodeHex(portableSha256(input));
  requireHashable(input);
  return nodeHash("sha256", input, "hex");
}

function requireHashable(input: unknown): void {
  // Hashing would silently replace a lone surrogate by U+FFFD, and two texts would share a digest.
  if (typeof input === "string") requireWellFormed(input);
  else if (!(input instanceof Uint8Array))
    throw new CanonicalError("CANONICAL-015", "The input of a hash must be a string or a Uint8Array.");
}
