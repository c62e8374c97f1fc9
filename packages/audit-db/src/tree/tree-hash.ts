import { hash } from "node:crypto";

/** RFC 6962 section 2.1: the tree of no entries. */
export const EMPTY_ROOT: Uint8Array = hash("sha256", "", "buffer");

// Never seen by anyone else: hashing is synchronous.
const prefixed = Buffer.alloc(65);
prefixed[0] = 1;

/** RFC 6962 section 2.1: SHA-256 of a one byte and the hashes of both subtrees. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  prefixed.set(left, 1);
  prefixed.set(right, 33);
  return hash("sha256", prefixed, "buffer");
}
