import { CanonicalError, type CanonicalErrorCode } from "./errors.js";
import { jsonPointer } from "./json-pointer.js";
import type { JsonValue } from "./json-value.js";
import { numberProblem } from "./number-literal.js";
import type { ParseLimits } from "./parse-limits.js";
import { shorten } from "./shorten.js";
import { textPosition } from "./text-position.js";
import { isWellFormed } from "./utf8.js";

const quoteCode = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** One pass over one document; every method leaves `offset` behind what it read. */
export class JsonParser {
  readonly #text: string;
  readonly #limits: Required<ParseLimits>;
  readonly #path: (string | number)[] = [];
  #offset = 0;
  #values = 0;

  constructor(text: string, limits: Required<ParseLimits>) {
    this.#text = text;
    this.#limits = limits;
  }

  parse(): JsonValue {
    this.#skipSpace();
    const value = this.#readValue();
    this.#skipSpace();
    if (this.#offset < this.#text.length) throw this.#unexpected("the end of the document");
    return value;
  }

  #readValue(): JsonValue {
    this.#values += 1;
    if (this.#values > this.#limits.maxValues) throw this.#tooMany();
    switch (this.#text.charAt(this.#offset)) {
      case "{":
        return this.#readObject();
      case "[":
        return this.#readArray();
      case '"':
        return this.#readString();
      case "t":
        return this.#readWord("true", true);
      case "f":
        return this.#readWord("false", false);
      case "n":
        return this.#readWord("null", null);
      default:
        return this.#readNumber();
    }
  }

  #readObject(): JsonValue {
    const object: Record<string, JsonValue> = {};
    const step = this.#enter();
    if (this.#leaveEmpty("}")) return object;
    for (;;) {
      const start = this.#offset;
      this.#path.length = step;
      if (this.#text.charCodeAt(start) !== quoteCode)
        throw this.#unexpected("a member name in double quotes");
      const name = this.#readString();
      this.#path[step] = name;
      const known = name in object;
      if (known && Object.hasOwn(object, name))
        throw this.#problem("CANONICAL-011", `The member name ${shorten(name)} occurs twice`, start);
      this.#skipSpace();
      if (this.#text.charCodeAt(this.#offset) !== colon) throw this.#unexpected('":"');
      this.#offset += 1;
      this.#skipSpace();
      const value = this.#readValue();
      // Assigning to an inherited name could call a setter (__proto__) or fail (frozen Object.prototype).
      if (known)
        Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
      else object[name] = value;
      if (this.#leave("}", step)) return object;
    }
  }

  #readArray(): JsonValue {
    const array: JsonValue[] = [];
    const step = this.#enter();
    if (this.#leaveEmpty("]")) return array;
    for (;;) {
      this.#path[step] = array.length;
      array.push(this.#readValue());
      if (this.#leave("]", step)) return array;
    }
  }

  /** Steps over the opening bracket; returns the place of the members in the path. */
  #enter(): number {
    const step = this.#path.length;
    if (step >= this.#limits.maxDepth) {
      throw this.#problem(
        "CANONICAL-007",
        `Objects and arrays are nested deeper than ${this.#limits.maxDepth} levels`,
        this.#offset,
      );
    }
    this.#offset += 1;
    this.#skipSpace();
    return step;
  }

  #leaveEmpty(bracket: "}" | "]"): boolean {
    if (this.#text[this.#offset] !== bracket) return false;
    this.#offset += 1;
    return true;
  }

  /** After a member: true behind the closing bracket, false behind a comma. */
  #leave(bracket: "}" | "]", step: number): boolean {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#offset) === comma) {
      this.#offset += 1;
      this.#skipSpace();
      return false;
    }
    if (this.#text[this.#offset] !== bracket) throw this.#unexpected(`"," or "${bracket}"`);
    this.#offset += 1;
    this.#path.length = step;
    return true;
  }

  #readString(): string {
    const text = this.#text;
    const start = this.#offset;
    let offset = start + 1;
    let runStart = offset;
    let value = "";
    let surrogates = false;
    for (;;) {
      const code = text.charCodeAt(offset);
      if (code === quoteCode) break;
      if (code === backslash) {
        value += text.slice(runStart, offset);
        const character = this.#readEscape(offset);
        if (isSurrogate(character.charCodeAt(0))) surrogates = true;
        value += character;
        offset = this.#offset;
        runStart = offset;
      } else if (code >= 0x20) {
        if (isSurrogate(code)) surrogates = true;
        offset += 1;
      } else {
        // A control character, or NaN at the end of the text.
        this.#offset = offset;
        throw this.#unexpected(
          offset < text.length ? "no raw control character in a string" : "the closing quote of a string",
        );
      }
    }
    value = runStart === start + 1 ? text.slice(runStart, offset) : value + text.slice(runStart, offset);
    // A half written as an escape and a raw half make a pair, but the text around them has no UTF-8 form.
    if (surrogates && !(isWellFormed(value) && isWellFormed(text.slice(start, offset)))) {
      throw this.#problem("CANONICAL-008", "A string contains a lone surrogate", start);
    }
    this.#offset = offset + 1;
    return value;
  }

  /** The character of the escape whose backslash is at the offset. */
  #readEscape(offset: number): string {
    const letter = this.#text.charAt(offset + 1);
    const character = escapes.get(letter);
    if (character !== undefined) {
      this.#offset = offset + 2;
      return character;
    }
    const digits = this.#text.slice(offset + 2, offset + 6);
    if (letter === "u" && /^[0-9a-fA-F]{4}$/.test(digits)) {
      this.#offset = offset + 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    throw this.#problem(
      "CANONICAL-010",
      'A string has an escape other than \\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u with four hexadecimal digits',
      offset,
    );
  }

