import type { SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";
import { type NumberLadder, numberLadder } from "./number-ladder.js";
import { type Order, orderOf } from "./relations.js";
import { compareCuts, type Cut, type Demand, type IndexedRule } from "./rule-demands.js";

/** Rules by what they demand of one signal. Within a group they keep their order. */
export interface Partition {
  readonly slot: number;
  readonly groups: readonly (readonly IndexedRule[])[];
  /** Those that demand nothing of the signal. */
  readonly rest: readonly IndexedRule[];
  readonly key: GroupKey;
  /** Whether every value of a group meets the demands of all rules in it. */
  readonly exact: boolean;
  /** How many rules the groups hold together. */
  readonly entries: number;
}

/** How to find the group of all rules whose demand a value may meet. */
export type GroupKey =
  /** By value; a value that is not in it has no group. */
  | { readonly kind: "values"; readonly groupOf: ReadonlyMap<SignalValue, number> }
  /** The group's number is how many of the numbers, ascending, are at most the value. */
  | { readonly kind: "numbers"; readonly ladder: NumberLadder }
  /** The same for other ordered types. */
  | { readonly kind: "cuts"; readonly countUpTo: (value: SignalValue) => number };

export interface PartitionTerms {
  readonly slot: number;
  readonly declaration: SignalDeclaration;
  readonly maxEntries: number;
  /** Whether a rule matches wherever its demands on this signal are met: none after it is reached there. */
  readonly isLast: (rule: IndexedRule) => boolean;
}

interface Demanding {
  readonly rule: IndexedRule;
  readonly demand: Demand;
}

/** Undefined when no partition fits the terms. */
export function partitionRules(rules: readonly IndexedRule[], terms: PartitionTerms): Partition | undefined {
  const demanding: Demanding[] = [];
  const rest: IndexedRule[] = [];
  for (const rule of rules) {
    const demand = rule.demands.bySlot.get(terms.slot);
    if (demand === undefined) rest.push(rule);
    else demanding.push({ rule, demand });
  }
  const room = { ...terms, maxEntries: terms.maxEntries - rest.length };
  const groups = demanding.every(({ demand }) => demand.kind === "values")
    ? groupByValue(demanding, room)
    : groupByRange(demanding, room);
  return groups === undefined ? undefined : { slot: terms.slot, rest, ...groups };
}

type Groups = Omit<Partition, "slot" | "rest">;

function groupByValue(demanding: readonly Demanding[], terms: PartitionTerms): Groups | undefined {
  const numbers = new Map<SignalValue, number>();
  const groups: IndexedRule[][] = [];
  const closed = new Set<number>();
  let entries = 0;
  for (const { rule, demand } of demanding) {
    if (demand.kind !== "values") return undefined;
    const isLast = terms.isLast(rule);
    for (const value of demand.values) {
      const number = numbers.get(value) ?? groups.push([]) - 1;
      numbers.set(value, number);
      if (closed.has(number)) continue;
      groups[number]?.push(rule);
      entries += 1;
      if (isLast) closed.add(number);
    }
    if (entries > terms.maxEntries) return undefined;
  }
  return { groups, key: { kind: "values", groupOf: numbers }, exact: true, entries };
}

/** Between all places where a range begins or ends; where ranges overlap too much, between fewer of them. */
function groupByRange(demanding: readonly Demanding[], terms: PartitionTerms): Groups | undefined {
  const order = orderOf(terms.declaration);
  const ranges = demanding.map(({ rule, demand }) => ({ rule, ranges: rangesOf(demand, terms.declaration) }));
  if (ranges.reduce((sum, one) => sum + one.ranges.length, 0) > terms.maxEntries) return undefined;
  const ends = ranges.flatMap((one) => one.ranges.flatMap(({ low, high }) => [low, high]));
  const sorted = ends
    .filter((cut) => cut !== undefined)
    .sort((one, other) => compareCuts(one, other, order))
    .filter((cut, index, all) => {
      const last = all[index - 1];
      return last === undefined || compareCuts(last, cut, order) !== 0;
    });
  for (let step = 1; step <= sorted.length; step *= 8) {
    const cuts = everyNth(sorted, step);
    const filled = fill(ranges, cuts, order, step === 1, terms);
    if (filled === undefined) continue;
    return { ...filled, key: keyOf(cuts, order), exact: step === 1 };
  }
  return undefined;
}

function everyNth<T>(list: readonly T[], step: number): readonly T[] {
  const some: T[] = [];
  for (const [index, entry] of list.entries()) if (index % step === step - 1) some.push(entry);
  return some;
}

type Range = Extract<Demand, { kind: "range" }>;

function rangesOf(demand: Demand, declaration: SignalDeclaration): readonly Range[] {
  const ranges: readonly Range[] =
    demand.kind === "range"
      ? [demand]
      : [...demand.values].map((value) => ({
          kind: "range",
          low: { value, after: false },
          high: { value, after: true },
        }));
  return ranges.map(({ low, high }) => ({
    kind: "range",
    ...(low && { low: normalize(low, declaration) }),
    ...(high && { high: normalize(high, declaration) }),
  }));
}

/** After a number is before the next one, so that touching ranges share an end and a number suffices to find it. */
function normalize({ value, after }: Cut, { type }: SignalDeclaration): Cut {
  if (!after || typeof value !== "number") return { value, after };
  return { value: type === "integer" ? value + 1 : nextUp(value), after: false };
}

function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const double = new Float64Array([value]);
  const bits = new BigInt64Array(double.buffer);
  bits[0] = (bits[0] ?? 0n) + (value > 0 ? 1n : -1n);
  return double[0] ?? value;
}

