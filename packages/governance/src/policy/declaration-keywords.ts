import type { JsonObject, JsonValue } from "@parmanasystems/canonical";
import type { StringFormat } from "../policy.js";
import { compareDecimals, isDecimal } from "./decimal.js";
import { pointerTo } from "./json-pointer.js";
import { isJsonArray, member } from "./members.js";
import { suggestion } from "./nearest-name.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";
import { stringFormats } from "./string-formats.js";
import { countCodePoints, isPrintable } from "./text.js";

export function readNumberBounds(
  value: JsonObject,
  type: "integer" | "number",
  pointer: string,
): { minimum: number; maximum: number } {
  const read = (name: "minimum" | "maximum", absent: number): number => {
    const bound = member(value, name);
    if (bound === undefined) return absent;
    const valid =
      typeof bound === "number" &&
      Math.abs(bound) <= Number.MAX_SAFE_INTEGER &&
      (type === "number" || Number.isInteger(bound));
    if (valid) return bound + 0; // -0 becomes 0
    const kind = type === "integer" ? "a whole number" : "a number";
    throw new PolicyDefect("POL-012", pointerTo(pointer, name), `${name} must be ${kind} within ±(2^53 - 1)`);
  };
  const minimum = read("minimum", -Number.MAX_SAFE_INTEGER);
  const maximum = read("maximum", Number.MAX_SAFE_INTEGER);
  if (minimum > maximum) throw contradiction(pointer, "minimum", "maximum");
  return { minimum, maximum };
}

export function readDecimalTerms(
  value: JsonObject,
  pointer: string,
): { scale: number; minimum?: string; maximum?: string } {
  const scale = readCount(
    member(value, "scale"),
    pointerTo(pointer, "scale"),
    "scale",
    policyLimits.decimalScale,
  );
  const read = (name: "minimum" | "maximum"): string | undefined => {
    const bound = member(value, name);
    if (bound === undefined || isDecimal(bound, scale)) return bound;
    throw new PolicyDefect(
      "POL-012",
      pointerTo(pointer, name),
      `${name} must be a decimal string with exactly ${scale} fraction digits`,
    );
  };
  const minimum = read("minimum");
  const maximum = read("maximum");
  if (minimum !== undefined && maximum !== undefined && compareDecimals(minimum, maximum) > 0) {
    throw contradiction(pointer, "minimum", "maximum");
  }
  return { scale, ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

export function readTextTerms(
  value: JsonObject,
  pointer: string,
): { minLength: number; maxLength: number; format?: StringFormat } {
  const read = (name: "minLength" | "maxLength", absent: number): number =>
    Object.hasOwn(value, name)
      ? readCount(member(value, name), pointerTo(pointer, name), name, policyLimits.stringLength)
      : absent;
  const minLength = read("minLength", 0);
  const maxLength = read("maxLength", policyLimits.defaultStringLength);
  if (minLength > maxLength) throw contradiction(pointer, "minLength", "maxLength");
  return { minLength, maxLength, ...readFormat(value, pointer) };
}

function readFormat(value: JsonObject, pointer: string): { format?: StringFormat } {
  if (!Object.hasOwn(value, "format")) return {};
  const given = member(value, "format");
  const format = stringFormats.find((name) => name === given);
  if (format !== undefined) return { format };
  const near = typeof given === "string" ? suggestion(given, stringFormats) : "";
  throw new PolicyDefect(
    "POL-012",
    pointerTo(pointer, "format"),
    `the format must be one of ${stringFormats.join(", ")}${near}`,
  );
}

export function readListLengths(value: JsonObject, pointer: string): { minItems: number; maxItems: number } {
  const read = (name: "minItems" | "maxItems", least: number): number =>
    readCount(member(value, name), pointerTo(pointer, name), name, policyLimits.listItems, least);
  const minItems = Object.hasOwn(value, "minItems") ? read("minItems", 0) : 0;
  const maxItems = read("maxItems", 1);
  if (minItems > maxItems) throw contradiction(pointer, "minItems", "maxItems");
  return { minItems, maxItems };
}

export function readEnumValues(value: JsonValue | undefined, pointer: string): readonly string[] {
  if (!isJsonArray(value) || value.length === 0) {
    throw new PolicyDefect("POL-012", pointer, "values must be a list of at least one string");
  }
  if (value.length > policyLimits.enumValues) {
    throw new PolicyDefect("POL-025", pointer, `an enum has at most ${policyLimits.enumValues} values`);
  }
  const values = new Set<string>();
  value.forEach((text, index) => {
    const valid =
      typeof text === "string" && isPrintable(text) && countCodePoints(text) <= policyLimits.enumValueLength;
    if (!valid || values.has(text)) {
      const problem = valid ? "is listed twice" : "must be a string of 1 to 256 printable characters";
      throw new PolicyDefect("POL-012", pointerTo(pointer, index), `the enum value ${problem}`);
    }
    values.add(text);
  });
  return [...values];
}

function readCount(
  value: JsonValue | undefined,
  pointer: string,
  name: string,
  most: number,
  least = 0,
): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) {
    return value + 0; // -0 becomes 0
  }
  throw new PolicyDefect("POL-012", pointer, `${name} must be a whole number from ${least} to ${most}`);
}

function contradiction(pointer: string, lower: string, upper: string): PolicyDefect {
  return new PolicyDefect("POL-012", pointer, `${lower} is above ${upper}, so no value could be accepted`);
}
