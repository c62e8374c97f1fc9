import { jsonPointer } from "./json-pointer.js";
import type { JsonObject, JsonValue } from "./json-value.js";

/** The members of a closed object: all of `required`, some of `optional`, nothing else. */
export interface ObjectShape {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
}

/** What was wrong, where (a pointer relative to the value), and what was expected there. */
export interface ShapeProblem {
  readonly pointer: string;
  readonly expected: string;
}

/** Returns the value as an object with exactly the members of the shape; the first problem goes to `onError`, which must throw. */
export function expectObject(
  value: JsonValue | undefined,
  shape: ObjectShape,
  onError: (problem: ShapeProblem) => never,
): JsonObject;
export function expectObject(
  value: unknown,
  shape: ObjectShape,
  onError: (problem: ShapeProblem) => never,
): Readonly<Record<string, unknown>>;
export function expectObject(
  value: unknown,
  shape: ObjectShape,
  onError: (problem: ShapeProblem) => never,
): Readonly<Record<string, unknown>> {
  if (!isPlainObject(value)) return onError({ pointer: "", expected: "an object" });
  for (const name of Reflect.ownKeys(value)) {
    if (typeof name === "symbol") return onError({ pointer: "", expected: "no symbol keys" });
    if (!shape.required.includes(name) && shape.optional?.includes(name) !== true) {
      return onError({ pointer: jsonPointer([name]), expected: "no such member" });
    }
  }
  for (const name of shape.required) {
    if (!Object.hasOwn(value, name))
      return onError({ pointer: jsonPointer([name]), expected: "a member that is present" });
  }
  return value;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
