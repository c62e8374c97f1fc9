import type { Pattern } from "@parmanasystems/governance";
import { unknownLanguage } from "./unknown-language.js";

/**
 * A nondeterministic automaton (Thompson). An instruction with a class reads one character and goes on with `next`;
 * one without reads nothing and goes on with `next` and with `other`; `ACCEPT` reads nothing and goes nowhere.
 */
export interface PatternProgram {
  readonly start: number;
  readonly next: Int32Array;
  readonly other: Int32Array;
  /** What each instruction reads, as pairs of symbols, first and last, ascending. */
  readonly reads: readonly (Uint16Array | undefined)[];
  readonly alphabet: Alphabet;
}

/** The instruction that ends every program. */
export const ACCEPT = 0;
const NOWHERE = -1;

/** Each of the 1,000 characters that a pattern may stand for takes at most six; more is no pattern of the language. */
const MAX_INSTRUCTIONS = 8_192;

/** @throws INV-055 for a pattern that stands for more characters than the language allows */
export function programOf(pattern: Pattern): PatternProgram {
  const node = simplify(pattern);
  const ranges = new Set<Ranges>();
  collectRanges(node, ranges);
  const alphabet = new Alphabet(ranges);
  return new Assembler(alphabet).assemble(node);
}

type Ranges = readonly (readonly [low: number, high: number])[];

/** A pattern without superfluous parts, so that a program grows with the characters alone. */
type Node =
  | { readonly kind: "empty"; readonly nullable: true }
  | { readonly kind: "character"; readonly ranges: Ranges; readonly nullable: false }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Node[]; readonly nullable: boolean }
  | {
      readonly kind: "repeat";
      readonly part: Node;
      readonly minimum: number;
      readonly maximum: number | null;
      readonly nullable: boolean;
    };

const EMPTY: Node = { kind: "empty", nullable: true };

function simplify(pattern: Pattern): Node {
  switch (pattern.kind) {
    case "character":
      return { kind: "character", ranges: pattern.ranges, nullable: false };
    case "sequence": {
      const parts = pattern.parts.map(simplify).filter(({ kind }) => kind !== "empty");
      const [first, second] = parts;
      if (first === undefined) return EMPTY;
      if (second === undefined) return first;
      return { kind: "sequence", parts, nullable: parts.every(({ nullable }) => nullable) };
    }
    case "choice": {
      const parts = pattern.parts.map(simplify);
      const some = parts.filter(({ kind }) => kind !== "empty");
      if (some.length === 0 && parts.length > 0) return EMPTY;
      const nullable = some.some((part) => part.nullable);
      const [first, second] = some;
      const choice: Node =
        first !== undefined && second === undefined ? first : { kind: "choice", parts: some, nullable };
      return some.length === parts.length ? choice : repeat(choice, 0, 1);
    }
    case "repeat":
      return repeat(simplify(pattern.part), pattern.minimum, pattern.maximum);
    default:
      return unknownLanguage("pattern", pattern);
  }
}

function repeat(part: Node, minimum: number, maximum: number | null): Node {
  if (part.kind === "empty" || maximum === 0) return EMPTY;
  const least = part.nullable ? 0 : minimum;
  if (maximum === 1 && (least === 1 || part.nullable)) return part;
  if (part.kind === "repeat") {
    // (x?){0,m} is x{0,m}; (x*){n,m} and (x+)? are x*, (x+)+ is x+.
    if (part.minimum === 0 && part.maximum === 1) return repeat(part.part, 0, maximum);
    if (part.maximum === null && part.minimum <= 1 && least <= 1) {
      return repeat(part.part, Math.min(part.minimum, least), null);
    }
  }
  return { kind: "repeat", part, minimum: least, maximum, nullable: least === 0 };
}

