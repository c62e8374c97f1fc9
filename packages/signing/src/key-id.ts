import { encodeUtf8, sha256Bytes } from "@parmanasystems/canonical";
import { encodeBase64Url } from "./base64.js";
import { byteLength, isBytes } from "./bytes.js";
import { SigningError } from "./errors.js";

/**
 * RFC 7638 thumbprint of an Ed25519 public key: SHA-256 of its required members in order, base64url, 43 characters.
 * @throws KEY-010
 */
export function keyIdOf(rawPublicKey: Uint8Array): string {
  if (!isBytes(rawPublicKey) || byteLength(rawPublicKey) !== 32) {
    throw new SigningError("KEY-010", "An Ed25519 public key must be 32 bytes.");
  }
  const x = encodeBase64Url(rawPublicKey);
  return encodeBase64Url(sha256Bytes(encodeUtf8(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)));
}

// 43 base64url letters carry 258 bits: the last letter's two spare bits are zero in the one spelling of a thumbprint.
const thumbprint = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export function isKeyId(value: unknown): value is string {
  return typeof value === "string" && value.length === 43 && thumbprint.test(value);
}
