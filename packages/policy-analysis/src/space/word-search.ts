import { distinctSets, representatives } from "./alphabet.js";
import type { Automaton } from "./automaton.js";
import type { Budget } from "./budget.js";

/** One demand on a text: that the automaton accepts it, or that it does not. */
export interface TextDemand {
  readonly automaton: Automaton;
  readonly accepted: boolean;
}

/** Lengths count code points, both included. */
export interface Lengths {
  readonly minLength: number;
  readonly maxLength: number;
}

export type WordSearch =
  | { readonly status: "found"; readonly word: string }
  | { readonly status: "impossible" }
  /** The budget was used up, or the room for automata. */
  | { readonly status: "undecided" };

interface Step {
  readonly states: readonly number[];
  readonly length: number;
  readonly codePoint: number;
  readonly before: Step | undefined;
}

/** So many moves of automata that are known already are one step of the budget; what is added to the queue takes more. */
const movesPerStep = 25;
const statesPerStep = 20;
const comparisonsPerStep = 1_000;

/** The shortest text that meets all demands. Exact: `impossible` is a proof. */
export function shortestWord(demands: readonly TextDemand[], lengths: Lengths, budget: Budget): WordSearch {
  // Most texts lack what they must not have anyway. So a refusal counts only once a text was found that ignores it.
  let asked = demands.filter(({ accepted }) => accepted);
  for (;;) {
    const search = searchProduct(asked, lengths, budget);
    if (search.status !== "found") return search;
    const missed = demands.find(
      ({ automaton, accepted }) => automaton.acceptsText(search.word, budget) !== accepted,
    );
    if (missed === undefined) return search;
    asked = [...asked, missed];
  }
}

/**
 * A* search (Hart, Nilsson and Raphael 1968) of the product of the automata over one character per class: a state is at
 * least as far from the end as each automaton that must accept is from its own.
 */
function searchProduct(demands: readonly TextDemand[], lengths: Lengths, budget: Budget): WordSearch {
  const { minLength, maxLength } = lengths;
  const alphabet = alphabetOf(demands, budget);
  const queue = new StepQueue();
  // Beyond the least length, two texts that lead to the same states have the same future.
  const shortest = new Map<string, number>();
  const add = (step: Step): void => {
    const { states, length } = step;
    const total = Math.max(minLength, length + distanceOf(demands, states));
    if (total > maxLength) return;
    const key = `${Math.min(length, minLength)} ${states.join(" ")}`;
    if ((shortest.get(key) ?? Infinity) <= length) return;
    shortest.set(key, length);
    budget.spend((1 + states.length) / statesPerStep);
    queue.push(step, total);
  };
  add({ states: demands.map(() => 0), length: 0, codePoint: 0, before: undefined });
  for (let step = queue.pop(); step !== undefined; step = queue.pop()) {
    const { states, length } = step;
    if (length >= minLength && isMet(demands, states)) return { status: "found", word: wordOf(step) };
    if (budget.exhausted) return { status: "undecided" };
    for (const codePoint of alphabet) {
      budget.spend((1 + demands.length) / movesPerStep);
      const next = moveAll(demands, states, codePoint, budget);
      if (next === undefined) return { status: "undecided" };
      add({ states: next, length: length + 1, codePoint, before: step });
    }
  }
  return { status: "impossible" };
}

/** One character for each class, the most readable last; none when the budget does not allow to compare all ranges. */
function alphabetOf(demands: readonly TextDemand[], budget: Budget): readonly number[] {
  const sets = distinctSets(demands.flatMap(({ automaton }) => automaton.ranges));
  const ranges = sets.reduce((sum, { length }) => sum + length, 0);
  budget.spend(ranges ** 2 / comparisonsPerStep);
  return budget.exhausted ? [] : representatives(sets).toReversed();
}

/** Undefined when the budget is used up, or some automaton has no room left for the state it would come to. */
function moveAll(
  demands: readonly TextDemand[],
  states: readonly number[],
  codePoint: number,
  budget: Budget,
): readonly number[] | undefined {
  const next: number[] = [];
  for (const [index, { automaton }] of demands.entries()) {
    const state = automaton.move(states[index] ?? 0, codePoint, budget);
    if (state === undefined || budget.exhausted) return undefined;
    next.push(state);
  }
  return next;
}

/** Steps by the least length of the texts that they may become; the newest of the shortest comes first. */
class StepQueue {
  readonly #byTotal = new Map<number, Step[]>();
  #least = 0;
  #most = -1;

  push(step: Step, total: number): void {
    if (this.#most === -1) this.#least = total;
    this.#most = Math.max(this.#most, total);
    const steps = this.#byTotal.get(total);
    if (steps === undefined) this.#byTotal.set(total, [step]);
    else steps.push(step);
  }

  pop(): Step | undefined {
    for (; this.#least <= this.#most; this.#least += 1) {
      const step = this.#byTotal.get(this.#least)?.pop();
      if (step !== undefined) return step;
    }
    return undefined;
  }
}

function isMet(demands: readonly TextDemand[], states: readonly number[]): boolean {
  return demands.every(
    ({ automaton, accepted }, index) => automaton.accepts(states[index] ?? 0) === accepted,
  );
}

/** How many characters are missing at least; infinitely many where some demand cannot be met any more. */
function distanceOf(demands: readonly TextDemand[], states: readonly number[]): number {
  let most = 0;
  for (const [index, { automaton, accepted }] of demands.entries()) {
    const state = states[index] ?? 0;
    if (accepted) most = Math.max(most, automaton.distance(state));
    else if (automaton.fate(state) === "accepts") return Infinity;
  }
  return most;
}

function wordOf(last: Step): string {
  const points: number[] = [];
  for (let step: Step = last; step.before !== undefined; step = step.before) points.push(step.codePoint);
  return String.fromCodePoint(...points.reverse());
}
