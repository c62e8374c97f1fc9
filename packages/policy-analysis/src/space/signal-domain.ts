import type { ListDeclaration, ScalarDeclaration, SignalDeclaration } from "@parmanasystems/governance";
import { Budget } from "./budget.js";
import { findLists } from "./list-source.js";
import type { ItemDomain, ListDomain } from "./list-variable.js";
import {
  domainOf,
  type EnumValues,
  familyOf,
  intersection,
  type OrdinalDomain,
  type OrdinalFamily,
} from "./ordinals.js";
import { TextDomain } from "./text-domain.js";
import { shortestWord } from "./word-search.js";

/** The values that a signal can have. */
export type SignalDomain =
  | { readonly kind: "ordinal"; readonly domain: OrdinalDomain; readonly family: OrdinalFamily }
  | { readonly kind: "text"; readonly domain: TextDomain }
  | { readonly kind: "list"; readonly domain: ListDomain };

/** Signals of one family may be one unknown, as their values compare. */
export function familyName(declaration: SignalDeclaration): string {
  if (declaration.type === "list") return `list of ${familyName(declaration.items)}`;
  return declaration.type === "string" ? "text" : familyOf(declaration);
}

const emptinessSteps = 100_000;

/** The values that all declarations, which are of one family, accept; undefined when there is none. */
export function commonDomain(
  [first, ...others]: readonly [SignalDeclaration, ...SignalDeclaration[]],
  enums: EnumValues,
): SignalDomain | undefined {
  let common: SignalDomain | undefined = signalDomain(first, enums);
  for (const other of others) common = common && both(common, signalDomain(other, enums));
  return common === undefined || isEmpty(common) ? undefined : common;
}

/** The values that the declaration accepts. */
export function signalDomain(declaration: SignalDeclaration, enums: EnumValues): SignalDomain {
  switch (declaration.type) {
    case "string":
      return { kind: "text", domain: TextDomain.of(declaration) };
    case "list":
      return { kind: "list", domain: listDomain(declaration, enums) };
    case "boolean":
    case "integer":
    case "decimal":
    case "number":
    case "enum":
    case "date":
    case "timestamp":
      return { kind: "ordinal", domain: domainOf(declaration, enums), family: familyOf(declaration) };
  }
}

function listDomain({ items, minItems, maxItems }: ListDeclaration, enums: EnumValues): ListDomain {
  return { items: itemDomain(items, enums), minItems, maxItems };
}

function itemDomain(declaration: ScalarDeclaration, enums: EnumValues): ItemDomain {
  return declaration.type === "string" ? TextDomain.of(declaration) : domainOf(declaration, enums);
}

function both(one: SignalDomain, other: SignalDomain): SignalDomain | undefined {
  if (one.kind === "ordinal" && other.kind === "ordinal") {
    const domain = intersection(one.domain, other.domain);
    return domain && { ...one, domain };
  }
  if (one.kind === "text" && other.kind === "text")
    return { kind: "text", domain: one.domain.and(other.domain) };
  if (one.kind === "list" && other.kind === "list")
    return { kind: "list", domain: commonLists(one.domain, other.domain) };
  return undefined;
}

/** The lists that both accept. */
export function commonLists(one: ListDomain, other: ListDomain): ListDomain {
  return {
    items: commonItems(one.items, other.items),
    minItems: Math.max(one.minItems, other.minItems),
    maxItems: Math.min(one.maxItems, other.maxItems),
  };
}

function commonItems(one: ItemDomain | undefined, other: ItemDomain | undefined): ItemDomain | undefined {
  if (one instanceof TextDomain) return other instanceof TextDomain ? one.and(other) : undefined;
  if (one === undefined || other === undefined || other instanceof TextDomain) return undefined;
  return intersection(one, other);
}

function isEmpty(common: SignalDomain): boolean {
  const budget = new Budget(emptinessSteps);
  switch (common.kind) {
    case "ordinal":
      return false;
    case "text":
      return shortestWord(common.domain.demands, common.domain, budget).status === "impossible";
    case "list": {
      const nothing = new Set<never>();
      const demands = { required: nothing, forbidden: nothing, excluded: nothing };
      const { values, complete } = findLists({ ...demands, domain: common.domain }, 1, budget);
      return complete && values.length === 0;
    }
  }
}
