import type { Pattern } from "@parmanasystems/governance";
import { ExecutionError } from "./errors.js";

/** What patterns say of the signals of one decision; each is asked once. */
export class PatternVerdicts {
  readonly #verdicts = new Map<Pattern, Map<string, boolean>>();

  /** @param text what the signal holds @throws INV-055 */
  matches(pattern: Pattern, signal: string, text: string): boolean {
    const bySignal = this.#verdicts.get(pattern) ?? new Map<string, boolean>();
    const verdict = bySignal.get(signal) ?? matchesPattern(pattern, text);
    this.#verdicts.set(pattern, bySignal.set(signal, verdict));
    return verdict;
  }
}

/**
 * Whether a whole text matches: after each character, what of the pattern may still follow (partial derivatives,
 * Antimirov 1996). Linear in text times pattern; nothing is shared with the automata of `compilePolicy`.
 */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  let remainders: readonly Remainder[] = [wanted(pattern, 1, 1, END)];
  let round = 0;
  for (const character of text) {
    round += 1;
    const codePoint = character.codePointAt(0) ?? 0;
    const following: Remainder[] = [];
    explore(remainders, round, (ranges, rest) => {
      if (isInside(ranges, codePoint)) following.push(rest);
    });
    if (following.length === 0) return false;
    remainders = following;
  }
  return explore(remainders, round + 1, () => undefined);
}

type Ranges = readonly (readonly [low: number, high: number])[];

/** Halves the ascending ranges, since a class may have hundreds of them and a pattern a thousand such classes. */
function isInside(ranges: Ranges, codePoint: number): boolean {
  let from = 0;
  let to = ranges.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (codePoint < range[0]) to = middle;
    else if (codePoint > range[1]) from = middle + 1;
    else return true;
  }
  return false;
}

/** What must still come: a part so many times, then another remainder. */
interface Remainder {
  readonly part: Pattern;
  readonly minimum: number;
  readonly maximum: number | null;
  readonly then: Remainder | undefined;
  /** Made once, so that equal remainders are one object and their number is bounded by the pattern. */
  less?: Remainder;
  inside?: readonly Remainder[];
  exploredIn: number;
}

const END: Remainder = { part: nothing(), minimum: 0, maximum: 0, then: undefined, exploredIn: 0 };

function nothing(): Pattern {
  return { kind: "sequence", parts: [] };
}

/** A remainder; quantities around quantities and empty alternatives are folded into one quantity where they can be. */
function wanted(part: Pattern, minimum: number, maximum: number | null, then: Remainder): Remainder {
  const inner = optionalOf(part) ?? part;
  if (inner.kind === "repeat") {
    const { part: repeated, minimum: least, maximum: most } = inner;
    if (least === 0 && most === 1) return wanted(repeated, 0, maximum, then);
    if (isUnary(least, most) && isUnary(minimum, maximum)) {
      return wanted(repeated, least * minimum, most === null ? null : maximum, then);
    }
  }
  return { part: inner, minimum, maximum, then, exploredIn: 0 };
}

function isUnary(minimum: number, maximum: number | null): boolean {
  return minimum <= 1 && (maximum === 1 || maximum === null);
}

/** A choice with an empty alternative, as the others at most once. */
function optionalOf(pattern: Pattern): Pattern | undefined {
  if (pattern.kind !== "choice") return undefined;
  const some = pattern.parts.filter((part) => part.kind !== "sequence" || part.parts.length > 0);
  const [first, second] = some;
  if (some.length === pattern.parts.length || first === undefined) return undefined;
  const part: Pattern = second === undefined ? first : { kind: "choice", parts: some };
  return { kind: "repeat", part, minimum: 0, maximum: 1 };
}

/** Visits what can come next, and says whether nothing more need come. */
function explore(
  remainders: readonly Remainder[],
  round: number,
  onCharacter: (ranges: Ranges, rest: Remainder) => void,
): boolean {
  const open = [...remainders];
  let complete = false;
  for (let remainder = open.pop(); remainder !== undefined; remainder = open.pop()) {
    const { part, minimum, maximum, then } = remainder;
    if (then === undefined) complete = true;
    if (then === undefined || remainder.exploredIn === round) continue;
    remainder.exploredIn = round;
    if (minimum === 0) open.push(then);
    if (maximum === 0) continue;
    if (part.kind === "character") onCharacter(part.ranges, lessOf(remainder, then));
    else open.push(...insideOf(remainder, then));
  }
  return complete;
}

/** What remains once the part was taken. */
function lessOf(remainder: Remainder, then: Remainder): Remainder {
  const { part, minimum, maximum } = remainder;
  if (maximum === 1) return then;
  if (minimum === 0 && maximum === null) return remainder;
  remainder.less ??= wanted(part, Math.max(0, minimum - 1), maximum === null ? null : maximum - 1, then);
  return remainder.less;
}

/** What the part begins with; one remainder for each alternative. */
function insideOf(remainder: Remainder, then: Remainder): readonly Remainder[] {
  const { part } = remainder;
  const rest = lessOf(remainder, then);
  switch (part.kind) {
    case "character":
      return [];
    case "sequence":
      remainder.inside ??= [part.parts.reduceRight((after, next) => wanted(next, 1, 1, after), rest)];
      break;
    case "choice":
      remainder.inside ??= part.parts.map((alternative) => wanted(alternative, 1, 1, rest));
      break;
    case "repeat":
      remainder.inside ??= [wanted(part.part, part.minimum, part.maximum, rest)];
      break;
    default:
      throw new ExecutionError("INV-055", "The policy holds a pattern that this evaluator does not know.");
  }
  return remainder.inside;
}
