import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Frontier } from "../../src/tree/frontier.js";
import type { NodeRun, StoredNode } from "../../src/tree/stored-nodes.js";
import {
  consistencyPath,
  frontierAt,
  inclusionPath,
  rootAt,
  type TreeQuestion,
} from "../../src/tree/tree-question.js";
import { refusal } from "../support.js";
import { naivePath, naiveProof, naiveRoot } from "./naive-tree.js";

const leaves = Array.from({ length: 700 }, (_, index) =>
  createHash("sha256")
    .update(`leaf ${String(index)}`)
    .digest(),
);

/** Leaves and stored nodes as a ledger keeps them. */
class Stored {
  readonly nodes = new Map<string, Uint8Array>();
  frontier = new Frontier(0, []);

  constructor(size: number, batch = 1) {
    for (let from = 0; from < size; from += batch) {
      const completed: StoredNode[] = [];
      this.frontier = this.frontier.append(leaves.slice(from, Math.min(size, from + batch)), completed);
      for (const { level, position, hash } of completed) {
        expect(this.nodes.has(`${String(level)}/${String(position)}`)).toBe(false);
        this.nodes.set(`${String(level)}/${String(position)}`, hash);
      }
    }
  }

  ask<Answer>({ runs, answer }: TreeQuestion<Answer>): Answer {
    return answer(runs.map((run) => this.#run(run)));
  }

  #run({ level, first, count }: NodeRun): Uint8Array[] {
    const all = Array.from({ length: count }, (_, index) =>
      level === 0 ? leaves[first + index] : this.nodes.get(`${String(level)}/${String(first + index)}`),
    );
    return all.flatMap((hash) => hash ?? []);
  }
}

const hex = (hashes: readonly Uint8Array[]): string[] =>
  hashes.map((hash) => Buffer.from(hash).toString("hex"));

describe("the tree over the log is that of RFC 6962", () => {
  it("whatever its size and however it was appended to", () => {
    for (const batch of [1, 3, 16, 100]) {
      for (const size of [0, 1, 2, 3, 15, 16, 17, 31, 255, 256, 257, 300]) {
        const stored = new Stored(size, batch);
        const root = hex([naiveRoot(leaves.slice(0, size))]);
        expect(hex([stored.frontier.root()])).toEqual(root);
        expect(hex([stored.ask(rootAt(size))])).toEqual(root);
        expect(Buffer.from(stored.ask(frontierAt(size)).bytes())).toEqual(
          Buffer.from(stored.frontier.bytes()),
        );
      }
    }
  });

  it("also for a size that it had before", () => {
    const stored = new Stored(300);
    for (const size of [1, 7, 16, 33, 128, 255, 256, 299])
      expect(hex([stored.ask(rootAt(size))])).toEqual(hex([naiveRoot(leaves.slice(0, size))]));
  });

  it("in every inclusion and consistency proof of up to 40 entries", () => {
    const stored = new Stored(40);
    for (let size = 1; size <= 40; size += 1) {
      const whole = leaves.slice(0, size);
      for (let index = 0; index < size; index += 1)
        expect(hex(stored.ask(inclusionPath(index, size)))).toEqual(hex(naivePath(index, whole)));
      for (let old = 1; old <= size; old += 1)
        expect(hex(stored.ask(consistencyPath(old, size)))).toEqual(hex(naiveProof(old, whole)));
    }
  });

  it("in proofs of any size", () => {
    const stored = new Stored(700, 64);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.nat(), (size, other) => {
        const whole = leaves.slice(0, size);
        const index = other % size;
        expect(hex(stored.ask(inclusionPath(index, size)))).toEqual(hex(naivePath(index, whole)));
        expect(hex(stored.ask(consistencyPath(index + 1, size)))).toEqual(hex(naiveProof(index + 1, whole)));
      }),
      { numRuns: 60 },
    );
  });

  it("stores one node for 15 entries, and reads few of them for a proof", () => {
    const stored = new Stored(512);
    expect(stored.nodes.size).toBe(32 + 2);
    const hashes = inclusionPath(300, 512).runs.map(({ count }) => count);
    expect(hashes.length).toBe(9);
    expect(Math.max(...hashes)).toBe(8);
  });

  it("refuses an edge that does not fit the size, and nodes that are missing", () => {
    expect(() => Frontier.parse(3, new Uint8Array(32))).toThrow(refusal("SYS-013"));
    expect(() => Frontier.parse(1, new Uint8Array(33))).toThrow(refusal("SYS-013"));
    const { answer, runs } = rootAt(16);
    expect(() => answer(runs.map(() => []))).toThrow(refusal("SYS-013"));
    expect(() => answer([])).toThrow(refusal("SYS-013"));
  });
});
