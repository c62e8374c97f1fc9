import type { Pattern } from "@parmanasystems/governance";
import { codePoints } from "./patterns.js";

type Ranges = readonly (readonly [low: number, high: number])[];

/** A state that reads one character inside the ranges. */
interface Reader {
  readonly ranges: Ranges;
  /** Where it goes; a part that repeats goes back. */
  next: Junction;
  /** Reads whatever is left and then accepts. */
  universal: boolean;
}

/** A state that reads nothing: it stands for all that it leads to. */
interface Junction {
  readonly readers: Reader[];
  readonly junctions: Junction[];
  accepting: boolean;
}

interface SubsetState {
  readonly readers: readonly number[];
  readonly accepting: boolean;
  readonly moves: Map<number, number>;
}

/** What no text after it can change. */
type Fate = "accepts" | "refuses" | "open";

/**
 * A regular expression as a deterministic automaton, built by the subset construction (Rabin and Scott 1959) as far as
 * it is asked for. It judges whole texts, code point by code point; state 0 is the start.
 */
export class Automaton {
  /** The sets of characters that the expression tells apart. */
  readonly ranges: readonly Ranges[];
  readonly #readers: Reader[] = [];
  readonly #states: SubsetState[] = [];
  readonly #byKey = new Map<string, number>();

  constructor(pattern: Pattern) {
    const end = { readers: [], junctions: [], accepting: true };
    const start = this.#build(pattern, end);
    this.ranges = [...new Set(this.#readers.map(({ ranges }) => ranges))];
    this.#stateOf([start]);
  }

  /** States made so far. */
  get size(): number {
    return this.#states.length;
  }

  move(state: number, codePoint: number): number {
    const from = this.#states[state];
    if (from === undefined) return state;
    const known = from.moves.get(codePoint);
    if (known !== undefined) return known;
    const targets: Junction[] = [];
    for (const index of from.readers) {
      const reader = this.#readers[index];
      if (reader !== undefined && includes(reader.ranges, codePoint)) targets.push(reader.next);
    }
    const to = this.#stateOf(targets);
    from.moves.set(codePoint, to);
    return to;
  }

  accepts(state: number): boolean {
    return this.#states[state]?.accepting === true;
  }

  fate(state: number): Fate {
    const readers = this.#states[state]?.readers ?? [];
    const [only] = readers;
    if (only !== undefined) return this.#readers[only]?.universal === true ? "accepts" : "open";
    return this.accepts(state) ? "open" : "refuses";
  }

  acceptsText(text: string): boolean {
    let state = 0;
    for (const point of codePoints(text)) state = this.move(state, point);
    return this.accepts(state);
  }

  #build(pattern: Pattern, next: Junction): Junction {
    switch (pattern.kind) {
      case "character": {
        const reader = { ranges: pattern.ranges, next, universal: false };
        this.#readers.push(reader);
        return { readers: [reader], junctions: [], accepting: false };
      }
      case "sequence":
        return pattern.parts.reduceRight((after, part) => this.#build(part, after), next);
      case "choice":
        return {
          readers: [],
          junctions: pattern.parts.map((part) => this.#build(part, next)),
          accepting: false,
        };
      case "repeat":
        return this.#buildRepeat(pattern, next);
    }
  }

  #buildRepeat({ part, minimum, maximum }: Extract<Pattern, { kind: "repeat" }>, next: Junction): Junction {
    let after = next;
    if (maximum === null) {
      const loop: Junction = { readers: [], junctions: [next], accepting: false };
      loop.junctions.push(this.#build(part, loop));
      const reader = this.#readers.at(-1);
      if (next.accepting && reader?.next === loop && includesAll(reader.ranges)) reader.universal = true;
      after = loop;
    } else {
      for (let optional = minimum; optional < maximum; optional += 1)
        after = { readers: [], junctions: [next, this.#build(part, after)], accepting: false };
    }
    for (let copy = 0; copy < minimum; copy += 1) after = this.#build(part, after);
    return after;
  }

  /** The state that stands for all that the junctions lead to. */
  #stateOf(targets: readonly Junction[]): number {
    const reached = new Set(targets);
    const found = new Set<Reader>();
    // A set that is walked while it grows yields what was added, too.
    for (const junction of reached) {
      for (const further of junction.junctions) reached.add(further);
      for (const reader of junction.readers) found.add(reader);
    }
    const accepting = [...reached].some((junction) => junction.accepting);
    const universal = [...found].find((reader) => reader.universal);
    const kept = universal === undefined ? found : new Set([universal]);
    const readers = this.#readers.flatMap((reader, index) => (kept.has(reader) ? [index] : []));
    const key = `${readers.join(" ")}${accepting ? "!" : ""}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const state = this.#states.length;
    this.#states.push({ readers, accepting, moves: new Map() });
    this.#byKey.set(key, state);
    return state;
  }
}

function includes(ranges: Ranges, codePoint: number): boolean {
  return ranges.some(([low, high]) => low <= codePoint && codePoint <= high);
}

function includesAll(ranges: Ranges): boolean {
  const [first] = ranges;
  return ranges.length === 1 && first?.[0] === 0 && first[1] === 0x10ffff;
}
