import { type JsonObject, type JsonValue, shorten } from "@parmanasystems/canonical";
import { pointerTo } from "./json-pointer.js";
import { suggestion } from "./nearest-name.js";
import { PolicyDefect, type PolicyErrorCode } from "./policy-defect.js";
import { countCodePoints, isPrintable } from "./text.js";

interface Members {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isJsonArray(value);
}

/** The object's own member, never an inherited one. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Accepts an object with every required member and no unknown one. */
export function closedObject(
  value: JsonValue | undefined,
  pointer: string,
  { required, optional = [] }: Members,
  codeWhenNotObject: PolicyErrorCode = "POL-006",
): JsonObject {
  if (!isJsonObject(value)) throw new PolicyDefect(codeWhenNotObject, pointer, "an object is expected here");
  for (const name of Object.keys(value)) {
    if (!required.includes(name) && !optional.includes(name)) {
      const known = [...required, ...optional];
      throw new PolicyDefect(
        "POL-005",
        pointerTo(pointer, name),
        `${shorten(name)} is not a member here${suggestion(name, known)}; the members are ${known.join(", ")}`,
      );
    }
  }
  for (const name of required) {
    if (!Object.hasOwn(value, name))
      throw new PolicyDefect("POL-004", pointer, `the member "${name}" is missing`);
  }
  return value;
}

/** The optional description: one line of printable text. */
export function readDescription(
  object: JsonObject,
  pointer: string,
  limit: number,
): { description?: string } {
  const description = member(object, "description");
  if (description === undefined) return {};
  const valid =
    typeof description === "string" && isPrintable(description) && countCodePoints(description) <= limit;
  if (!valid) {
    throw new PolicyDefect(
      "POL-006",
      pointerTo(pointer, "description"),
      `description must be 1 to ${limit} printable characters on one line`,
    );
  }
  return { description };
}
