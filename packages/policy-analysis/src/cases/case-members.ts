import { type JsonObject, type JsonValue, shorten } from "@parmanasystems/canonical";
import { pointerTo } from "../json-pointer.js";
import { CaseDefect } from "./case-defect.js";
import { caseLimits, type CaseSignals } from "./policy-cases.js";

/** The members of a closed object: all of `required`, some of `optional`, nothing else. */
interface Shape {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

export function closedObject(
  value: JsonValue | undefined,
  pointer: string,
  { required, optional }: Shape,
): JsonObject {
  const known = [...required, ...optional];
  if (!isJsonObject(value)) {
    throw new CaseDefect(pointer, `expected an object with the members ${known.join(", ")}`);
  }
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const sentence = `${shorten(name)} is not a member here; the members are ${known.join(", ")}`;
    throw new CaseDefect(pointerTo(pointer, name), sentence);
  }
  for (const name of required) {
    if (!Object.hasOwn(value, name)) throw new CaseDefect(pointer, `the member "${name}" is missing`);
  }
  return value;
}

/** The object's own member, never an inherited one. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isJsonArray(value);
}

/** A list of at least `least` members. */
export function listOf(value: JsonValue | undefined, pointer: string, least: number): readonly JsonValue[] {
  if (isJsonArray(value) && value.length >= least) return value;
  throw new CaseDefect(pointer, least === 0 ? "expected a list" : `expected a list of at least ${least}`);
}

/** A list that may be left out. */
export function optionalList(object: JsonObject, name: string, pointer: string): readonly JsonValue[] {
  const value = member(object, name);
  return value === undefined ? [] : listOf(value, pointerTo(pointer, name), 0);
}

export function textAt(value: JsonValue | undefined, pointer: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new CaseDefect(pointer, "expected a text");
}

/** The name of a case or table: one line, so that a report shows it as it is. */
export function readName(object: JsonObject, pointer: string): string {
  const name = member(object, "name");
  const place = pointerTo(pointer, "name");
  if (typeof name !== "string" || name.length === 0 || name.length > caseLimits.nameLength) {
    throw new CaseDefect(place, `expected a name of 1 to ${caseLimits.nameLength} characters`);
  }
  if (UNPRINTABLE.test(name)) throw new CaseDefect(place, "expected a name of printable characters");
  return name;
}

/** As policy texts are judged: controls, and what makes a text display as something else than it is. */
const CONTROLS = "[\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]";
const UNPRINTABLE = new RegExp(CONTROLS, "u");

/** Signals by name; a member may be left out as a whole. */
export function readSignals(object: JsonObject, name: string, pointer: string): JsonObject {
  const value = member(object, name);
  if (value === undefined) return {};
  if (isJsonObject(value)) return value;
  throw new CaseDefect(pointerTo(pointer, name), "expected an object of signals, name to value");
}

/** The first with the changes of the second; null leaves a signal out, as in a JSON Merge Patch (RFC 7396). */
export function changeSignals(signals: CaseSignals, changes: JsonObject): CaseSignals {
  const changed = Object.assign(Object.create(null) as Record<string, JsonValue>, signals);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) Reflect.deleteProperty(changed, name);
    else changed[name] = value;
  }
  return Object.freeze(changed);
}
