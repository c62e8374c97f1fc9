import { foldRight, Frontier } from "./frontier.js";
import { hashOfRun, type NodeRun, runOf } from "./stored-nodes.js";
import { consistencyRanges, inclusionRanges, type LeafRange, subtreesOf } from "./subtrees.js";
import { EMPTY_ROOT } from "./tree-hash.js";

/** Something about the tree: which stored nodes must be read, all at once, and what they say. */
export interface TreeQuestion<Answer> {
  readonly runs: readonly NodeRun[];
  /** @param hashes of the runs, in their order @throws LedgerError SYS-013 */
  readonly answer: (hashes: readonly (readonly Uint8Array[])[]) => Answer;
}

export function rootAt(size: number): TreeQuestion<Uint8Array> {
  return question([{ begin: 0, end: size }], ([hashes = []]) => foldRight(hashes) ?? EMPTY_ROOT);
}

export function frontierAt(size: number): TreeQuestion<Frontier> {
  return question([{ begin: 0, end: size }], ([hashes = []]) => new Frontier(size, hashes));
}

export function inclusionPath(index: number, size: number): TreeQuestion<readonly Uint8Array[]> {
  return question(inclusionRanges(index, size), (ranges) => ranges.map(hashOver));
}

export function consistencyPath(oldSize: number, newSize: number): TreeQuestion<readonly Uint8Array[]> {
  return question(consistencyRanges(oldSize, newSize), (ranges) => ranges.map(hashOver));
}

/** @param conclude gets the hashes of the subtrees of each range */
function question<Answer>(
  ranges: readonly LeafRange[],
  conclude: (ranges: readonly (readonly Uint8Array[])[]) => Answer,
): TreeQuestion<Answer> {
  const runsOfRanges = ranges.map((range) => subtreesOf(range).map(runOf));
  const runs = runsOfRanges.flat();
  return {
    runs,
    answer(hashes) {
      const subtrees = runs.map((run, index) => hashOfRun(run, hashes[index] ?? []));
      let next = 0;
      return conclude(runsOfRanges.map(({ length }) => subtrees.slice(next, (next += length))));
    },
  };
}

function hashOver(subtrees: readonly Uint8Array[]): Uint8Array {
  return foldRight(subtrees) ?? EMPTY_ROOT;
}
