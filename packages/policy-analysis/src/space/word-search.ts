import { representatives } from "./alphabet.js";
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
  /** The budget was used up. */
  | { readonly status: "undecided" };

interface Step {
  readonly states: readonly number[];
  readonly length: number;
  readonly codePoint: number;
  readonly before: Step | undefined;
}

/**
 * The shortest text that meets all demands, by breadth-first search of the product of the automata over one character
 * per class. Exact: `impossible` is a proof.
 */
export function shortestWord(demands: readonly TextDemand[], lengths: Lengths, budget: Budget): WordSearch {
  const { minLength, maxLength } = lengths;
  if (minLength > maxLength) return { status: "impossible" };
  const alphabet = representatives(demands.flatMap(({ automaton }) => automaton.ranges));
  const start: Step = { states: demands.map(() => 0), length: 0, codePoint: 0, before: undefined };
  if (isHopeless(demands, start.states)) return { status: "impossible" };
  const queue: Step[] = [start];
  // Beyond the least length, two texts that lead to the same states have the same future.
  const keyOf = ({ states, length }: Step): string => `${Math.min(length, minLength)} ${states.join(" ")}`;
  const seen = new Set([keyOf(start)]);
  for (const step of queue) {
    if (step.length >= minLength && isMet(demands, step.states))
      return { status: "found", word: wordOf(step) };
    if (step.length === maxLength) continue;
    budget.spend(1);
    if (budget.exhausted) return { status: "undecided" };
    for (const codePoint of alphabet) {
      const states = demands.map(({ automaton }, index) =>
        automaton.move(step.states[index] ?? 0, codePoint),
      );
      const next = { states, length: step.length + 1, codePoint, before: step };
      const key = keyOf(next);
      if (seen.has(key) || isHopeless(demands, states)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return { status: "impossible" };
}

function isMet(demands: readonly TextDemand[], states: readonly number[]): boolean {
  return demands.every(
    ({ automaton, accepted }, index) => automaton.accepts(states[index] ?? 0) === accepted,
  );
}

function isHopeless(demands: readonly TextDemand[], states: readonly number[]): boolean {
  return demands.some(({ automaton, accepted }, index) => {
    const fate = automaton.fate(states[index] ?? 0);
    return fate !== "open" && (fate === "accepts") !== accepted;
  });
}

function wordOf(last: Step): string {
  const points: number[] = [];
  for (let step: Step = last; step.before !== undefined; step = step.before) points.push(step.codePoint);
  return String.fromCodePoint(...points.reverse());
}
