import { Budget } from "./budget.js";
import { findLists } from "./list-source.js";
import { acceptsItem, type Item, type ItemDomain, type ListDomain } from "./list-variable.js";
import type { Ordinal, OrdinalDomain } from "./ordinals.js";
import type { SignalDomain } from "./signal-domain.js";
import { TextDomain } from "./text-domain.js";
import { shortestWord, type TextDemand } from "./word-search.js";

const steps = 200_000;

/** A value of the first domain that the other, of the same kind, does not have; undefined when none was found. */
export function difference(one: SignalDomain, other: SignalDomain): Item | readonly Item[] | undefined {
  if (one.kind === "list")
    return other.kind === "list" ? listDifference(one.domain, other.domain) : undefined;
  return other.kind === "list" ? undefined : itemDifference(one.domain, other.domain);
}

function itemDifference(one: ItemDomain, other: ItemDomain): Item | undefined {
  if (one instanceof TextDomain) return other instanceof TextDomain ? textDifference(one, other) : undefined;
  return other instanceof TextDomain ? undefined : ordinalDifference(one, other);
}

function ordinalDifference(one: OrdinalDomain, other: OrdinalDomain): Ordinal | undefined {
  // Just outside of the other's ends; then between two of its members, where the steps of the first are smaller.
  const beside = [
    one.ceil(other.maximum + 1n),
    one.floor(other.minimum - 1n),
    one.ceil((one.minimum > other.minimum ? one.minimum : other.minimum) + 1n),
  ];
  const found = beside.find((ordinal) => ordinal !== undefined && !acceptsItem(other, ordinal));
  if (found !== undefined || one.step !== undefined) return found;
  let next: Ordinal | undefined = one.minimum;
  while (next !== undefined && acceptsItem(other, next)) next = one.ceil(next + 1n);
  return next;
}

function textDifference(one: TextDomain, other: TextDomain): string | undefined {
  const search = (
    minLength: number,
    maxLength: number,
    demands: readonly TextDemand[],
  ): string | undefined => {
    const found = shortestWord(demands, { minLength, maxLength }, new Budget(steps));
    return found.status === "found" ? found.word : undefined;
  };
  const longer = search(Math.max(one.minLength, other.maxLength + 1), one.maxLength, one.demands);
  const shorter = search(one.minLength, Math.min(one.maxLength, other.minLength - 1), one.demands);
  if (longer !== undefined || shorter !== undefined) return longer ?? shorter;
  for (const { automaton, accepted } of other.demands) {
    const demands = [...one.demands, { automaton, accepted: !accepted }];
    const word = search(Math.max(1, one.minLength), one.maxLength, demands);
    if (word !== undefined) return word;
  }
  return undefined;
}

function listDifference(one: ListDomain, other: ListDomain): readonly Item[] | undefined {
  const foreign = one.items && other.items && itemDifference(one.items, other.items);
  const search = (
    minItems: number,
    maxItems: number,
    required: readonly Item[],
  ): readonly Item[] | undefined => {
    const nothing = new Set<never>();
    const domain = { items: one.items, minItems, maxItems };
    const demands = { domain, required: new Set(required), forbidden: nothing, excluded: nothing };
    return findLists(demands, 1, new Budget(steps)).values[0];
  };
  return (
    (foreign === undefined ? undefined : search(one.minItems, one.maxItems, [foreign])) ??
    search(Math.max(one.minItems, other.maxItems + 1), one.maxItems, []) ??
    search(one.minItems, Math.min(one.maxItems, other.minItems - 1), [])
  );
}
