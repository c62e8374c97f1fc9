import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyRoot, nodeHash, verifyConsistency, type ConsistencyProof } from "../../src/index.js";
import { damagedLists, flipped, naiveProof, naiveRoot, someLeaves, VastTree } from "./naive-tree.js";

const leaves = someLeaves(64);
const sizes = leaves.map((_, at) => at + 1);
const roots = [0, ...sizes].map((size) => naiveRoot(leaves.slice(0, size)));

function rootOf(size: number): Uint8Array {
  const root = roots[size];
  if (root === undefined) throw new Error("beyond the tree");
  return root;
}

function honest(oldSize: number, newSize: number): ConsistencyProof {
  const proof = naiveProof(oldSize, leaves.slice(0, newSize));
  return { oldSize, newSize, oldRoot: rootOf(oldSize), newRoot: rootOf(newSize), proof };
}

describe("a consistency proof", () => {
  it("holds between any two sizes of up to 64 leaves", () => {
    for (const newSize of sizes) {
      for (let oldSize = 1; oldSize <= newSize; oldSize += 1) {
        expect(verifyConsistency(honest(oldSize, newSize)), `${oldSize} to ${newSize}`).toBe(true);
      }
    }
  });

  it("fails with any hash changed, left out, added, doubled or moved", () => {
    for (const newSize of sizes) {
      for (let oldSize = 1; oldSize <= newSize; oldSize += 1) {
        const proof = honest(oldSize, newSize);
        for (const damaged of damagedLists(proof.proof)) {
          expect(verifyConsistency({ ...proof, proof: damaged }), `${oldSize} to ${newSize}`).toBe(false);
        }
        expect(verifyConsistency({ ...proof, oldRoot: flipped(proof.oldRoot, newSize) })).toBe(false);
        expect(verifyConsistency({ ...proof, newRoot: flipped(proof.newRoot, newSize) })).toBe(false);
      }
    }
  });

  it("holds for no other old tree, and in no other direction", () => {
    for (const newSize of sizes) {
      for (let oldSize = 1; oldSize <= newSize; oldSize += 1) {
        const proof = honest(oldSize, newSize);
        for (const other of [oldSize - 1, oldSize + 1].filter((size) => size > 0 && size <= newSize)) {
          const oldRoot = rootOf(other);
          expect(verifyConsistency({ ...proof, oldRoot })).toBe(false);
          expect(verifyConsistency({ ...proof, oldSize: other, oldRoot })).toBe(false);
        }
        if (oldSize === newSize) continue;
        const { oldRoot, newRoot } = proof;
        expect(
          verifyConsistency({
            ...proof,
            oldSize: newSize,
            newSize: oldSize,
            oldRoot: newRoot,
            newRoot: oldRoot,
          }),
        ).toBe(false);
        expect(verifyConsistency({ ...proof, proof: [] })).toBe(false);
      }
    }
  });

  it("does not hold for a tree that shrank and kept its root", () => {
    for (const [oldSize, newSize] of [
      [2, 1],
      [4, 1],
      [8, 7],
    ] as const) {
      const root = rootOf(newSize);
      expect(verifyConsistency({ oldSize, newSize, oldRoot: root, newRoot: root, proof: [] })).toBe(false);
    }
  });

  it("ends where the new tree does, also when a longer proof leads to both roots", () => {
    const above = new Uint8Array(32);
    const { oldRoot, newRoot, proof, ...sizesOfBoth } = honest(3, 4);
    const higher = { oldRoot: nodeHash(above, oldRoot), newRoot: nodeHash(above, newRoot) };
    expect(verifyConsistency({ ...sizesOfBoth, ...higher, proof: [...proof, above] })).toBe(false);
  });

  it("reaches the root of the new tree, and not only that of a smaller one", () => {
    expect(verifyConsistency({ ...honest(3, 4), newSize: 8 })).toBe(false);
    expect(verifyConsistency({ ...honest(2, 4), newSize: 64 })).toBe(false);
  });

  it("finds every rewritten, inserted or deleted leaf of the old tree (threat 41)", () => {
    for (const newSize of [2, 3, 7, 8, 13, 33]) {
      for (let oldSize = 1; oldSize < newSize; oldSize += 1) {
        for (let at = 0; at < oldSize; at += 1) {
          const rewritten = leaves.slice(0, newSize).with(at, Uint8Array.of(0xee));
          const shortened = leaves.slice(0, newSize + 1).filter((_, index) => index !== at);
          for (const forged of [rewritten, shortened]) {
            const newRoot = naiveRoot(forged);
            const proof = naiveProof(oldSize, forged);
            expect(verifyConsistency({ oldSize, newSize, oldRoot: rootOf(oldSize), newRoot, proof })).toBe(
              false,
            );
          }
        }
      }
    }
  });

  it("holds in trees of up to 2^53 - 1 leaves", () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      fc.constantFrom(Number.MAX_SAFE_INTEGER, 2 ** 52, 2 ** 32, 2 ** 32 + 1, 2 ** 31, 2 ** 31 - 1),
    );
    fc.assert(
      fc.property(size, size, (one, other) => {
        const [oldSize, newSize] = [Math.min(one, other), Math.max(one, other)];
        const tree = new VastTree(Math.floor(oldSize / 2));
        const proof = tree.proof(oldSize, newSize);
        const [oldRoot, newRoot] = [tree.root(oldSize), tree.root(newSize)];
        expect(verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof })).toBe(true);
        if (proof.length > 0)
          expect(verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof: proof.slice(0, -1) })).toBe(
            false,
          );
      }),
      { numRuns: 200 },
    );
  });

  it("is refused for the empty tree, with which everything would be consistent", () => {
    const proof = { oldSize: 0, oldRoot: emptyRoot(), newSize: 8, newRoot: rootOf(8), proof: [] };
    expect(verifyConsistency(proof)).toBe(false);
    expect(verifyConsistency({ ...proof, newSize: 0, newRoot: emptyRoot() })).toBe(false);
  });

  it("is false, and does not throw, for anything that is none", () => {
    const proof = honest(5, 8);
    const changes: readonly object[] = [
      { oldSize: -1 },
      { oldSize: 9 },
      { oldSize: 0.5 },
      { oldSize: "5" },
      { newSize: 2 ** 53 },
      { newSize: Number.NaN },
      { newSize: 8n },
      { oldRoot: proof.oldRoot.slice(1) },
      { newRoot: "root" },
      { proof: undefined },
      { proof: {} },
      { proof: new Array(3) },
      { proof: [...proof.proof, "hash"] },
      { proof: new Array<Uint8Array>(65).fill(new Uint8Array(32)) },
    ];
    expect(verifyConsistency(proof)).toBe(true);
    for (const change of changes) expect(verifyConsistency({ ...proof, ...change })).toBe(false);
  });
});
