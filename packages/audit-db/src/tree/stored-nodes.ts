import { LedgerError } from "../errors.js";
import type { Subtree } from "./subtrees.js";
import { nodeHash } from "./tree-hash.js";

/**
 * Of the nodes above the leaves, those of every fourth level are stored: one row for 15 entries. Any other is the hash of
 * at most eight below it.
 */
const LEVELS_PER_STEP = 4;

export interface StoredNode extends Subtree {
  readonly hash: Uint8Array;
}

/** Neighbours of one stored level, from the left; those of level 0 are leaf hashes. */
export interface NodeRun {
  readonly level: number;
  readonly first: number;
  readonly count: number;
}

export function isStored(level: number): boolean {
  return level > 0 && level % LEVELS_PER_STEP === 0;
}

/** The stored nodes that the hash of the subtree is made of. */
export function runOf({ level, position }: Subtree): NodeRun {
  const count = 2 ** (level % LEVELS_PER_STEP);
  return { level: level - (level % LEVELS_PER_STEP), first: position * count, count };
}

/** The hash of the subtree over a run. @throws LedgerError SYS-013 when the ledger has lost some */
export function hashOfRun(run: NodeRun, hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes;
  if (level.length === run.count) {
    while (level.length > 1) level = pairs(level);
    const [top] = level;
    if (top !== undefined) return top;
  }
  throw new LedgerError(
    "SYS-013",
    `The tree of the log lacks nodes of level ${String(run.level)} from number ${String(run.first)} on.`,
    { details: { ...run } },
  );
}

/** @throws LedgerError SYS-013, always */
export function brokenNode({ level, position }: Subtree): never {
  throw new LedgerError(
    "SYS-013",
    `The tree of the log does not hold: node ${String(position)} of level ${String(level)} is not the hash of what is below it.`,
    { details: { seq: position * 2 ** level } },
  );
}

function pairs(hashes: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  let left: Uint8Array | undefined;
  for (const hash of hashes) {
    if (left === undefined) left = hash;
    else {
      above.push(nodeHash(left, hash));
      left = undefined;
    }
  }
  return above;
}
