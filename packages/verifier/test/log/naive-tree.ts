import { createHash } from "node:crypto";

// RFC 6962 section 2.1 word for word, recursive, on whole lists of leaves: slow, and independent of the code under test.

export type Leaves = readonly Uint8Array[];

function digest(...parts: readonly Uint8Array[]): Uint8Array {
  const sha256 = createHash("sha256");
  for (const part of parts) sha256.update(part);
  return new Uint8Array(sha256.digest());
}

/** The largest power of two smaller than n. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

const naiveLeaf = (leaf: Uint8Array): Uint8Array => digest(Uint8Array.of(0), leaf);
const naiveNode = (left: Uint8Array, right: Uint8Array): Uint8Array => digest(Uint8Array.of(1), left, right);

/** MTH(D[n]) */
export function naiveRoot(leaves: Leaves): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return digest();
  if (leaves.length === 1) return naiveLeaf(only);
  const k = split(leaves.length);
  return naiveNode(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** PATH(m, D[n]) */
export function naivePath(index: number, leaves: Leaves): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k
    ? [...naivePath(index, left), naiveRoot(right)]
    : [...naivePath(index - k, right), naiveRoot(left)];
}

/** PROOF(m, D[n]) */
export function naiveProof(oldSize: number, leaves: Leaves): Uint8Array[] {
  return subproof(oldSize, leaves, true);
}

function subproof(oldSize: number, leaves: Leaves, whole: boolean): Uint8Array[] {
  if (oldSize === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return oldSize <= k
    ? [...subproof(oldSize, left, whole), naiveRoot(right)]
    : [...subproof(oldSize - k, right, false), naiveRoot(left)];
}

/** Trees of any size up to 2^53 - 1, of equal leaves but one: a subtree without the odd leaf is known by its size. */
export class VastTree {
  readonly #plain = new Map<number, Uint8Array>();
  readonly #leaf: Uint8Array;
  readonly #oddIndex: number;
  readonly #oddLeaf: Uint8Array;

  constructor(oddIndex: number) {
    this.#leaf = naiveLeaf(Uint8Array.of(1));
    this.#oddIndex = oddIndex;
    this.#oddLeaf = naiveLeaf(Uint8Array.of(2));
  }

  get oddLeafHash(): Uint8Array {
    return this.#oddLeaf;
  }

  root(size: number): Uint8Array {
    return this.#range(0, size);
  }

  /** Of the odd leaf. */
  path(size: number): Uint8Array[] {
    return this.#path(0, size);
  }

  proof(oldSize: number, newSize: number): Uint8Array[] {
    return this.#subproof(oldSize, 0, newSize, true);
  }

  #range(start: number, size: number): Uint8Array {
    const odd = this.#oddIndex >= start && this.#oddIndex < start + size;
    const known = odd ? undefined : this.#plain.get(size);
    if (known !== undefined) return known;
    if (size === 1) return odd ? this.#oddLeaf : this.#leaf;
    const k = split(size);
    const hash = naiveNode(this.#range(start, k), this.#range(start + k, size - k));
    if (!odd) this.#plain.set(size, hash);
    return hash;
  }

  #path(start: number, size: number): Uint8Array[] {
    if (size === 1) return [];
    const k = split(size);
    return this.#oddIndex < start + k
      ? [...this.#path(start, k), this.#range(start + k, size - k)]
      : [...this.#path(start + k, size - k), this.#range(start, k)];
  }

  #subproof(oldSize: number, start: number, size: number, whole: boolean): Uint8Array[] {
    if (oldSize === size) return whole ? [] : [this.#range(start, size)];
    const k = split(size);
    return oldSize <= k
      ? [...this.#subproof(oldSize, start, k, whole), this.#range(start + k, size - k)]
      : [...this.#subproof(oldSize - k, start + k, size - k, false), this.#range(start, k)];
  }
}

/** Every hash of the list with one bit changed, the list cut, lengthened and reordered. */
export function damagedLists(hashes: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const damaged: (readonly Uint8Array[])[] = [
    [...hashes, new Uint8Array(32)],
    [new Uint8Array(32), ...hashes],
    ...hashes.map((_, at) => hashes.filter((__, index) => index !== at)),
    ...hashes.map((hash, at) => hashes.with(at, flipped(hash, at * 8))),
    ...hashes.map((hash, at) => hashes.with(at, hash.slice(1))),
    ...hashes.map((hash, at) => [...hashes.slice(0, at), hash, ...hashes.slice(at)]),
  ];
  for (let at = 1; at < hashes.length; at += 1) {
    const [first, second] = [hashes[at - 1], hashes[at]];
    if (first !== undefined && second !== undefined && !Buffer.from(first).equals(second))
      damaged.push(hashes.with(at - 1, second).with(at, first));
  }
  return damaged;
}

export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const at = Math.floor(bit / 8) % bytes.length;
  return bytes.map((byte, index) => (index === at ? byte ^ (1 << (bit % 8)) : byte));
}

/** Leaves of many lengths, all different. */
export function someLeaves(count: number): Leaves {
  return Array.from({ length: count }, (_, at) =>
    new Uint8Array(at % 70).fill(at).map((byte, i) => byte + i * 3),
  ).map((leaf, at) => Uint8Array.of(...leaf, at >> 8, at & 255));
}
