import type { Pattern } from "../policy.js";
import { type CharacterRange, complementOf, normalizeRanges } from "./character-ranges.js";
import { characterOf, choiceOf, type Part, type Quantity, repeatOf, sequenceOf } from "./pattern-parts.js";
import { policyLimits } from "./policy-limits.js";
import { foreignEscape, foreignGroup, foreignSuffix } from "./regular-expression-dialects.js";

/** What is wrong with a regular expression; the message is the end of "at character n, …". */
export class RegularExpressionDefect extends Error {
  /** The character, counted from 1. */
  readonly position: number;

  constructor(position: number, sentence: string) {
    super(sentence);
    this.name = "RegularExpressionDefect";
    this.position = position;
  }
}

const SPECIAL = "()*+.?[\\]{|}";
const QUANTIFIERS = "*+?{";
/** SingleCharEsc of the RFC: what stands for itself after a backslash, and the three that stand for a control. */
const ESCAPES = new Map([
  ...Array.from("()*+-.?[\\]^{|}", (character) => [character, character] as const),
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
const ANY = complementOf([
  [0x0a, 0x0a],
  [0x0d, 0x0d],
]);

/** A parsed expression, and its size: characters as written or stood for, whichever are more. */
export interface RegularExpression {
  readonly pattern: Pattern;
  /** The characters that it stands for once its quantities are written out. */
  readonly positions: number;
  readonly size: number;
}

/**
 * Parses an I-Regexp (RFC 9485) without \p and \P, whose tables change with Unicode. Parts that stand only for the
 * empty text are dropped, so that the pattern grows with its characters alone.
 * @throws RegularExpressionDefect
 */
export function parseRegularExpression(source: string): RegularExpression {
  const { patternLength, patternPositions } = policyLimits;
  // A character is at most two code units: what is longer than that need not be taken apart.
  const characters = Array.from(source.slice(0, 2 * patternLength + 1));
  if (characters.length > patternLength) {
    throw new RegularExpressionDefect(patternLength + 1, `it is longer than ${patternLength} characters`);
  }
  const { pattern, positions } = new Parser(characters).parse();
  if (positions > patternPositions) {
    throw new RegularExpressionDefect(
      characters.length,
      `it stands for more than ${patternPositions} characters once its quantities are written out`,
    );
  }
  return { pattern, positions, size: Math.max(characters.length, positions) };
}

/** Recursive descent, one method for each production of RFC 9485 section 3. */
class Parser {
  readonly #characters: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(characters: readonly string[]) {
    this.#characters = characters;
  }

  parse(): Part {
    const part = this.#readChoice();
    if (this.#next() !== undefined) throw this.#defect('")" closes no group; the character itself is \\)');
    return part;
  }

  #readChoice(): Part {
    const branches = [this.#readSequence()];
    while (this.#take("|")) branches.push(this.#readSequence());
    return choiceOf(branches);
  }

  #readSequence(): Part {
    const pieces: Part[] = [];
    for (let next = this.#next(); next !== undefined && next !== "|" && next !== ")"; next = this.#next()) {
      pieces.push(this.#readPiece(next));
    }
    return sequenceOf(pieces);
  }

  #readPiece(first: string): Part {
    const atom = this.#readAtom(first);
    const quantity = this.#readQuantity();
    if (quantity === undefined) return atom;
    const next = this.#next();
    if (next !== undefined && QUANTIFIERS.includes(next)) throw this.#defect(foreignSuffix(next));
    return repeatOf(atom, quantity);
  }

  #readAtom(first: string): Part {
    if (first === "(") return this.#readGroup();
    if (first === "[") return characterOf(this.#readClass());
    if (first === "\\") return characterOf([rangeOf(this.#readEscape())]);
    if (first === "^" || first === "$") {
      const itself = first === "^" ? "\\^" : "[$]";
      throw this.#defect(
        `"${first}" is no anchor here: a pattern always covers the whole text, so leave it out; the character itself is ${itself}`,
      );
    }
    if (first !== "." && SPECIAL.includes(first)) {
      const problem = QUANTIFIERS.includes(first) ? "has nothing before it to repeat" : "closes nothing";
      throw this.#defect(`"${first}" ${problem}; the character itself is \\${first}`);
    }
    this.#at += 1;
    return characterOf(first === "." ? ANY : [rangeOf(first)]);
  }

  #readGroup(): Part {
    const start = this.#at;
    this.#at += 1;
    if (this.#next() === "?") throw this.#defect(foreignGroup(this.#peek(1)), start);
    this.#depth += 1;
    if (this.#depth > policyLimits.patternDepth) {
      throw this.#defect(`groups nest at most ${policyLimits.patternDepth} deep`, start);
    }
    const part = this.#readChoice();
    if (!this.#take(")")) throw this.#defect('"(" is never closed; the character itself is \\(', start);
    this.#depth -= 1;
    return part;
  }

  #readQuantity(): Quantity | undefined {
    if (this.#take("*")) return { minimum: 0, maximum: null };
    if (this.#take("+")) return { minimum: 1, maximum: null };
    if (this.#take("?")) return { minimum: 0, maximum: 1 };
    const start = this.#at;
    if (!this.#take("{")) return undefined;
    const minimum = this.#readCount(start);
    const open = this.#take(",");
    const maximum = !open ? minimum : this.#next() === "}" ? null : this.#readCount(start);
    if (!this.#take("}")) throw this.#notAQuantity(start);
    if (maximum !== null && maximum < minimum) {
      throw this.#defect(`the quantity {${minimum},${maximum}} is upside down`, start);
    }
    return { minimum, maximum };
  }

  #readCount(start: number): number {
    let digits = "";
    for (let next = this.#next(); next !== undefined && /^[0-9]$/.test(next); next = this.#next()) {
      digits += next;
      this.#at += 1;
    }
    if (digits === "") throw this.#notAQuantity(start);
    const count = Number(digits);
    if (count <= policyLimits.patternPositions) return count;
    throw this.#defect(`a quantity is at most ${policyLimits.patternPositions}`, start);
  }

  #readClass(): readonly CharacterRange[] {
    const start = this.#at;
    this.#at += 1;
    const negated = this.#take("^");
    const ranges: CharacterRange[] = this.#take("-") ? [rangeOf("-")] : [];
    while (!this.#take("]")) {
      // A hyphen stands for itself first or last; elsewhere other dialects disagree about it.
      if (ranges.length > 0 && this.#next() === "-" && this.#peek(1) === "]") {
        ranges.push(rangeOf("-"));
        this.#at += 1;
      } else ranges.push(this.#readRange(start));
    }
    if (ranges.length === 0) {
      throw this.#defect(`the class ${negated ? "[^]" : "[]"} names no character`, start);
    }
    const characters = negated ? complementOf(ranges) : normalizeRanges(ranges);
    if (characters.length === 0) throw this.#defect("the class leaves no character", start);
    return characters;
  }

  #readRange(start: number): CharacterRange {
    const place = this.#at;
    const low = this.#readClassCharacter(start);
    if (this.#next() !== "-" || this.#peek(1) === "]") return rangeOf(low);
    this.#at += 1;
    const high = this.#readClassCharacter(start);
    const range = rangeOf(low, high);
    if (range[0] > range[1]) throw this.#defect("the range of characters is upside down", place);
    return range;
  }

  #readClassCharacter(start: number): string {
    const next = this.#next();
    if (next === undefined) throw this.#defect('"[" is never closed; the character itself is \\[', start);
    if (next === "\\") return this.#readEscape();
    if (next === "[" || (next === "-" && this.#peek(1) === "[")) {
      throw this.#defect(
        'a class holds characters and ranges only, no other class; the character "[" itself is \\[',
      );
    }
    if (next === "-" || next === "]") {
      throw this.#defect(`"${next}" is written \\${next} here; "-" may also stand first or last`);
    }
    this.#at += 1;
    return next;
  }

  #readEscape(): string {
    const escaped = this.#peek(1);
    const character = escaped === undefined ? undefined : ESCAPES.get(escaped);
    if (character === undefined) throw this.#defect(foreignEscape(escaped));
    this.#at += 2;
    return character;
  }

  #next(): string | undefined {
    return this.#characters[this.#at];
  }

  #peek(distance: number): string | undefined {
    return this.#characters[this.#at + distance];
  }

  #take(character: string): boolean {
    if (this.#next() !== character) return false;
    this.#at += 1;
    return true;
  }

  #notAQuantity(start: number): RegularExpressionDefect {
    return this.#defect(
      'a quantity is {n}, {n,} or {n,m} with whole numbers; the character "{" itself is \\{',
      start,
    );
  }

  #defect(sentence: string, at = this.#at): RegularExpressionDefect {
    return new RegularExpressionDefect(at + 1, sentence);
  }
}

function rangeOf(low: string, high = low): CharacterRange {
  return [low.codePointAt(0) ?? 0, high.codePointAt(0) ?? 0];
}
