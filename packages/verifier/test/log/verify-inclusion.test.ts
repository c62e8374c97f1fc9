import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leafHash, nodeHash, verifyInclusion, type InclusionProof } from "../../src/index.js";
import { damagedLists, flipped, naivePath, naiveRoot, someLeaves, VastTree } from "./naive-tree.js";

const leaves = someLeaves(64);
const sizes = leaves.map((_, at) => at + 1);
const roots = [0, ...sizes].map((size) => naiveRoot(leaves.slice(0, size)));

function honest(index: number, size: number): InclusionProof {
  const leaf = leaves[index];
  const root = roots[size];
  if (leaf === undefined || root === undefined) throw new Error("beyond the tree");
  const proof = naivePath(index, leaves.slice(0, size));
  return { index, size, leafHash: leafHash(leaf), proof, root };
}

describe("an inclusion proof", () => {
  it("holds for every leaf of every tree of up to 64 leaves", () => {
    for (const size of sizes) {
      for (let index = 0; index < size; index += 1) {
        expect(verifyInclusion(honest(index, size)), `${index} of ${size}`).toBe(true);
      }
    }
  });

  it("holds at no other position and for no other leaf, whatever the size", () => {
    for (const size of sizes) {
      for (let index = 0; index < size; index += 1) {
        const proof = honest(index, size);
        for (let other = 0; other <= size; other += 1) {
          if (other === index) continue;
          expect(verifyInclusion({ ...proof, index: other }), `${index} as ${other} of ${size}`).toBe(false);
        }
        const stranger = leaves[(index + 1) % 64];
        if (stranger === undefined) throw new Error("no leaf");
        expect(verifyInclusion({ ...proof, leafHash: leafHash(stranger) })).toBe(false);
      }
    }
  });

  it("fails with any hash changed, left out, added, doubled or moved (threat 44)", () => {
    for (const size of sizes) {
      for (const index of new Set(
        [0, 1, size >> 1, size - 2, size - 1].filter((at) => at >= 0 && at < size),
      )) {
        const proof = honest(index, size);
        for (const damaged of damagedLists(proof.proof)) {
          expect(verifyInclusion({ ...proof, proof: damaged }), `${index} of ${size}`).toBe(false);
        }
        expect(verifyInclusion({ ...proof, root: flipped(proof.root, index) })).toBe(false);
        expect(verifyInclusion({ ...proof, leafHash: flipped(proof.leafHash, index) })).toBe(false);
      }
    }
  });

  it("never holds under the root of another size", () => {
    for (const size of sizes) {
      const proof = honest(size - 1, size);
      for (const [other, root] of roots.entries()) {
        if (other !== size) expect(verifyInclusion({ ...proof, size: other, root })).toBe(false);
        if (other !== size) expect(verifyInclusion({ ...proof, root })).toBe(false);
      }
    }
  });

  it("binds the size as far as the shape of its path shows it", () => {
    // The root alone does not say how many leaves it has: where two sizes give the leaf one path, both hold. The checkpoint binds the size.
    const path = honest(0, 64);
    expect(verifyInclusion({ ...path, size: 65 })).toBe(false);
    expect(verifyInclusion({ ...path, size: 32 })).toBe(false);
    const last = honest(62, 63);
    expect(verifyInclusion({ ...last, size: 64 })).toBe(false);
  });

  it("ends where the tree does, also when a longer path leads to the root", () => {
    const above = new Uint8Array(32);
    for (const [index, size] of [
      [0, 1],
      [3, 4],
      [6, 7],
      [0, 64],
    ] as const) {
      const { proof, root, ...place } = honest(index, size);
      for (const higher of [nodeHash(above, root), nodeHash(root, above)])
        expect(verifyInclusion({ ...place, proof: [...proof, above], root: higher })).toBe(false);
    }
  });

  it("holds in trees of up to 2^53 - 1 leaves", () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      fc.constantFrom(Number.MAX_SAFE_INTEGER, 2 ** 52, 2 ** 32, 2 ** 32 + 1, 2 ** 31, 2 ** 31 - 1),
    );
    fc.assert(
      fc.property(size, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (count, part) => {
        const index = Math.floor(part * count);
        const tree = new VastTree(index);
        const proof = {
          index,
          size: count,
          leafHash: tree.oddLeafHash,
          proof: tree.path(count),
          root: tree.root(count),
        };
        expect(verifyInclusion(proof)).toBe(true);
        if (index > 0) expect(verifyInclusion({ ...proof, index: index - 1 })).toBe(false);
        if (index + 1 < count) expect(verifyInclusion({ ...proof, index: index + 1 })).toBe(false);
        expect(verifyInclusion({ ...proof, proof: proof.proof.slice(1) })).toBe(count === 1);
      }),
      { numRuns: 200 },
    );
  });

  it("is false, and does not throw, for anything that is none", () => {
    const proof = honest(3, 8);
    const changes: readonly object[] = [
      { index: -1 },
      { index: 8 },
      { index: 3.5 },
      { index: Number.NaN },
      { index: "3" },
      { index: 3n },
      { size: 0 },
      { size: 2 ** 53 },
      { size: Infinity },
      { size: undefined },
      { leafHash: proof.leafHash.slice(1) },
      { leafHash: "leaf" },
      { root: new Uint8Array(33) },
      { root: null },
      { proof: null },
      { proof: "proof" },
      { proof: [...proof.proof, undefined] },
      { proof: new Array(3) },
      { proof: Object.assign([...proof.proof], { length: 4 }) },
      { proof: new Array<Uint8Array>(65).fill(new Uint8Array(32)) },
      { proof: new Array<Uint8Array>(10_000_000) },
    ];
    expect(verifyInclusion(proof)).toBe(true);
    for (const change of changes) expect(verifyInclusion({ ...proof, ...change })).toBe(false);
  });
});
