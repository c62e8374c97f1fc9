import { getPublicKey, hashes, Point, sign } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { encodeHex } from "@parmanasystems/canonical";
import { copyBytes, equalBytes } from "./bytes.js";

/** A decoded point of edwards25519. */
export type CurvePoint = Point;

export type PointDefect = "encoding" | "small-order" | "mixed-order";

/** RFC 8032 section 5.1.3, strict decoding, and membership of the prime-order group. */
export function decodePrimeOrderPoint(raw: Uint8Array): CurvePoint | PointDefect {
  let point: CurvePoint;
  try {
    point = Point.fromBytes(raw, false);
  } catch {
    return "encoding";
  }
  if (point.isSmallOrder()) return "small-order";
  return point.isTorsionFree() ? point : "mixed-order";
}

/**
 * RFC 8032 section 5.1.7 without the cofactor: R' = [S]B - [k]A, encoded and compared with R byte for byte, which
 * is what OpenSSL does. noble's own `verify` multiplies by the cofactor and would accept more.
 * @param signature in strict form, so that S < L
 */
export function verifyEquation(
  publicKey: { readonly raw: Uint8Array; readonly point: CurvePoint },
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  const digest = sha512.create().update(r).update(publicKey.raw).update(copyBytes(message)).digest();
  const k = littleEndian(digest) % Point.CURVE().n;
  const kA = publicKey.point.multiply(k, false);
  const expected = Point.BASE.multiply(s, false).subtract(kA);
  return equalBytes(expected.toBytes(), r);
}

export function portablePublicKey(seed: Uint8Array): Uint8Array {
  return withSha512(() => getPublicKey(seed));
}

export function portableSign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return withSha512(() => sign(message, seed));
}

/** noble's synchronous functions read a hash from a shared slot: lent for the call, then put back as it was. */
function withSha512<T>(call: () => T): T {
  const before = hashes.sha512;
  hashes.sha512 = sha512;
  try {
    return call();
  } finally {
    hashes.sha512 = before;
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${encodeHex(bytes.slice().reverse())}`);
}
