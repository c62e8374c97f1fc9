import { isCount, isHash, nodeHash, readHashes, sameHash } from "./tree-hash.js";

export interface ConsistencyProof {
  /** At least 1: with an empty tree there is nothing to be consistent. */
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  /** RFC 6962 section 2.1.2; empty for equal sizes. */
  readonly proof: readonly Uint8Array[];
}

/** Whether the old tree is the beginning of the new one; false for anything malformed. RFC 9162 section 2.1.4.2. */
export function verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof }: ConsistencyProof): boolean {
  const hashes = readHashes(proof);
  if (!isCount(oldSize) || !isCount(newSize) || oldSize === 0 || oldSize > newSize) return false;
  if (hashes === undefined || !isHash(oldRoot) || !isHash(newRoot)) return false;
  if (oldSize === newSize) return hashes.length === 0 && sameHash(oldRoot, newRoot);

  let node = oldSize - 1;
  let last = newSize - 1;
  // Up to the largest complete subtree that ends where the old tree ends.
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  // If that subtree is the old tree itself, its root is known and the proof leaves it out.
  const [seed, ...path] = node === 0 ? [oldRoot, ...hashes] : hashes;
  if (seed === undefined) return false;
  let oldHash = seed;
  let newHash = seed;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && sameHash(oldHash, oldRoot) && sameHash(newHash, newRoot);
}

function half(position: number): number {
  return Math.floor(position / 2);
}
