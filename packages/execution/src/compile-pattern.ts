import type { Pattern } from "@parmanasystems/governance";
import { ACCEPT, type PatternProgram, programOf } from "./pattern-program.js";

/** Whether a whole text matches. Linear in text times pattern. */
export type TextTest = (text: string) => boolean;

/** Numbers that the automata of one policy may keep together (4 MiB), and each of them for its states. */
const POLICY_CELLS = 1_048_576;
const PATTERN_CELLS = 65_536;
/** What one instruction takes, in a program and its two sets of threads. */
const INSTRUCTION_CELLS = 8;

/**
 * Compiles the patterns of one policy, all within one bound of memory. One decision holds each pattern against each
 * signal once, in however many conditions they stand.
 */
export class PatternCompiler {
  readonly #perPattern: number;
  readonly #tests = new Map<Pattern, TextTest>();
  readonly #remembering = new Map<Pattern, Map<string, TextTest>>();
  readonly #texts = new Map<string, LastText>();
  #left: number;

  constructor(perPattern = PATTERN_CELLS, together = POLICY_CELLS) {
    this.#perPattern = perPattern;
    this.#left = together;
  }

  /** The test of a pattern on a signal throws INV-055 for a pattern that is none of the language. */
  compile(pattern: Pattern, signal: string): TextTest {
    const bySignal = entryOf(this.#remembering, pattern, () => new Map<string, TextTest>());
    return entryOf(bySignal, signal, () => {
      const text = entryOf(this.#texts, signal, () => new LastText());
      return remembering(
        entryOf(this.#tests, pattern, () => this.#test(pattern)),
        text,
      );
    });
  }

  #test(pattern: Pattern): TextTest {
    const take = (cells: number): boolean => this.#take(cells);
    let kept: PatternAutomaton | undefined;
    // Most patterns of a big policy are never reached: each is built when it first is.
    return (text) => {
      if (kept !== undefined) return kept.matches(text);
      const program = programOf(pattern);
      const isKept = take(program.next.length * INSTRUCTION_CELLS);
      const automaton = new PatternAutomaton(program, isKept ? this.#perPattern : 0, take);
      if (isKept) kept = automaton;
      return automaton.matches(text);
    };
  }

  #take(cells: number): boolean {
    if (cells > this.#left) return false;
    this.#left -= cells;
    return true;
  }
}

function entryOf<Key, Value>(entries: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = entries.get(key);
  if (known !== undefined) return known;
  const made = make();
  entries.set(key, made);
  return made;
}

/** The text that a signal had last: one for all patterns that read it, as many texts would be much memory. */
class LastText {
  #text: string | undefined;
  #number = 0;

  /** Another number whenever the text is another. */
  numberOf(text: string): number {
    if (text !== this.#text) {
      this.#text = text;
      this.#number += 1;
    }
    return this.#number;
  }
}

function remembering(matches: TextTest, last: LastText): TextTest {
  let judged = 0;
  let verdict = false;
  return (text) => {
    const number = last.numberOf(text);
    if (number !== judged) {
      verdict = matches(text);
      judged = number;
    }
    return verdict;
  };
}

const UNKNOWN = 0;
/** The state of having no way on. */
const DEAD = 1;
const FULL = -1;

interface State {
  /** The instructions that read a character, ascending. */
  readonly readers: Int32Array;
  readonly accepts: boolean;
  /** The state after each symbol, or UNKNOWN. */
  readonly after: Int32Array;
}

/**
 * A deterministic automaton whose states are made when a text first reaches them, and kept. When its memory is used
 * up, what it does not know is simulated for the rest of the text.
 */
class PatternAutomaton {
  readonly #program: PatternProgram;
  readonly #threads: ThreadSet;
  readonly #spare: ThreadSet;
  /** By number; UNKNOWN has none. */
  readonly #states: State[];
  readonly #numbers = new Map<string, number>();
  readonly #start: number;
  readonly #take: (cells: number) => boolean;
  #left: number;

  constructor(program: PatternProgram, cells: number, take: (cells: number) => boolean) {
    this.#program = program;
    this.#threads = new ThreadSet(program);
    this.#spare = new ThreadSet(program);
    this.#take = take;
    this.#left = cells;
    const dead: State = { readers: new Int32Array(), accepts: false, after: new Int32Array() };
    this.#states = [dead, dead];
    this.#threads.clear();
    this.#threads.add(program.start);
    this.#start = this.#numberOf(this.#threads, true);
  }

  matches(text: string): boolean {
    const { alphabet } = this.#program;
    let state = this.#stateOf(this.#start);
    for (let index = 0; index < text.length; index += 1) {
      const codePoint = text.codePointAt(index) ?? 0;
      const symbol = alphabet.symbolOf(codePoint);
      let next = state.after[symbol] ?? UNKNOWN;
      if (next === UNKNOWN) {
        next = this.#follow(state, symbol);
        if (next === FULL) return this.#simulate(state, text, index);
        state.after[symbol] = next;
      }
      if (next === DEAD) return false;
      if (codePoint > 0xffff) index += 1;
      state = this.#stateOf(next);
    }
    return state.accepts;
  }

  #stateOf(number: number): State {
    const [dead] = this.#states;
    const state = this.#states[number] ?? dead;
    if (state === undefined) throw new Error("An automaton has states.");
    return state;
  }

  #follow({ readers }: State, symbol: number): number {
    this.#threads.clear();
    for (const reader of readers) this.#threads.read(reader, symbol);
    return this.#numberOf(this.#threads, false);
  }

  /** The number of the state of these threads, or FULL when it is new and there is no room left for it. */
  #numberOf(threads: ThreadSet, isStart: boolean): number {
    if (threads.size === 0 && !threads.accepts) return DEAD;
    const readers = threads.sorted();
    const name = `${String(threads.accepts)} ${readers.join(" ")}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const cells = this.#program.alphabet.size + readers.length + name.length;
    if (!isStart) {
      if (cells > this.#left || !this.#take(cells)) return FULL;
      this.#left -= cells;
    }
    const after = new Int32Array(this.#program.alphabet.size);
    const number = this.#states.push({ readers, accepts: threads.accepts, after }) - 1;
    this.#numbers.set(name, number);
    return number;
  }

  #simulate(from: State, text: string, start: number): boolean {
    const { alphabet } = this.#program;
    let readers: Iterable<number> = from.readers;
    let threads = this.#threads;
    let spare = this.#spare;
    let accepts = from.accepts;
    for (let index = start; index < text.length; index += 1) {
      const codePoint = text.codePointAt(index) ?? 0;
      if (codePoint > 0xffff) index += 1;
      const symbol = alphabet.symbolOf(codePoint);
      threads.clear();
      for (const reader of readers) threads.read(reader, symbol);
      ({ accepts } = threads);
      if (threads.size === 0 && !accepts) return false;
      readers = threads.readers();
      [threads, spare] = [spare, threads];
    }
    return accepts;
  }
}

/** The instructions that are waited at: each once, found through those that read nothing. */
class ThreadSet {
  readonly #program: PatternProgram;
  readonly #readers: Int32Array;
  /** In which round an instruction was last added. */
  readonly #added: Uint32Array;
  readonly #stack: number[] = [];
  #round = 0;
  size = 0;
  accepts = false;

  constructor(program: PatternProgram) {
    this.#program = program;
    this.#readers = new Int32Array(program.next.length);
    this.#added = new Uint32Array(program.next.length);
  }

  clear(): void {
    this.size = 0;
    this.accepts = false;
    this.#round += 1;
    if (this.#round > 0xffff_fff0) {
      this.#added.fill(0);
      this.#round = 1;
    }
  }

  /** Adds what follows an instruction, if it reads the symbol. */
  read(reader: number, symbol: number): void {
    const pairs = this.#program.reads[reader];
    const next = this.#program.next[reader];
    if (pairs !== undefined && next !== undefined && includes(pairs, symbol)) this.add(next);
  }

  add(start: number): void {
    const { next, other, reads } = this.#program;
    const stack = this.#stack;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (at < 0 || this.#added[at] === this.#round) continue;
      this.#added[at] = this.#round;
      if (at === ACCEPT) this.accepts = true;
      else if (reads[at] === undefined) stack.push(other[at] ?? -1, next[at] ?? -1);
      else {
        this.#readers[this.size] = at;
        this.size += 1;
      }
    }
  }

  readers(): Int32Array {
    return this.#readers.subarray(0, this.size);
  }

  sorted(): Int32Array {
    return this.#readers.slice(0, this.size).sort();
  }
}

/** Whether a symbol lies in one of the ascending pairs. */
function includes(pairs: Uint16Array, symbol: number): boolean {
  let low = 0;
  let high = pairs.length >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[2 * middle + 1] ?? 0) < symbol) low = middle + 1;
    else high = middle;
  }
  return 2 * low < pairs.length && (pairs[2 * low] ?? 0) <= symbol;
}
