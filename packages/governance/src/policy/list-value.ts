import type { Scalar } from "@parmanasystems/provenance";
import type { ListDeclaration } from "../policy.js";
import { acceptsScalar } from "./scalar-value.js";

/** An own, frozen copy of a list, or why there is none: the index of the first wrong item, if it is an item's fault. */
export type ListReading =
  { readonly list: readonly Scalar[] } | { readonly list?: undefined; readonly wrongItem?: number };

/** Reads a list that the declaration accepts, each item once. What throws while it is read is no list. */
export function readList(declaration: ListDeclaration, value: unknown): ListReading {
  try {
    return readItems(declaration, value);
  } catch {
    // A proxy, revoked or with traps that throw.
    return {};
  }
}

function readItems({ items, minItems, maxItems }: ListDeclaration, value: unknown): ListReading {
  if (!Array.isArray(value)) return {};
  const given: readonly unknown[] = value;
  const { length } = given;
  // A dense array owns its indices and "length"; what it owns besides would escape the fingerprint.
  if (!(length >= minItems && length <= maxItems) || Reflect.ownKeys(given).length !== length + 1) return {};
  const list: Scalar[] = [];
  for (let index = 0; index < length; index += 1) {
    const item: unknown = Object.hasOwn(given, index) ? given[index] : undefined;
    if (!acceptsScalar(items, item)) return { wrongItem: index };
    list.push(item === 0 ? 0 : item); // -0 becomes 0
  }
  return { list: Object.freeze(list) };
}