  #readWord<Value extends boolean | null>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#offset)) throw this.#unexpected("a JSON value");
    this.#offset += word.length;
    return value;
  }

  #readNumber(): number {
    const start = this.#offset;
    if (this.#text.charCodeAt(start) === minus) this.#offset += 1;
    if (this.#text.charCodeAt(this.#offset) === zero) this.#offset += 1;
    else this.#readDigits(start === this.#offset ? "a JSON value" : "a digit");
    if (this.#text[this.#offset] === ".") {
      this.#offset += 1;
      this.#readDigits("a digit after the decimal point");
    }
    const mark = this.#text[this.#offset];
    if (mark === "e" || mark === "E") {
      this.#offset += 1;
      const sign = this.#text[this.#offset];
      if (sign === "+" || sign === "-") this.#offset += 1;
      this.#readDigits("a digit in the exponent");
    }
    const literal = this.#text.slice(start, this.#offset);
    const value = Number(literal);
    const reason = numberProblem(literal, value, this.#limits.numbers);
    if (reason !== undefined)
      throw this.#problem("CANONICAL-012", `The number ${shorten(literal)} ${reason}`, start);
    return value;
  }

  #readDigits(expected: string): void {
    const start = this.#offset;
    let offset = start;
    for (
      let code = this.#text.charCodeAt(offset);
      code >= zero && code <= nine;
      code = this.#text.charCodeAt(offset)
    )
      offset += 1;
    if (offset === start) throw this.#unexpected(expected);
    this.#offset = offset;
  }

  #skipSpace(): void {
    let offset = this.#offset;
    for (
      let code = this.#text.charCodeAt(offset);
      code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
      code = this.#text.charCodeAt(offset)
    ) {
      offset += 1;
    }
    this.#offset = offset;
  }

  #tooMany(): CanonicalError {
    const sentence = `The document has more than the limit of ${this.#limits.maxValues} values`;
    return this.#problem("CANONICAL-013", sentence, this.#offset);
  }

  #unexpected(expected: string): CanonicalError {
    const found = this.#text.codePointAt(this.#offset);
    const shown = found === undefined ? "the document ends" : `found ${shorten(String.fromCodePoint(found))}`;
    return this.#problem("CANONICAL-010", `Expected ${expected}, but ${shown}`, this.#offset);
  }

  #problem(code: CanonicalErrorCode, sentence: string, offset: number): CanonicalError {
    const { line, column } = textPosition(this.#text, offset);
    const pointer = jsonPointer(this.#path);
    const place = `line ${line}, column ${column}${pointer === "" ? "" : `, in ${shorten(pointer)}`}`;
    return new CanonicalError(code, `${sentence} (${place}).`, { details: { line, column, pointer } });
  }
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}
