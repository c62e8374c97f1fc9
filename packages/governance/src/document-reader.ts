import {
  canonicalBytes,
  expectObject,
  formatTimestamp,
  isSha256,
  isTimestamp,
  type JsonObject,
  type JsonValue,
  ParmanaError,
  parseStrict,
  parseTimestamp,
  type Sha256,
} from "@parmanasystems/canonical";
import { GovernanceError, type GovernanceErrorCode } from "./errors.js";
import { countCodePoints, isName, isPrintable } from "./policy/text.js";

/** What a kind of signed document is called in messages, which code refuses it, and how large it may be. */
export interface DocumentKind {
  /** With its article, such as "The policy index". */
  readonly noun: string;
  readonly code: GovernanceErrorCode;
  /** The code for bytes that are not strict JSON, where it differs from `code`. */
  readonly syntaxCode?: GovernanceErrorCode;
  readonly maxBytes: number;
}

/**
 * Reads the members of one closed document; the first one that is not as expected is refused by its JSON
 * pointer.
 */
export class DocumentReader {
  readonly #kind: DocumentKind;

  constructor(kind: DocumentKind) {
    this.#kind = kind;
  }

  /** A private copy, so that no one changes the bytes between the check and the use. */
  snapshot(bytes: unknown): Uint8Array {
    if (!isBytes(bytes)) throw this.#refusal("must be given as a Uint8Array");
    return new Uint8Array(bytes);
  }

  parse(bytes: Uint8Array): JsonValue {
    const { code, syntaxCode = code, maxBytes } = this.#kind;
    try {
      return parseStrict(bytes, { maxBytes });
    } catch (cause) {
      const why = ParmanaError.isInstance(cause) ? `: ${cause.message}` : ".";
      const details = ParmanaError.isInstance(cause) ? cause.details : {};
      throw new GovernanceError(syntaxCode, `${this.#kind.noun} is not strict JSON${why}`, {
        cause,
        details,
      });
    }
  }

  /** The canonical bytes of a draft. */
  encode(draft: JsonObject): Uint8Array {
    try {
      return canonicalBytes(draft);
    } catch (cause) {
      const why = ParmanaError.isInstance(cause) ? `: ${cause.message}` : ".";
      throw new GovernanceError(this.#kind.code, `${this.#kind.noun} cannot be written${why}`, { cause });
    }
  }

  /** The inverse of `timestamp`. */
  spellTime(ms: number, pointer: string): string {
    if (!Number.isInteger(ms)) throw this.defect(pointer, "whole milliseconds since 1970");
    try {
      return formatTimestamp(ms);
    } catch (cause) {
      if (!ParmanaError.isInstance(cause)) throw cause;
      throw this.defect(pointer, "a time in the years 1970 to 9998");
    }
  }

  /** An error for the value at the pointer; the caller throws it. */
  defect(pointer: string, expected: string): GovernanceError {
    const where = pointer === "" ? "must be" : `has a defect at ${pointer}: expected`;
    return this.#refusal(`${where} ${expected}`, pointer);
  }

  object(
    value: JsonValue | undefined,
    pointer: string,
    required: readonly string[],
    optional: readonly string[] = [],
  ): JsonObject {
    return expectObject(value, { required, optional }, (problem) => {
      throw this.defect(`${pointer}${problem.pointer}`, problem.expected);
    });
  }

  /** An object whose member names are data. */
  table(
    value: JsonValue | undefined,
    pointer: string,
    maximum: number,
  ): readonly (readonly [string, JsonValue])[] {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.defect(pointer, "an object");
    }
    const entries = Object.entries(value);
    if (entries.length > maximum) throw this.defect(pointer, `at most ${maximum} members`);
    return entries;
  }

  list(value: JsonValue | undefined, pointer: string, maximum: number): readonly JsonValue[] {
    if (!isList(value)) throw this.defect(pointer, "an array");
    if (value.length === 0 || value.length > maximum) throw this.defect(pointer, `1 to ${maximum} elements`);
    return value;
  }

  constant(value: JsonValue | undefined, pointer: string, expected: string): void {
    if (value !== expected) throw this.defect(pointer, JSON.stringify(expected));
  }

  oneOf<Choice extends string>(
    value: JsonValue | undefined,
    pointer: string,
    choices: readonly Choice[],
  ): Choice {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      throw this.defect(pointer, choices.map((name) => JSON.stringify(name)).join(" or "));
    }
    return choice;
  }

  /** One line of printable text. */
  text(value: JsonValue | undefined, pointer: string, maximum: number): string {
    if (typeof value !== "string" || !isPrintable(value) || countCodePoints(value) > maximum) {
      throw this.defect(pointer, `1 to ${maximum} printable characters on one line`);
    }
    return value;
  }

  /** A text that says who somebody is. */
  name(value: JsonValue | undefined, pointer: string, maximum: number): string {
    const name = this.text(value, pointer, maximum);
    if (!isName(name))
      throw this.defect(pointer, "a name without spaces around it and without invisible joiners");
    return name;
  }

  integer(
    value: JsonValue | undefined,
    pointer: string,
    minimum: number,
    maximum = Number.MAX_SAFE_INTEGER,
  ): number {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < minimum || value > maximum) {
      throw this.defect(pointer, `a whole number from ${minimum} to ${maximum}`);
    }
    return value;
  }

  /** Milliseconds since 1970. */
  timestamp(value: JsonValue | undefined, pointer: string): number {
    if (typeof value !== "string" || !isTimestamp(value)) {
      throw this.defect(pointer, 'a real UTC time spelled like "2026-11-20T22:00:00.000Z"');
    }
    return parseTimestamp(value);
  }

  hash(value: JsonValue | undefined, pointer: string): Sha256 {
    if (!isSha256(value)) throw this.defect(pointer, '"sha256:" and 64 lower-case hexadecimal digits');
    return value;
  }

  #refusal(problem: string, pointer?: string): GovernanceError {
    return new GovernanceError(this.#kind.code, `${this.#kind.noun} ${problem}.`, {
      details: pointer === undefined ? {} : { pointer },
    });
  }
}

/** Also of another realm, such as a test runner's sandbox; `isView` cannot be deceived. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
