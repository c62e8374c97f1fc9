import { isCount, isHash, nodeHash, readHashes, sameHash } from "./tree-hash.js";

export interface InclusionProof {
  /** Position of the leaf, from 0 on. */
  readonly index: number;
  /** Number of leaves of the tree. */
  readonly size: number;
  readonly leafHash: Uint8Array;
  /** RFC 6962 section 2.1.1: from the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Whether the leaf stands at this position of the tree with this root; false for anything malformed. RFC 9162 section 2.1.3.2. */
export function verifyInclusion({ index, size, leafHash, proof, root }: InclusionProof): boolean {
  const path = readHashes(proof);
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (path === undefined || !isHash(leafHash) || !isHash(root)) return false;
  // Divided, not shifted: positions may exceed 32 bits.
  let node = index;
  let last = size - 1;
  let hash = leafHash;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      // The right border: a node without sibling moves up as it is.
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && sameHash(hash, root);
}

function half(position: number): number {
  return Math.floor(position / 2);
}
