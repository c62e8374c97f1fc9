import { type ErrorTable, ParmanaError } from "./parmana-error.js";

/** Every code that `canonical` throws. */
export const canonicalErrors = {
  "CANONICAL-001": {
    meaning: "A value has no JSON form: undefined, a function, a symbol or a BigInt.",
    remedy:
      "Pass only null, booleans, finite numbers, strings, arrays and plain objects; leave an absent member out.",
  },
  "CANONICAL-002": {
    meaning: "A number is NaN or infinite.",
    remedy: "Pass finite numbers only.",
  },
  "CANONICAL-003": {
    meaning: "An object is not plain data: a Date, Map, class instance or array of another class.",
    remedy: "Copy the values into a plain object, a null-prototype object or an ordinary array first.",
  },
  "CANONICAL-004": {
    meaning: "An object or array has an accessor, a symbol key or a non-enumerable member.",
    remedy: "Give every member as an ordinary enumerable data property with a string key.",
  },
  "CANONICAL-005": {
    meaning: "An array has holes or members besides its elements.",
    remedy: "Fill every index and keep other members out of the array.",
  },
  "CANONICAL-006": {
    meaning: "A value contains itself.",
    remedy: "Remove the cycle.",
  },
  "CANONICAL-007": {
    meaning: "Objects and arrays are nested deeper than the limit, 64 levels by default.",
    remedy: "Flatten the value.",
  },
  "CANONICAL-008": {
    meaning: "A string or member name contains half of a surrogate pair, which has no UTF-8 form.",
    remedy: "Send well-formed Unicode text.",
  },
  "CANONICAL-009": {
    meaning: "Reading a value threw, or its canonical form does not fit in a string.",
    remedy: "Pass plain data, not a Proxy; the cause carries the original error.",
  },
  "CANONICAL-010": {
    meaning: "The text is not one JSON document.",
    remedy: "Correct the syntax at the line and column given in the details.",
  },
  "CANONICAL-011": {
    meaning: "An object gives one member name twice, after escapes are resolved.",
    remedy: "Keep one of the members.",
  },
  "CANONICAL-012": {
    meaning: "A number is too large, or too small, to be held without loss.",
    remedy: "Stay within ±9007199254740991, or send the value as a string.",
  },
  "CANONICAL-013": {
    meaning: "The input is larger than the limit, 1 MiB by default, or has more values than allowed.",
    remedy: "Send a smaller document, or raise maxBytes or maxValues if the source is trusted.",
  },
  "CANONICAL-014": {
    meaning: "The bytes are not UTF-8, or start with a byte order mark.",
    remedy: "Encode the text as UTF-8 without a byte order mark.",
  },
  "CANONICAL-015": {
    meaning: "A function of this package was given an argument of the wrong type or range.",
    remedy: "Pass what the message asks for.",
  },
  "CANONICAL-016": {
    meaning: "A text is not lower-case hexadecimal with an even number of digits.",
    remedy: "Use the digits 0-9 and a-f, two per byte.",
  },
  "CANONICAL-017": {
    meaning:
      "A timestamp is not RFC 3339 UTC with exactly three fraction digits, or names a date that does not exist.",
    remedy: "Write it like 2026-11-20T22:00:00.000Z, with a year from 1970 to 9998.",
  },
} as const satisfies ErrorTable;

export type CanonicalErrorCode = keyof typeof canonicalErrors;

/** Thrown by every function of this package. */
export class CanonicalError extends ParmanaError<CanonicalErrorCode> {}
