import { LedgerError } from "../errors.js";
import { isStored, type StoredNode } from "./stored-nodes.js";
import { subtreesOf } from "./subtrees.js";
import { EMPTY_ROOT, nodeHash } from "./tree-hash.js";

/** The right edge of a tree: the hashes of the complete subtrees it is made of, largest first. All that appending needs. */
export class Frontier {
  readonly size: number;
  readonly #hashes: readonly Uint8Array[];

  constructor(size: number, hashes: readonly Uint8Array[]) {
    this.size = size;
    this.#hashes = hashes;
  }

  /** @throws LedgerError SYS-013 unless there is a hash for every bit of the size */
  static parse(size: number, bytes: Uint8Array): Frontier {
    const hashes: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 32) hashes.push(bytes.subarray(at, at + 32));
    if (bytes.length % 32 === 0 && hashes.length === subtreesOf({ begin: 0, end: size }).length)
      return new Frontier(size, hashes);
    throw new LedgerError("SYS-013", "The right edge of the log's tree does not fit the number of entries.", {
      details: { entries: size },
    });
  }

  /** The hashes one after the other. */
  bytes(): Uint8Array {
    return Buffer.concat(this.#hashes);
  }

  root(): Uint8Array {
    return foldRight(this.#hashes) ?? EMPTY_ROOT;
  }

  /** @param completed takes the nodes to be stored that the leaves complete, in the order in which they do */
  append(leaves: readonly Uint8Array[], completed: StoredNode[]): Frontier {
    const hashes = [...this.#hashes];
    let size = this.size;
    for (const leaf of leaves) {
      let hash = leaf;
      let position = size;
      for (let level = 1; position % 2 === 1; level += 1) {
        const left = hashes.pop();
        if (left === undefined) throw new RangeError("a frontier must have a hash for every bit of its size");
        hash = nodeHash(left, hash);
        position = (position - 1) / 2;
        if (isStored(level)) completed.push({ level, position, hash });
      }
      hashes.push(hash);
      size += 1;
    }
    return new Frontier(size, hashes);
  }
}

/** The hash over neighbouring subtrees, largest first; undefined over none. */
export function foldRight(hashes: readonly Uint8Array[]): Uint8Array | undefined {
  return hashes.reduceRight<Uint8Array | undefined>(
    (right, left) => (right === undefined ? left : nodeHash(left, right)),
    undefined,
  );
}
