import { isTimestamp, shorten } from "@parmanasystems/canonical";
import type { SignalDeclaration, StringDeclaration } from "../policy.js";
import { isCalendarDate } from "./calendar-date.js";
import { compareDecimals, isDecimal } from "./decimal.js";
import { countCodePoints } from "./text.js";

/** Whether the declaration accepts the value. Serves the signals of a request and the literals of a policy alike. */
export function acceptsValue(
  declaration: SignalDeclaration,
  value: unknown,
): value is string | number | boolean {
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
      return typeof value === "string" && hasLength(value, declaration);
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
      return `a well-formed string of ${declaration.minLength} to ${declaration.maxLength} characters`;
    case "enum": {
      const shown = declaration.values.slice(0, 8).map(shorten).join(", ");
      return declaration.values.length > 8 ? `one of ${shown}, …` : `one of ${shown}`;
    }
    case "date":
      return "a real calendar date spelled YYYY-MM-DD";
    case "timestamp":
      return "a UTC time spelled YYYY-MM-DDThh:mm:ss.sssZ";
  }
}

// NaN fails both comparisons, and the bounds are never infinite.
function isWithin(
  value: unknown,
  { minimum, maximum }: { minimum: number; maximum: number },
): value is number {
  return typeof value === "number" && value >= minimum && value <= maximum;
}

function hasLength(text: string, { minLength, maxLength }: StringDeclaration): boolean {
  // A code point is at most two code units: what is longer than that need not be counted.
  if (text.length > maxLength * 2) return false;
  const length = countCodePoints(text);
  return length >= minLength && length <= maxLength;
}

function decimalRange({ minimum, maximum }: { minimum?: string; maximum?: string }): string {
  const from = minimum === undefined ? "" : ` from "${minimum}"`;
  const to = maximum === undefined ? "" : ` up to "${maximum}"`;
  return from + to;
}
