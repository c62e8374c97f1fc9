import type { Pattern } from "../policy.js";
import type { CharacterRange } from "./character-ranges.js";

/** A part, and how many characters it stands for once every quantity is written out. */
export interface Part {
  readonly pattern: Pattern;
  readonly positions: number;
}

export interface Quantity {
  readonly minimum: number;
  readonly maximum: number | null;
}

// Whatever stands only for the empty text is this one part, so that it can be dropped.
const EMPTY: Part = { pattern: { kind: "sequence", parts: [] }, positions: 0 };

export function characterOf(ranges: readonly CharacterRange[]): Part {
  return { pattern: { kind: "character", ranges }, positions: 1 };
}

export function sequenceOf(pieces: readonly Part[]): Part {
  const parts = pieces.flatMap(({ pattern }) => (pattern.kind === "sequence" ? pattern.parts : [pattern]));
  const [first, second] = parts;
  const pattern: Pattern = first !== undefined && second === undefined ? first : { kind: "sequence", parts };
  return { pattern, positions: sumOf(pieces) };
}

export function choiceOf(branches: readonly Part[]): Part {
  const parts = branches.flatMap(({ pattern }) => (pattern.kind === "choice" ? pattern.parts : [pattern]));
  const some = parts.filter((part) => !isEmpty(part));
  // Once is enough for the empty text.
  const distinct = some.length === parts.length ? some : [...some, EMPTY.pattern];
  const [first, second] = distinct;
  const pattern: Pattern =
    first !== undefined && second === undefined ? first : { kind: "choice", parts: distinct };
  return { pattern, positions: sumOf(branches) };
}

export function repeatOf({ pattern, positions }: Part, { minimum, maximum }: Quantity): Part {
  if (positions === 0 || maximum === 0) return EMPTY;
  return {
    pattern: { kind: "repeat", part: pattern, minimum, maximum },
    positions: positions * Math.max(1, maximum ?? minimum),
  };
}

function isEmpty(pattern: Pattern): boolean {
  return pattern.kind === "sequence" && pattern.parts.length === 0;
}

function sumOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { positions }) => sum + positions, 0);
}
