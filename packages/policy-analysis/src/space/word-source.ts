import { Automaton } from "./automaton.js";
import type { Budget } from "./budget.js";
import type { Candidates } from "./class-values.js";
import { choice, literally } from "./patterns.js";
import { type Lengths, shortestWord, type TextDemand, type WordSearch } from "./word-search.js";

/** Characters of the words that are not to be found again. */
const charactersPerStep = 10;

/** Finds up to `count` texts that meet the demands and are not forbidden. */
export function findWords(
  demands: readonly TextDemand[],
  lengths: Lengths,
  forbidden: ReadonlySet<string>,
  count: number,
  budget: Budget,
): Candidates<string> {
  const words: string[] = [];
  const avoided: string[] = [];
  const next = (): WordSearch => {
    const met = [...words, ...avoided];
    budget.spend(met.reduce((sum, { length }) => sum + length, 0) / charactersPerStep);
    if (budget.exhausted) return { status: "undecided" };
    const others =
      met.length === 0
        ? demands
        : [...demands, { automaton: new Automaton(choice(...met.map(literally))), accepted: false }];
    // People overlook an empty text, so any other is preferred.
    const filled = shortestWord(others, { ...lengths, minLength: Math.max(1, lengths.minLength) }, budget);
    return filled.status === "impossible" && lengths.minLength === 0
      ? shortestWord(others, lengths, budget)
      : filled;
  };
  while (words.length < count) {
    const found = next();
    if (found.status !== "found") return { values: words, complete: found.status === "impossible" };
    if (forbidden.has(found.word)) avoided.push(found.word);
    else words.push(found.word);
  }
  return { values: words, complete: true };
}
