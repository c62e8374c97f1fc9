import { isTimestamp, shorten } from "@parmanasystems/canonical";
import type { Scalar } from "@parmanasystems/provenance";
import type { ScalarDeclaration, SignalDeclaration, StringDeclaration } from "../policy.js";
import { isCalendarDate } from "./calendar-date.js";
import { compareDecimals, isDecimal } from "./decimal.js";
import { formatNames, hasFormat } from "./string-formats.js";
import { countCodePoints } from "./text.js";

/** How much of an enum's values a message shows, in characters. */
const SHOWN_VALUES = 200;

/** Whether the declaration accepts the value. Serves the signals of a request and the literals of a policy alike. */
export function acceptsScalar(declaration: ScalarDeclaration, value: unknown): value is Scalar {
  switch (declaration.type) {
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return Number.isSafeInteger(value) && isWithin(value, declaration);
    case "number":
      return isWithin(value, declaration);
    case "decimal":
      return (
        isDecimal(value, declaration.scale) &&
        (declaration.minimum === undefined || compareDecimals(value, declaration.minimum) >= 0) &&
        (declaration.maximum === undefined || compareDecimals(value, declaration.maximum) <= 0)
      );
    case "string":
      return typeof value === "string" && isText(value, declaration);
    case "enum":
      return typeof value === "string" && declaration.values.includes(value);
    case "date":
      return isCalendarDate(value);
    case "timestamp":
      return isTimestamp(value);
  }
}

/** What the declaration accepts, as the end of "must be …". */
export function describeExpected(declaration: SignalDeclaration): string {
  switch (declaration.type) {
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number from ${declaration.minimum} to ${declaration.maximum}`;
    case "number":
      return `a finite number from ${declaration.minimum} to ${declaration.maximum}`;
    case "decimal":
      return `a decimal string with exactly ${declaration.scale} fraction digits${decimalRange(declaration)}`;
    case "string":
      return describeText(declaration);
    case "enum":
      return `one of ${listShortly(declaration.values)}`;
    case "date":
      return "a real calendar date spelled YYYY-MM-DD";
    case "timestamp":
      return "a UTC time spelled YYYY-MM-DDThh:mm:ss.sssZ";
    case "list":
      return `a list of ${declaration.minItems} to ${declaration.maxItems} items, each ${describeExpected(declaration.items)}`;
  }
}

// NaN fails both comparisons, and the bounds are never infinite.
function isWithin(
  value: unknown,
  { minimum, maximum }: { minimum: number; maximum: number },
): value is number {
  return typeof value === "number" && value >= minimum && value <= maximum;
}

function isText(text: string, { minLength, maxLength, format }: StringDeclaration): boolean {
  // A code point is at most two code units: what is longer than that need not be counted.
  if (text.length > maxLength * 2) return false;
  const length = countCodePoints(text);
  return length >= minLength && length <= maxLength && (format === undefined || hasFormat(format, text));
}

function describeText({ minLength, maxLength, format }: StringDeclaration): string {
  if (format === undefined) return `a well-formed string of ${minLength} to ${maxLength} characters`;
  return `${formatNames[format]}, ${minLength} to ${maxLength} characters long`;
}

function listShortly(values: readonly string[]): string {
  let shown = "";
  for (const [index, value] of values.entries()) {
    const next = `${index === 0 ? "" : ", "}${shorten(value)}`;
    if (index > 0 && shown.length + next.length > SHOWN_VALUES) return `${shown}, …`;
    shown += next;
  }
  return shown;
}

function decimalRange({ minimum, maximum }: { minimum?: string; maximum?: string }): string {
  const from = minimum === undefined ? "" : ` from "${minimum}"`;
  const to = maximum === undefined ? "" : ` up to "${maximum}"`;
  return from + to;
}
