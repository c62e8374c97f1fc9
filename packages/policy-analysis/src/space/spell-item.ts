import type { ScalarDeclaration, SignalDeclaration } from "@parmanasystems/governance";
import type { Scalar, SignalValue } from "@parmanasystems/provenance";
import type { Item } from "./list-variable.js";
import { type EnumValues, fromOrdinal } from "./ordinals.js";

/** A value in the one spelling that its declaration accepts. */
export function spellItems(
  value: Item | readonly Item[],
  declaration: SignalDeclaration,
  enums: EnumValues,
): SignalValue {
  if (declaration.type === "list")
    return [value].flat().map((item) => spellItem(item, declaration.items, enums));
  const [item = ""] = [value].flat();
  return spellItem(item, declaration, enums);
}

function spellItem(item: Item, declaration: ScalarDeclaration, enums: EnumValues): Scalar {
  return typeof item === "string" || declaration.type === "string"
    ? String(item)
    : fromOrdinal(item, declaration, enums);
}
