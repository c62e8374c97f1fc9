import { countUpTo } from "./number-ladder.js";
import type { GroupKey } from "./partition-rules.js";
import type { Slots } from "./slots.js";

/** The position of the first rule that matches if it is below the limit, else the limit. */
export type Search = (values: Slots, limit: number) => number;

export const nothing: Search = (...[, limit]) => limit;

/** How many whole numbers a row may span for each that it holds. */
const MAX_SPREAD = 4;

/**
 * Searches the group that the value of one signal belongs to. Rules that demand something of a signal do not match where it
 * is absent, so nothing is searched there.
 */
export function searchAmong(slot: number, key: GroupKey, groups: readonly Search[]): Search {
  switch (key.kind) {
    case "values": {
      const byValue = new Map<unknown, Search>();
      for (const [value, group] of key.groupOf) byValue.set(value, groups[group] ?? nothing);
      const row = closeIntegers(byValue);
      if (row !== undefined) return searchRow(slot, row);
      return (values, limit) => {
        const search = byValue.get(values[slot]);
        return search === undefined ? limit : search(values, limit);
      };
    }
    case "numbers": {
      const { ladder } = key;
      return (values, limit) => {
        const value = values[slot];
        const search = typeof value === "number" ? groups[countUpTo(ladder, value)] : undefined;
        return search === undefined ? limit : search(values, limit);
      };
    }
    case "cuts":
      return (values, limit) => {
        const value = values[slot];
        const search = value === undefined ? undefined : groups[key.countUpTo(value)];
        return search === undefined ? limit : search(values, limit);
      };
  }
}

/** Searches by whole numbers, counted from the least. */
interface Row {
  readonly least: number;
  readonly searches: readonly (Search | undefined)[];
}

/** Whole numbers that lie close together need no hash table. */
function closeIntegers(byValue: ReadonlyMap<unknown, Search>): Row | undefined {
  const numbers = [...byValue.keys()].filter((value) => Number.isSafeInteger(value)).map(Number);
  if (numbers.length === 0 || numbers.length < byValue.size) return undefined;
  const least = numbers.reduce((one, other) => Math.min(one, other));
  const span = numbers.reduce((one, other) => Math.max(one, other)) - least + 1;
  if (span > MAX_SPREAD * numbers.length) return undefined;
  return {
    least,
    searches: Array.from(new Uint8Array(span).keys(), (offset) => byValue.get(least + offset)),
  };
}

function searchRow(slot: number, { least, searches }: Row): Search {
  return (values, limit) => {
    const value = values[slot];
    const offset = typeof value === "number" ? value - least : -1;
    const search = offset >= 0 && offset < searches.length ? searches[offset] : undefined;
    return search === undefined ? limit : search(values, limit);
  };
}
