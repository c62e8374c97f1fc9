import { isTimestamp } from "@parmanasystems/canonical";
import type { SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";
import { compareDecimals } from "./decimal-order.js";
import { unknownLanguage } from "./unknown-language.js";

/** Whether a value is of the declared type and inside its limits. */
export type Accept = (value: unknown) => value is SignalValue;

type Declaration<Type extends SignalDeclaration["type"]> = Extract<SignalDeclaration, { type: Type }>;

/** Compiles one signal's declaration to a test whose verdicts are those of `validateSignals`. @throws INV-055 */
export function acceptSignal(declaration: SignalDeclaration): Accept {
  switch (declaration.type) {
    case "boolean":
      return (value) => typeof value === "boolean";
    case "integer":
      return acceptInteger(declaration);
    case "number":
      return acceptNumber(declaration);
    case "decimal":
      return acceptDecimal(declaration);
    case "string":
      return acceptString(declaration);
    case "enum": {
      const members: ReadonlySet<unknown> = new Set(declaration.values);
      return (value): value is SignalValue => members.has(value);
    }
    case "date":
      return isDate;
    case "timestamp":
      return (value): value is SignalValue => isTimestamp(value);
    default:
      return unknownLanguage("signal type", declaration);
  }
}

function acceptInteger({ minimum, maximum }: Declaration<"integer">): Accept {
  return (value): value is SignalValue =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= minimum && value <= maximum;
}

function acceptNumber({ minimum, maximum }: Declaration<"number">): Accept {
  // NaN fails both comparisons; bounds are finite, so infinities fail one.
  return (value): value is SignalValue => typeof value === "number" && value >= minimum && value <= maximum;
}

function acceptDecimal({ scale, minimum, maximum }: Declaration<"decimal">): Accept {
  const fraction = scale === 0 ? "" : `\\.\\d{${scale}}`;
  const spelling = new RegExp(`^-?(?:0|[1-9]\\d{0,29})${fraction}$`);
  return (value): value is SignalValue =>
    typeof value === "string" &&
    spelling.test(value) &&
    !isNegativeZero(value) &&
    (minimum === undefined || compareDecimals(value, minimum) >= 0) &&
    (maximum === undefined || compareDecimals(value, maximum) <= 0);
}

function isNegativeZero(text: string): boolean {
  return text.startsWith("-") && !/[1-9]/.test(text);
}

function acceptString({ minLength, maxLength }: Declaration<"string">): Accept {
  return (value): value is SignalValue => {
    if (typeof value !== "string" || value.length < minLength || value.length > 2 * maxLength) return false;
    const length = characterCount(value);
    return length >= minLength && length <= maxLength;
  };
}

/** Unicode characters of a text, or -1 when it has a lone surrogate. */
function characterCount(text: string): number {
  let count = 0;
  for (const character of text) {
    const code = character.charCodeAt(0);
    // A pair arrives as one character of two units; a surrogate that arrives alone is one.
    if (character.length === 1 && code >= 0xd800 && code <= 0xdfff) return -1;
    count += 1;
  }
  return count;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function isDate(value: unknown): value is string {
  if (typeof value !== "string" || !DATE.test(value) || value.startsWith("0000")) return false;
  const midnight = `${value}T00:00:00.000Z`;
  const instant = new Date(midnight);
  // ECMAScript rolls 30 February over into March, so the text has to come back.
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === midnight;
}