/** Group n lies between the cuts n - 1 and n. */
function fill(
  demanding: readonly { readonly rule: IndexedRule; readonly ranges: readonly Range[] }[],
  cuts: readonly Cut[],
  order: Order,
  isExact: boolean,
  { maxEntries, isLast }: PartitionTerms,
): Pick<Groups, "groups" | "entries"> | undefined {
  const groups = Array.from({ length: cuts.length + 1 }, (): IndexedRule[] => []);
  const open = new OpenGroups(groups.length);
  let entries = 0;
  for (const { rule, ranges } of demanding) {
    const closes = isExact && isLast(rule);
    for (const { low, high } of ranges) {
      const first = low === undefined ? 0 : countBelow(cuts, (cut) => compareCuts(cut, low, order) <= 0);
      const last =
        high === undefined ? cuts.length : countBelow(cuts, (cut) => compareCuts(cut, high, order) < 0);
      for (let group = open.from(first); group <= last; group = open.from(group + 1)) {
        if (groups[group]?.at(-1) === rule) continue;
        groups[group]?.push(rule);
        entries += 1;
        if (closes) open.close(group);
        if (entries > maxEntries) return undefined;
      }
    }
  }
  return { groups, entries };
}

/** Groups that further rules may join; finding the next one costs next to nothing however many are closed. */
class OpenGroups {
  readonly #next: Int32Array;

  constructor(count: number) {
    this.#next = Int32Array.from(new Int32Array(count + 1).keys());
  }

  /** The first open group at or after this one; the number of groups when there is none. */
  from(group: number): number {
    const next = this.#next;
    let at = Math.min(group, next.length - 1);
    for (let after = next[at] ?? at; after !== at; after = next[at] ?? at) {
      const beyond = next[after] ?? after;
      next[at] = beyond;
      at = beyond;
    }
    return at;
  }

  close(group: number): void {
    this.#next[group] = group + 1;
  }
}

/** How many of the first entries pass a test that all entries before a passing one pass too. */
function countBelow<T>(sorted: readonly T[], passes: (entry: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = sorted[middle];
    if (entry !== undefined && passes(entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keyOf(cuts: readonly Cut[], order: Order): GroupKey {
  const numbers = cuts.map(({ value }) => value).filter((value) => typeof value === "number");
  // The cuts of numbers are all before a number.
  if (numbers.length === cuts.length) return { kind: "numbers", ladder: numberLadder(numbers) };
  const countUpTo = (value: SignalValue): number =>
    countBelow(cuts, (cut) => {
      const side = order(cut.value, value);
      return side < 0 || (side === 0 && !cut.after);
    });
  return { kind: "cuts", countUpTo };
}
