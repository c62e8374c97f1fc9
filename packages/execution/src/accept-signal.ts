import { isTimestamp } from "@parmanasystems/canonical";
import type { ListDeclaration, SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";
import { compareDecimals } from "./decimal-order.js";
import { formatTest } from "./string-format.js";
import { unknownLanguage } from "./unknown-language.js";

/** Whether a value is of the declared type and inside its limits. A list must be one that `copyList` made. */
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
    case "list":
      return acceptList(declaration);
    default:
      return unknownLanguage("signal type", declaration);
  }
}

/**
 * An own copy of a list, every item read once. What is no array comes back as it is; an array that is no plain list of at most
 * so many items comes back as one that is too long, which `validateSignals` refuses with the same words.
 */
export function copyList({ maxItems }: ListDeclaration, value: unknown): unknown {
  if (!isArray(value)) return value;
  try {
    const { length } = value;
    // A dense array owns its indices and "length", nothing besides.
    if (length <= maxItems && Reflect.ownKeys(value).length === length + 1) {
      const items: unknown[] = [];
      for (let index = 0; index < length; index += 1)
        items.push(Object.hasOwn(value, index) ? value[index] : undefined);
      return items;
    }
  } catch {
    // A Proxy with traps that throw.
  }
  return new Array<unknown>(maxItems + 1);
}

function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    // A revoked Proxy.
    return false;
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

function acceptString({ minLength, maxLength, format }: Declaration<"string">): Accept {
  const hasFormat = format === undefined ? undefined : formatTest(format);
  return (value): value is SignalValue => {
    if (typeof value !== "string" || value.length < minLength || value.length > 2 * maxLength) return false;
    const length = characterCount(value);
    if (length < minLength || length > maxLength) return false;
    return hasFormat === undefined || hasFormat(value);
  };
}

/** Unicode characters of a text, or -1 when it has a lone surrogate. */
function characterCount(text: string): number {
  let pairs = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(index + 1);
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return -1;
    pairs += 1;
    index += 1;
  }
  return text.length - pairs;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function isDate(value: unknown): value is string {
  if (typeof value !== "string" || !DATE.test(value)) return false;
  const year = Number(value.slice(0, 4));
  const month = Number(value.slice(5, 7));
  const day = Number(value.slice(8));
  return year > 0 && month > 0 && month <= 12 && day > 0 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function acceptList({ items, minItems, maxItems }: ListDeclaration): Accept {
  const accepts = acceptSignal(items);
  return (value): value is SignalValue => {
    if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) return false;
    for (const item of value) if (!accepts(item)) return false;
    return true;
  };
}