function collectRanges(node: Node, found: Set<Ranges>): void {
  switch (node.kind) {
    case "empty":
      return;
    case "character":
      found.add(node.ranges);
      return;
    case "sequence":
    case "choice":
      for (const part of node.parts) collectRanges(part, found);
      return;
    case "repeat":
      collectRanges(node.part, found);
  }
}

/** Code points that no range of the pattern tells apart are one symbol. Symbols count up with the code points. */
class Alphabet {
  /** Where each symbol but the first begins. */
  readonly #starts: Uint32Array;
  readonly #ascii: Uint16Array;

  constructor(ranges: Iterable<Ranges>) {
    const starts = new Set<number>();
    for (const list of ranges) for (const [low, high] of list) starts.add(low).add(high + 1);
    starts.delete(0);
    this.#starts = Uint32Array.from(starts).sort();
    this.#ascii = Uint16Array.from(new Uint16Array(128).keys(), (code) => this.#search(code));
  }

  get size(): number {
    return this.#starts.length + 1;
  }

  symbolOf(codePoint: number): number {
    return this.#ascii[codePoint] ?? this.#search(codePoint);
  }

  /** The number of starts at or below a code point. */
  #search(codePoint: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= codePoint) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

class Assembler {
  readonly #next: number[] = [NOWHERE];
  readonly #other: number[] = [NOWHERE];
  readonly #reads: (Uint16Array | undefined)[] = [undefined];
  readonly #pairs = new Map<Ranges, Uint16Array>();
  readonly #alphabet: Alphabet;

  constructor(alphabet: Alphabet) {
    this.#alphabet = alphabet;
  }

  assemble(node: Node): PatternProgram {
    const start = this.#emit(node, ACCEPT);
    return {
      start,
      next: Int32Array.from(this.#next),
      other: Int32Array.from(this.#other),
      reads: this.#reads,
      alphabet: this.#alphabet,
    };
  }

  /** From the end to the start: adds what goes on with `then`, and returns where it begins. */
  #emit(node: Node, then: number): number {
    switch (node.kind) {
      case "empty":
        return then;
      case "character":
        return this.#add(then, NOWHERE, this.#symbolsOf(node.ranges));
      case "sequence":
        return node.parts.reduceRight((after, part) => this.#emit(part, after), then);
      case "choice": {
        const starts = node.parts.map((part) => this.#emit(part, then));
        const [first, ...others] = starts.reverse();
        // A choice of nothing reads a character that does not exist.
        if (first === undefined) return this.#add(then, NOWHERE, new Uint16Array());
        return others.reduce((after, start) => this.#add(start, after), first);
      }
      case "repeat":
        return this.#emitRepeat(node, then);
    }
  }

  #emitRepeat({ part, minimum, maximum }: Extract<Node, { kind: "repeat" }>, then: number): number {
    let start = then;
    let required = minimum;
    if (maximum === null) {
      const loop = this.#add(NOWHERE, then);
      const body = this.#emit(part, loop);
      this.#next[loop] = body;
      start = minimum === 0 ? loop : body;
      required -= 1;
    } else {
      for (let times = minimum; times < maximum; times += 1) {
        start = this.#add(this.#emit(part, start), then);
      }
    }
    for (let times = 0; times < required; times += 1) start = this.#emit(part, start);
    return start;
  }

  #add(next: number, other: number, reads?: Uint16Array): number {
    if (this.#next.length >= MAX_INSTRUCTIONS) return unknownLanguage("pattern of this size", undefined);
    this.#next.push(next);
    this.#other.push(other);
    this.#reads.push(reads);
    return this.#next.length - 1;
  }

  #symbolsOf(ranges: Ranges): Uint16Array {
    let pairs = this.#pairs.get(ranges);
    if (pairs === undefined) {
      pairs = Uint16Array.from(
        ranges.flatMap(([low, high]) => [this.#alphabet.symbolOf(low), this.#alphabet.symbolOf(high)]),
      );
      this.#pairs.set(ranges, pairs);
    }
    return pairs;
  }
}
