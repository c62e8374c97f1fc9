import { sha256Bytes } from "@parmanasystems/canonical";
import { VerifierError } from "../errors.js";

// RFC 6962 section 2.1: the prefixes keep a leaf of 64 bytes apart from a node of two hashes.
const LEAF = 0x00;
const NODE = 0x01;
const HASH_BYTES = 32;

/** More than any tree of 2^53 leaves needs. */
const MAX_PROOF_HASHES = 64;

/** SHA-256 of a zero byte and the leaf data. @throws VerifierError INV-060 */
export function leafHash(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new VerifierError("INV-060", "Leaf data must be a Uint8Array.");
  const prefixed = new Uint8Array(1 + bytes.length);
  prefixed[0] = LEAF;
  prefixed.set(bytes, 1);
  return sha256Bytes(prefixed);
}

/** SHA-256 of a one byte and both children. @throws VerifierError INV-060 unless both are 32 bytes */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (!isHash(left) || !isHash(right))
    throw new VerifierError("INV-060", "The children of a node must be hashes of 32 bytes.");
  const prefixed = new Uint8Array(1 + 2 * HASH_BYTES);
  prefixed[0] = NODE;
  prefixed.set(left, 1);
  prefixed.set(right, 1 + HASH_BYTES);
  return sha256Bytes(prefixed);
}

/** The root of a tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256Bytes(new Uint8Array());
}

export function isHash(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === HASH_BYTES;
}

export function sameHash(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** The number of leaves, or the position of one: 0 to 2^53 - 1. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** An own list of the hashes of a proof; undefined when it holds anything else, or more than any proof has. */
export function readHashes(proof: unknown): readonly Uint8Array[] | undefined {
  if (!Array.isArray(proof) || proof.length > MAX_PROOF_HASHES) return undefined;
  // Unlike every and filter, from does not pass over the holes of a sparse array.
  const hashes = Array.from(proof, (hash: unknown) => hash);
  return hashes.every(isHash) ? hashes : undefined;
}
