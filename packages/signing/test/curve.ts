import { createHash } from "node:crypto";
import { Point } from "@noble/ed25519";

/** Builds keys and signatures that no honest implementation makes, from the group itself. */

export const groupOrder = Point.CURVE().n;
const fieldPrime = Point.CURVE().p;

export function littleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  let rest = value;
  for (let i = 0; i < 32; i += 1) {
    bytes[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

export function toBigInt(bytes: Uint8Array): bigint {
  return [...bytes].reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha512");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** The eight points whose order divides 8: multiples of the torsion part of some point. */
export const torsion: readonly Point[] = (() => {
  for (let y = 2n; ; y += 1n) {
    const point = decode(littleEndian(y));
    // [L]P, written as 2[L/2]P + P because noble refuses the scalar L.
    const part = point
      ?.multiply(groupOrder / 2n, false)
      .double()
      .add(point);
    if (part !== undefined && !part.double().double().is0()) {
      const multiples = [Point.ZERO];
      for (let i = 1; i < 8; i += 1) multiples.push((multiples[i - 1] ?? Point.ZERO).add(part));
      return multiples;
    }
  }
})();

function decode(bytes: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(bytes, false);
  } catch {
    return undefined;
  }
}

/** Every 32-byte string that lenient decoders read as a point although it is not its canonical encoding. */
export function nonCanonicalEncodings(): readonly Uint8Array[] {
  const encodings: Uint8Array[] = [];
  for (let y = 0n; y < 19n; y += 1n) {
    for (const sign of [0n, 1n << 255n]) {
      const bytes = littleEndian((y + fieldPrime) | sign);
      try {
        Point.fromBytes(bytes, true);
        encodings.push(bytes);
      } catch {
        // No point has this y.
      }
    }
  }
  // x = 0 with the sign bit set, for y = 1 and y = -1.
  encodings.push(littleEndian(1n | (1n << 255n)), littleEndian((fieldPrime - 1n) | (1n << 255n)));
  return encodings;
}

/** A signer that does what RFC 8032 says except where told otherwise. */
export class Forger {
  readonly scalar: bigint;
  readonly publicKey: Uint8Array;

  constructor(scalar: bigint, torsionPart: Point = Point.ZERO) {
    this.scalar = scalar;
    this.publicKey = Point.BASE.multiply(scalar, false).add(torsionPart).toBytes();
  }

  /** S = r + k·a for the given bytes of R. */
  sign(message: Uint8Array, nonce: bigint, rBytes: Uint8Array): Uint8Array {
    const k = toBigInt(sha512(rBytes, this.publicKey, message)) % groupOrder;
    return concat(rBytes, littleEndian((nonce + k * this.scalar) % groupOrder));
  }
}

export { Point };
