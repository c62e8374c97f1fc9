import { decodeHex, encodeHex, parseStrict } from "@parmanasystems/canonical";
import { findVectors, readBytes } from "@parmanasystems/testkit/vectors";
import { describe, expect, it } from "vitest";
import { emptyRoot, leafHash, nodeHash, verifyConsistency, verifyInclusion } from "../../src/index.js";
import { isCount, readHashes, sameHash } from "../../src/log/tree-hash.js";
import { naivePath, naiveProof, naiveRoot } from "./naive-tree.js";

interface ReferenceTree {
  readonly leaf_inputs_hex: readonly string[];
  readonly leaf_hashes_hex: readonly string[];
  readonly roots_hex: readonly string[];
}

const misuse = expect.objectContaining({ code: "INV-060" });
const folder = findVectors("rfc6962");

describe.runIf(folder !== undefined)("the reference tree of RFC 6962", () => {
  const tree =
    folder === undefined
      ? { leaf_inputs_hex: [], leaf_hashes_hex: [], roots_hex: [] }
      : (parseStrict(readBytes(folder, "reference-tree.json")) as unknown as ReferenceTree);
  const leaves = tree.leaf_inputs_hex.map(decodeHex);
  const roots = tree.roots_hex.map(decodeHex);

  it("has these leaf hashes, and these roots by the naive tree of the tests", () => {
    expect(leaves).toHaveLength(8);
    expect(leaves.map((leaf) => encodeHex(leafHash(leaf)))).toEqual(tree.leaf_hashes_hex);
    expect(roots.map((_, size) => encodeHex(naiveRoot(leaves.slice(0, size))))).toEqual(tree.roots_hex);
    expect(encodeHex(emptyRoot())).toBe(tree.roots_hex[0]);
  });

  it("contains every leaf at every size, and grows from every size", () => {
    for (const [size, root] of roots.entries()) {
      const some = leaves.slice(0, size);
      for (const [index, leaf] of some.entries()) {
        const proof = naivePath(index, some);
        expect(verifyInclusion({ index, size, leafHash: leafHash(leaf), proof, root })).toBe(true);
      }
      for (const [oldSize, oldRoot] of roots.slice(1, size + 1).entries()) {
        const proof = naiveProof(oldSize + 1, some);
        expect(
          verifyConsistency({ oldSize: oldSize + 1, newSize: size, oldRoot, newRoot: root, proof }),
        ).toBe(true);
      }
    }
  });
});

describe("leaves and nodes cannot be taken for each other (threat 45)", () => {
  const [left, right] = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))];

  it("a leaf of 64 bytes that are two hashes is not their parent", () => {
    const posing = leafHash(Uint8Array.of(...left, ...right));
    const root = nodeHash(left, right);
    expect(posing).not.toEqual(root);
    expect(verifyInclusion({ index: 0, size: 1, leafHash: posing, proof: [], root })).toBe(false);
    expect(verifyInclusion({ index: 0, size: 1, leafHash: root, proof: [], root: posing })).toBe(false);
  });

  it("a leaf that begins with the prefix of a node is not that node", () => {
    expect(leafHash(Uint8Array.of(1, ...left, ...right))).not.toEqual(nodeHash(left, right));
  });

  it("the order of children matters", () => {
    expect(nodeHash(left, right)).not.toEqual(nodeHash(right, left));
  });

  it("children are hashes, and leaf data is bytes", () => {
    expect(() => nodeHash(left.slice(1), Uint8Array.of(...right, 0))).toThrow(misuse);
    expect(() => nodeHash(left, "right" as never)).toThrow(misuse);
    expect(() => leafHash("leaf" as never)).toThrow(misuse);
  });

  it("the empty root is a copy each time", () => {
    emptyRoot().fill(0);
    expect(encodeHex(emptyRoot())).toMatch(/^e3b0c44298fc1c14/);
  });
});

describe("what the proofs are checked with", () => {
  const hash = leafHash(Uint8Array.of(1));

  it("takes a hash for no beginning of it, nor for what goes on", () => {
    expect(sameHash(hash, hash.slice())).toBe(true);
    expect(sameHash(hash.slice(0, 31), hash)).toBe(false);
    expect(sameHash(hash, hash.slice(0, 31))).toBe(false);
  });

  it("counts in whole numbers that are exact", () => {
    for (const count of [0, 1, Number.MAX_SAFE_INTEGER]) expect(isCount(count)).toBe(true);
    for (const none of [-1, 0.5, 2 ** 53, Number.NaN, "1", 1n, undefined]) expect(isCount(none)).toBe(false);
  });

  it("reads up to 64 hashes", () => {
    expect(readHashes(new Array(64).fill(hash))).toHaveLength(64);
    expect(readHashes(new Array(65).fill(hash))).toBeUndefined();
    expect(readHashes(new Array(1))).toBeUndefined();
  });
});
