import { byteLength, copyBytes, isBytes } from "./bytes.js";
import { SigningError, type SigningErrorCode } from "./errors.js";
import { importNativePublicKey, type NativePublicKey } from "./native-ed25519.js";
import { type CurvePoint, decodePrimeOrderPoint, type PointDefect } from "./portable-ed25519.js";

/** A public key that passed the strict profile, ready for both backends. Never leaves the package: `raw` is not a copy. */
export interface AdmittedKey {
  readonly raw: Uint8Array;
  readonly point: CurvePoint;
  readonly native: NativePublicKey | undefined;
}

const refusals: Readonly<Record<PointDefect, readonly [SigningErrorCode, string]>> = {
  encoding: ["KEY-011", "The public key must be the canonical encoding of a point on the curve."],
  "small-order": ["KEY-012", "The public key must not have small order."],
  "mixed-order": ["KEY-013", "The public key must lie in the prime-order group, without a small-order part."],
};

/**
 * The one gate for public keys, about 1 ms: canonical encoding, on the curve, not small order, torsion-free.
 * Afterwards the cofactorless and the cofactored equation agree on everything but R.
 * @throws KEY-010 KEY-011 KEY-012 KEY-013
 */
export function admitPublicKey(raw: unknown): AdmittedKey {
  if (!isBytes(raw) || byteLength(raw) !== 32) {
    throw new SigningError("KEY-010", "An Ed25519 public key must be 32 bytes.");
  }
  const owned = copyBytes(raw);
  const point = decodePrimeOrderPoint(owned);
  if (typeof point === "string") throw new SigningError(...refusals[point]);
  return { raw: owned, point, native: importNativePublicKey(owned) };
}
