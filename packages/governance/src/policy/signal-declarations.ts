import { type JsonObject, type JsonValue, shorten } from "@parmanasystems/canonical";
import type { Declared, ScalarDeclaration, SignalDeclaration, SignalType } from "../policy.js";
import {
  readDecimalTerms,
  readEnumValues,
  readListLengths,
  readNumberBounds,
  readTextTerms,
} from "./declaration-keywords.js";
import { deepFreeze } from "./deep-freeze.js";
import { FrozenMap } from "./frozen-map.js";
import { isSignalName } from "./identity.js";
import { pointerTo } from "./json-pointer.js";
import { isJsonObject, member, readDescription } from "./members.js";
import { suggestion } from "./nearest-name.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";
import { readProvenanceRequirement, requireSubjects } from "./provenance-requirement.js";

interface Keywords {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const KEYWORDS: Readonly<Record<SignalType, Keywords>> = {
  boolean: { required: [], optional: [] },
  integer: { required: ["minimum", "maximum"], optional: [] },
  decimal: { required: ["scale"], optional: ["minimum", "maximum"] },
  number: { required: [], optional: ["minimum", "maximum"] },
  string: { required: [], optional: ["minLength", "maxLength", "format"] },
  enum: { required: ["values"], optional: [] },
  date: { required: [], optional: [] },
  timestamp: { required: [], optional: [] },
  list: { required: ["items", "maxItems"], optional: ["minItems"] },
};

const COMMON_KEYWORDS = ["type", "optional", "description", "provenance"];
/** What is said of the whole list is not said of its items. */
const ITEM_KEYWORDS = ["type"];

const TYPES = Object.keys(KEYWORDS);
const SCALAR_TYPES = TYPES.filter((type) => type !== "list");

/** How other languages call our types. */
const TYPE_SYNONYMS: Readonly<Record<string, SignalType>> = {
  bool: "boolean",
  int: "integer",
  long: "integer",
  float: "number",
  double: "number",
  money: "decimal",
  text: "string",
  datetime: "timestamp",
  time: "timestamp",
  array: "list",
  set: "list",
};

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
  const signals = new FrozenMap(declarations);
  requireSubjects(signals, pointer);
  return signals;
}

function readDeclaration(value: JsonValue | undefined, pointer: string): SignalDeclaration {
  if (!isJsonObject(value))
    throw new PolicyDefect("POL-011", pointer, "a signal declaration must be an object");
  const type = readType(value, pointer, TYPES);
  requireKeywords(value, type, COMMON_KEYWORDS, pointer);
  const declared = {
    optional: readOptional(value, pointer),
    ...readDescription(value, pointer, policyLimits.descriptionLength),
    ...readProvenanceRequirement(member(value, "provenance"), pointerTo(pointer, "provenance")),
  };
  if (type !== "list") return readScalar(value, type, declared, pointer);
  return {
    type,
    ...declared,
    items: readItems(member(value, "items"), pointerTo(pointer, "items")),
    ...readListLengths(value, pointer),
  };
}

function readItems(value: JsonValue | undefined, pointer: string): ScalarDeclaration {
  if (!isJsonObject(value))
    throw new PolicyDefect("POL-011", pointer, 'items must be an object such as {"type": "boolean"}');
  const type = readType(value, pointer, SCALAR_TYPES);
  requireKeywords(value, type, ITEM_KEYWORDS, pointer);
  if (type === "list") throw new PolicyDefect("POL-011", pointer, "a list holds no lists");
  return readScalar(value, type, { optional: false }, pointer);
}

function readScalar(
  value: JsonObject,
  type: ScalarDeclaration["type"],
  declared: Declared,
  pointer: string,
): ScalarDeclaration {
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
      return { type, ...declared, ...readTextTerms(value, pointer) };
    case "enum":
      return {
        type,
        ...declared,
        values: readEnumValues(member(value, "values"), pointerTo(pointer, "values")),
      };
  }
}

function readType(value: JsonObject, pointer: string, known: readonly string[]): SignalType {
  const type = member(value, "type");
  const list = known.join(", ");
  if (type === undefined) throw new PolicyDefect("POL-011", pointer, `a type is needed: ${list}`);
  if (isSignalType(type) && known.includes(type)) return type;
  const near = typeof type === "string" ? suggestion(type, known, TYPE_SYNONYMS) : "";
  throw new PolicyDefect("POL-011", pointerTo(pointer, "type"), `the type must be one of ${list}${near}`);
}

function isSignalType(value: JsonValue): value is SignalType {
  return typeof value === "string" && Object.hasOwn(KEYWORDS, value);
}

function requireKeywords(
  value: JsonObject,
  type: SignalType,
  common: readonly string[],
  pointer: string,
): void {
  const { required, optional } = KEYWORDS[type];
  const known = [...common, ...required, ...optional];
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) {
      throw new PolicyDefect(
        "POL-011",
        pointerTo(pointer, name),
        `${shorten(name)} is not a keyword here${suggestion(name, known)}; type ${type} takes ${known.join(", ")}`,
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
