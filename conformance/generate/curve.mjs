// Points and signatures that no library makes, on edwards25519.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The dependency of packages/signing, in its version.
const signing = createRequire(new URL("../../packages/signing/package.json", import.meta.url));
const { Point } = await import(pathToFileURL(signing.resolve("@noble/ed25519")).href);

export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
export const P = 2n ** 255n - 19n;

export const little = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);

/** 32 bytes, little-endian. */
export function bytesOf(number) {
  return Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse();
}

/** A point of order 8: the part outside the prime-order group of some point. */
export function torsionPoint() {
  for (let y = 2n; y < 1000n; y += 1n) {
    const torsion = timesOrder(pointOf(y) ?? Point.ZERO);
    if (!torsion.double().double().is0()) return torsion;
  }
  throw new Error("no point of order 8 was found");
}

/** The point with this y and an even x, if there is one. */
export function pointOf(y) {
  try {
    return Point.fromBytes(bytesOf(y), false);
  } catch {
    return undefined;
  }
}

/** [L]P, by doubling and adding: multiply takes scalars below L only. */
function timesOrder(point) {
  let result = Point.ZERO;
  for (const bit of L.toString(2)) {
    result = result.double();
    if (bit === "1") result = result.add(point);
  }
  return result;
}

/** All eight points of small order. */
export function smallOrderPoints() {
  const torsion = torsionPoint();
  const points = [Point.ZERO];
  while (points.length < 8) points.push(points.at(-1).add(torsion));
  return points;
}

/** The secret scalar of a seed, RFC 8032 section 5.1.5. */
function scalarOf(seed) {
  const bytes = createHash("sha512").update(seed).digest().subarray(0, 32);
  bytes[0] &= 248;
  bytes[31] &= 127;
  bytes[31] |= 64;
  return little(bytes) % L;
}

function challenge(r, publicKey, message) {
  return little(createHash("sha512").update(r).update(publicKey).update(message).digest()) % L;
}

/**
 * R as given and the S that fits it: [S]B = [r]B + [k]A, so that the equation holds up to what R has besides [r]B.
 * @param {{ seed: Uint8Array, publicKey: Uint8Array, message: Uint8Array, r: bigint, encoded: Uint8Array }} terms
 */
export function fittingSignature({ seed, publicKey, message, r, encoded }) {
  const s = (r + challenge(encoded, publicKey, message) * scalarOf(seed)) % L;
  return Buffer.concat([encoded, bytesOf(s)]);
}

export { Point };
