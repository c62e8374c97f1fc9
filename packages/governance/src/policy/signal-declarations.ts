import { type JsonObject, type JsonValue, shorten } from "@parmanasystems/canonical";
import type { SignalDeclaration, SignalType } from "../policy.js";
import { compareDecimals, isDecimal } from "./decimal.js";
import { deepFreeze } from "./deep-freeze.js";
import { FrozenMap } from "./frozen-map.js";
import { isSignalName } from "./identity.js";
import { pointerTo } from "./json-pointer.js";
import { isJsonArray, isJsonObject, member, readDescription } from "./members.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";
import { countCodePoints, isPrintable } from "./text.js";

interface Keywords {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const KEYWORDS: Readonly<Record<SignalType, Keywords>> = {
  boolean: { required: [], optional: [] },
  integer: { required: ["minimum", "maximum"], optional: [] },
  decimal: { required: ["scale"], optional: ["minimum", "maximum"] },
  number: { required: [], optional: ["minimum", "maximum"] },
  string: { required: [], optional: ["minLength", "maxLength"] },
  enum: { required: ["values"], optional: [] },
  date: { required: [], optional: [] },
  timestamp: { required: [], optional: [] },
};

const COMMON_KEYWORDS = ["type", "optional", "description"];

/** Reads `signalsSchema`: every declared signal by name, in document order. */
export function readSignalDeclarations(
  value: JsonValue | undefined,
  pointer: string,
): ReadonlyMap<string, SignalDeclaration> {
  if (!isJsonObject(value)) throw new PolicyDefect("POL-006", pointer, "signalsSchema must be an object");
  const names = Object.keys(value);
  if (names.length > policyLimits.signals) {
    throw new PolicyDefect("POL-025", pointer, `a policy declares at most ${policyLimits.signals} signals`);
  }
  const declarations = names.map((name): [string, SignalDeclaration] => {
    const place = pointerTo(pointer, name);
    if (!isSignalName(name)) {
      throw new PolicyDefect(
        "POL-010",
        place,
        `${shorten(name)} is not a signal name: 1 to 64 letters, digits and underscores, not starting with a digit`,
      );
    }
    return [name, deepFreeze(readDeclaration(value[name], place))];
  });
  return new FrozenMap(declarations);
}

function readDeclaration(value: JsonValue | undefined, pointer: string): SignalDeclaration {
  if (!isJsonObject(value))
    throw new PolicyDefect("POL-011", pointer, "a signal declaration must be an object");
  const type = readType(value, pointer);
  requireKeywords(value, type, pointer);
  const declared = {
    optional: readOptional(value, pointer),
    ...readDescription(value, pointer, policyLimits.descriptionLength),
  };
  switch (type) {
    case "boolean":
    case "date":
    case "timestamp":
      return { type, ...declared };
    case "integer":
    case "number":
      return { type, ...declared, ...readNumberBounds(value, type, pointer) };
    case "decimal":
      return { type, ...declared, ...readDecimalTerms(value, pointer) };
    case "string":
      return { type, ...declared, ...readLengths(value, pointer) };
    case "enum":
      return {
        type,
        ...declared,
        values: readEnumValues(member(value, "values"), pointerTo(pointer, "values")),
      };
  }
}

function readType(value: JsonObject, pointer: string): SignalType {
  const type = member(value, "type");
  const known = Object.keys(KEYWORDS).join(", ");
  if (type === undefined) throw new PolicyDefect("POL-011", pointer, `a signal needs a type: ${known}`);
  if (!isSignalType(type)) {
    throw new PolicyDefect("POL-011", pointerTo(pointer, "type"), `the type must be one of ${known}`);
  }
  return type;
}

function isSignalType(value: JsonValue): value is SignalType {
  return typeof value === "string" && Object.hasOwn(KEYWORDS, value);
}

function requireKeywords(value: JsonObject, type: SignalType, pointer: string): void {
  const { required, optional } = KEYWORDS[type];
  const known = [...COMMON_KEYWORDS, ...required, ...optional];
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) {
      throw new PolicyDefect(
        "POL-011",
        pointerTo(pointer, name),
        `${shorten(name)} is not a keyword of type ${type}; its keywords are ${known.join(", ")}`,
      );
    }
  }
  for (const name of required) {
    if (!Object.hasOwn(value, name))
      throw new PolicyDefect("POL-011", pointer, `type ${type} needs "${name}"`);
  }
}

function readOptional(value: JsonObject, pointer: string): boolean {
  const optional = member(value, "optional") ?? false;
  if (typeof optional !== "boolean" || member(value, "optional") === null) {
    throw new PolicyDefect("POL-012", pointerTo(pointer, "optional"), "optional must be true or false");
  }
  return optional;
}

function readNumberBounds(
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

function readDecimalTerms(
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

function readLengths(value: JsonObject, pointer: string): { minLength: number; maxLength: number } {
  const read = (name: "minLength" | "maxLength", absent: number): number =>
    Object.hasOwn(value, name)
      ? readCount(member(value, name), pointerTo(pointer, name), name, policyLimits.stringLength)
      : absent;
  const minLength = read("minLength", 0);
  const maxLength = read("maxLength", policyLimits.defaultStringLength);
  if (minLength > maxLength) throw contradiction(pointer, "minLength", "maxLength");
  return { minLength, maxLength };
}

function readEnumValues(value: JsonValue | undefined, pointer: string): readonly string[] {
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

function readCount(value: JsonValue | undefined, pointer: string, name: string, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) return value + 0;
  throw new PolicyDefect("POL-012", pointer, `${name} must be a whole number from 0 to ${most}`);
}

function contradiction(pointer: string, lower: string, upper: string): PolicyDefect {
  return new PolicyDefect("POL-012", pointer, `${lower} is above ${upper}, so no value could be accepted`);
}
