import { shorten } from "@parmanasystems/canonical";
import { ProvenanceError } from "./errors.js";

export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The value of an own, enumerable data property. The descriptor is the one read that runs no getter, and that a
 * Proxy sees once. @throws VAL-021
 */
export function readOwn(owner: object, name: string): unknown {
  const property = Reflect.getOwnPropertyDescriptor(owner, name);
  // Object.hasOwn and not `in`: a polluted Object.prototype must not turn an accessor into a value.
  if (property === undefined || !Object.hasOwn(property, "value") || property.enumerable !== true) {
    throw new ProvenanceError("VAL-021", `The member ${shorten(name)} must be an ordinary enumerable value.`);
  }
  return property.value;
}

/** The members of a plain object, each read once; `undefined` if it is not one, or if reading it throws. */
export function readMembers(value: unknown): ReadonlyMap<string, unknown> | undefined {
  try {
    if (!isPlainObject(value)) return undefined;
    const members = new Map<string, unknown>();
    for (const name of Reflect.ownKeys(value)) {
      if (typeof name === "symbol") return undefined;
      members.set(name, readOwn(value, name));
    }
    return members;
  } catch {
    return undefined;
  }
}

/** The members of a closed plain object; `undefined` also if one is missing or unknown. */
export function readClosed(
  value: unknown,
  required: readonly string[],
  optional: readonly string[] = [],
): ReadonlyMap<string, unknown> | undefined {
  const members = readMembers(value);
  if (members === undefined || !required.every((name) => members.has(name))) return undefined;
  for (const name of members.keys()) {
    if (!required.includes(name) && !optional.includes(name)) return undefined;
  }
  return members;
}
