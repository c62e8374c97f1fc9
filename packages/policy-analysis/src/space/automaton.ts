import type { Pattern } from "@parmanasystems/governance";
import { AutomatonRoom } from "./automaton-room.js";
import type { Budget } from "./budget.js";
import { codePoints } from "./patterns.js";

type Ranges = readonly (readonly [low: number, high: number])[];

/** A state that reads one character inside the ranges. */
interface Reader {
  readonly index: number;
  readonly ranges: Ranges;
  /** Where it goes; a part that repeats goes back. */
  readonly next: Junction;
  /** Reads whatever is left and then accepts. */
  universal: boolean;
  /** How many characters are read at least until the end, this one included. */
  readonly distance: number;
}

/** A state that reads nothing: it stands for all that it leads to. */
interface Junction {
  readonly readers: readonly Reader[];
  readonly junctions: Junction[];
  readonly accepting: boolean;
  /** How many characters are read at least until the end. */
  readonly distance: number;
}

interface SubsetState {
  readonly readers: readonly Reader[];
  readonly accepting: boolean;
  readonly distance: number;
  readonly moves: Map<number, number>;
}

const dead: SubsetState = { readers: [], accepting: false, distance: Infinity, moves: new Map() };

/** So many readers that are looked at or kept are one step of the budget. */
const readersPerStep = 25;
/** So many characters of a text, each a move that is known already. */
const charactersPerStep = 50;

/** What no text after it can change. */
type Fate = "accepts" | "refuses" | "open";

/**
 * A regular expression as a deterministic automaton, built by the subset construction (Rabin and Scott 1959) as far as
 * it is asked for and there is room. It judges whole texts, code point by code point; state 0 is the start.
 */
export class Automaton {
  /** The sets of characters that the expression tells apart. */
  readonly ranges: readonly Ranges[];
  readonly #readers: Reader[] = [];
  readonly #states: SubsetState[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #room: AutomatonRoom;

  /** @param room for the states, which other automata may share */
  constructor(pattern: Pattern, room = new AutomatonRoom()) {
    this.#room = room;
    const end = { readers: [], junctions: [], accepting: true, distance: 0 };
    const start = this.#build(pattern, end);
    this.ranges = [...new Set(this.#readers.map(({ ranges }) => ranges))];
    this.#keep(stateOf([start]));
  }

  /** How many characters it takes at least from the state to the end of a text that is accepted. */
  distance(state: number): number {
    return (this.#states[state] ?? dead).distance;
  }

  /** Where the character leads; undefined when that is a new state and there is no room left for it. */
  move(state: number, codePoint: number, budget: Budget): number | undefined {
    const from = this.#states[state];
    if (from === undefined) return state;
    const known = from.moves.get(codePoint);
    if (known !== undefined) return known;
    const next = follow(from, codePoint, budget);
    const key = keyOf(next);
    const to =
      this.#byKey.get(key) ?? (this.#room.takeState(next.readers.length) ? this.#keep(next) : undefined);
    if (to !== undefined) from.moves.set(codePoint, to);
    return to;
  }

  accepts(state: number): boolean {
    return this.#states[state]?.accepting === true;
  }

  fate(state: number): Fate {
    const { readers, accepting } = this.#states[state] ?? dead;
    const [only] = readers;
    if (only === undefined) return accepting ? "open" : "refuses";
    return only.universal ? "accepts" : "open";
  }

  /** Exact, whatever room and budget are left. */
  acceptsText(text: string, budget: Budget): boolean {
    let state = 0;
    let passing: SubsetState | undefined;
    budget.spend(text.length / charactersPerStep);
    for (const point of codePoints(text)) {
      const next = passing === undefined ? this.move(state, point, budget) : undefined;
      if (next === undefined) passing = follow(passing ?? this.#states[state] ?? dead, point, budget);
      else state = next;
    }
    return passing === undefined ? this.accepts(state) : passing.accepting;
  }

  #build(pattern: Pattern, next: Junction): Junction {
    switch (pattern.kind) {
      case "character": {
        const { ranges } = pattern;
        const distance = 1 + next.distance;
        const reader = { index: this.#readers.length, ranges, next, universal: false, distance };
        this.#readers.push(reader);
        return { readers: [reader], junctions: [], accepting: false, distance };
      }
      case "sequence":
        return pattern.parts.reduceRight((after, part) => this.#build(part, after), next);
      case "choice":
        return join(pattern.parts.map((part) => this.#build(part, next)));
      case "repeat":
        return this.#buildRepeat(pattern, next);
    }
  }

  #buildRepeat({ part, minimum, maximum }: Extract<Pattern, { kind: "repeat" }>, next: Junction): Junction {
    let after = next;
    if (maximum === null) {
      // No way around the loop is shorter than the way out.
      const loop = join([next]);
      loop.junctions.push(this.#build(part, loop));
      const reader = this.#readers.at(-1);
      if (next.accepting && reader?.next === loop && includesAll(reader.ranges)) reader.universal = true;
      after = loop;
    } else {
      for (let optional = minimum; optional < maximum; optional += 1)
        after = join([next, this.#build(part, after)]);
    }
    for (let copy = 0; copy < minimum; copy += 1) after = this.#build(part, after);
    return after;
  }

  #keep(state: SubsetState): number {
    const number = this.#states.push(state) - 1;
    this.#byKey.set(keyOf(state), number);
    return number;
  }
}

/** Equal for equal states alone. */
function keyOf({ readers, accepting }: SubsetState): string {
  return `${readers.map(({ index }) => index).join(" ")}${accepting ? "!" : ""}`;
}

function follow({ readers }: SubsetState, codePoint: number, budget: Budget): SubsetState {
  const targets: Junction[] = [];
  for (const { ranges, next } of readers) if (includes(ranges, codePoint)) targets.push(next);
  const state = stateOf(targets);
  budget.spend((readers.length + state.readers.length) / readersPerStep);
  return state;
}

/** The state that stands for all that the junctions lead to. */
function stateOf(targets: readonly Junction[]): SubsetState {
  const reached = new Set(targets);
  const found = new Set<Reader>();
  // A set that is walked while it grows yields what was added, too.
  for (const junction of reached) {
    for (const further of junction.junctions) reached.add(further);
    for (const reader of junction.readers) found.add(reader);
  }
  const accepting = [...reached].some((junction) => junction.accepting);
  const universal = [...found].find((reader) => reader.universal);
  const readers =
    universal === undefined ? [...found].sort((one, other) => one.index - other.index) : [universal];
  const distance = targets.reduce((least, target) => Math.min(least, target.distance), Infinity);
  return { readers, accepting, distance, moves: new Map() };
}

function join(junctions: Junction[]): Junction {
  const distance = Math.min(...junctions.map((junction) => junction.distance));
  return { readers: [], junctions, accepting: false, distance };
}

function includes(ranges: Ranges, codePoint: number): boolean {
  return ranges.some(([low, high]) => low <= codePoint && codePoint <= high);
}

function includesAll(ranges: Ranges): boolean {
  const [first] = ranges;
  return ranges.length === 1 && first?.[0] === 0 && first[1] === 0x10ffff;
}
