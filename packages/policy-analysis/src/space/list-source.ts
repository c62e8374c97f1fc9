import type { Budget } from "./budget.js";
import type { Candidates } from "./class-values.js";
import { type Item, type ListDomain, listKey } from "./list-variable.js";
import type { Ordinal, OrdinalDomain } from "./ordinals.js";
import { TextDomain } from "./text-domain.js";
import { findWords } from "./word-source.js";

export interface ListDemands {
  readonly domain: ListDomain;
  readonly required: ReadonlySet<Item>;
  readonly forbidden: ReadonlySet<Item>;
  /** The keys of lists that it must not be. */
  readonly excluded: ReadonlySet<string>;
}

/** Finds up to `count` lists that meet the demands. */
export function findLists(demands: ListDemands, count: number, budget: Budget): Candidates<readonly Item[]> {
  const { domain, required, forbidden, excluded } = demands;
  if ([...required].some((item) => forbidden.has(item))) return { values: [], complete: true };
  // With one more item than there are lists to avoid or to find, the items alone make enough different lists.
  const fillers = freeItems(demands, count + excluded.size, budget);
  const pool = [...new Set([...required, ...fillers.items])];
  const lists: (readonly Item[])[] = [];
  for (const list of listsOver(pool, required, domain)) {
    budget.spend(1);
    if (budget.exhausted) return { values: lists, complete: false };
    if (!excluded.has(listKey(list))) lists.push(list);
    if (lists.length === count) break;
  }
  return { values: lists, complete: fillers.complete };
}

/** Items of the domain that are not forbidden. */
function freeItems(
  { domain: { items }, forbidden }: ListDemands,
  count: number,
  budget: Budget,
): { readonly items: readonly Item[]; readonly complete: boolean } {
  if (items === undefined) return { items: [], complete: true };
  if (items instanceof TextDomain) {
    const texts = new Set([...forbidden].map(String));
    const { values, complete } = findWords(items.demands, items, texts, count, budget);
    return { items: values, complete };
  }
  return { items: freeOrdinals(items, forbidden, count), complete: true };
}

function freeOrdinals(
  domain: OrdinalDomain,
  forbidden: ReadonlySet<Item>,
  count: number,
): readonly Ordinal[] {
  const found: Ordinal[] = [];
  let next: Ordinal | undefined = domain.minimum;
  while (next !== undefined && found.length < count) {
    if (!forbidden.has(next)) found.push(next);
    next = domain.ceil(next + 1n);
  }
  return found;
}

/** All lists over the pool that have what is required, shortest first. */
function* listsOver(
  pool: readonly Item[],
  required: ReadonlySet<Item>,
  { minItems, maxItems }: ListDomain,
): Generator<readonly Item[]> {
  const extend = function* (
    list: readonly Item[],
    missing: readonly Item[],
    left: number,
  ): Generator<readonly Item[]> {
    if (left === 0) yield list;
    else {
      for (const item of missing)
        yield* extend(
          [...list, item],
          missing.filter((other) => other !== item),
          left - 1,
        );
      if (missing.length === left) return;
      for (const item of pool) if (!missing.includes(item)) yield* extend([...list, item], missing, left - 1);
    }
  };
  for (let length = Math.max(minItems, required.size); length <= maxItems; length += 1) {
    if (pool.length === 0 && length > 0) return;
    yield* extend([], [...required], length);
  }
}
