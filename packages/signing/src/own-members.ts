/**
 * The members of a plain object as a snapshot, each read once; `undefined` when it is not plain data (another
 * prototype, an accessor, a symbol key, a Proxy that throws). Inherited members are never seen.
 */
export function readOwnMembers(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return undefined;
    const members = new Map<string, unknown>();
    for (const name of Reflect.ownKeys(value)) {
      const property = Reflect.getOwnPropertyDescriptor(value, name);
      // Object.hasOwn and not `in`: a polluted Object.prototype must not turn an accessor into a value.
      if (typeof name === "symbol" || property === undefined || !Object.hasOwn(property, "value"))
        return undefined;
      members.set(name, property.value);
    }
    return members;
  } catch {
    return undefined;
  }
}

/** The length of an array; `undefined` for anything else. */
export function ownLength(value: unknown): number | undefined {
  try {
    if (!Array.isArray(value)) return undefined;
    const length: unknown = Reflect.getOwnPropertyDescriptor(value, "length")?.value;
    return typeof length === "number" ? length : undefined;
  } catch {
    return undefined;
  }
}

/** The elements of an array in the same way; `undefined` also for holes and for more than `most` of them. */
export function readOwnElements(value: unknown, most: number): readonly unknown[] | undefined {
  const count = ownLength(value);
  if (!Array.isArray(value) || count === undefined || count > most) return undefined;
  try {
    const elements: unknown[] = [];
    for (let index = 0; index < count; index += 1) {
      const property = Reflect.getOwnPropertyDescriptor(value, index);
      if (property === undefined || !Object.hasOwn(property, "value")) return undefined;
      elements.push(property.value);
    }
    return elements;
  } catch {
    return undefined;
  }
}
