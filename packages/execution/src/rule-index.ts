import { type Partition, partitionRules } from "./partition-rules.js";
import type { IndexedRule } from "./rule-demands.js";
import { nothing, type Search, searchAmong } from "./search-among.js";
import type { Slot } from "./slots.js";

export interface IndexTerms {
  /** How many rules are tried one after the other rather than told apart. */
  readonly leafRules: number;
  /** How many entries a level of the tree may hold for each rule. */
  readonly entriesPerRule: number;
}

export const indexTerms: IndexTerms = { leafRules: 8, entriesPerRule: 8 };

/** How many signals are tried out for one branch. */
const MAX_CANDIDATES = 4;

/** Where the walk down the tree has come. */
interface Branch {
  /** Signals that the tree has branched on. */
  readonly used: ReadonlySet<number>;
  /** Those of them on which every rule here has what it demands. */
  readonly settled: ReadonlySet<number>;
  readonly entriesPerRule: number;
}

/**
 * Builds a decision tree over what rules demand of single signals. It passes over rules that cannot match, and over those
 * below a rule that must; every other rule is tried as it is, in order, so that a tree never decides anything.
 */
export function indexRules(
  rules: readonly IndexedRule[],
  slots: readonly Slot[],
  { leafRules, entriesPerRule }: IndexTerms = indexTerms,
): Search {
  const possible = rules.filter(({ demands }) => !demands.never);
  const root: Branch = { used: new Set(), settled: new Set(), entriesPerRule };
  return new IndexBuilder(slots, leafRules).build(possible, root);
}

class IndexBuilder {
  readonly #slots: readonly Slot[];
  readonly #leafRules: number;

  constructor(slots: readonly Slot[], leafRules: number) {
    this.#slots = slots;
    this.#leafRules = leafRules;
  }

  build(all: readonly IndexedRule[], branch: Branch): Search {
    const last = all.findIndex((rule) => mustMatch(rule, branch.settled));
    const rules = last === -1 ? all : all.slice(0, last + 1);
    const partition = rules.length > this.#leafRules ? this.#bestPartition(rules, branch) : undefined;
    return partition === undefined ? tryAll(rules) : this.#branchOn(partition, rules, branch);
  }

  /** The one that leaves the fewest rules to try. */
  #bestPartition(rules: readonly IndexedRule[], branch: Branch): Partition | undefined {
    let best: Partition | undefined;
    let fewest = rules.length - this.#leafRules + 1;
    for (const [slot, demanding] of mostDemanded(rules, branch.used)) {
      const declaration = this.#slots[slot]?.declaration;
      // Those that demand nothing of it would be left in any case, and of the next signals even more.
      if (declaration === undefined || rules.length - demanding >= fewest) break;
      const settled = new Set(branch.settled).add(slot);
      const partition = partitionRules(rules, {
        slot,
        declaration,
        maxEntries: rules.length * branch.entriesPerRule,
        isLast: (rule) => mustMatch(rule, settled),
      });
      if (partition === undefined) continue;
      const expected = partition.entries / partition.groups.length + partition.rest.length;
      if (expected >= fewest) continue;
      best = partition;
      fewest = expected;
    }
    return best;
  }

  #branchOn(partition: Partition, rules: readonly IndexedRule[], branch: Branch): Search {
    const { slot, key, entries, rest } = partition;
    const below: Branch = {
      used: new Set(branch.used).add(slot),
      settled: partition.exact ? new Set(branch.settled).add(slot) : branch.settled,
      entriesPerRule: (branch.entriesPerRule * rules.length) / (entries + rest.length),
    };
    const groups = partition.groups.map((group) => this.build(group, below));
    const among = searchAmong(slot, key, groups);
    if (rest.length === 0) return among;
    const others = this.build(rest, below);
    return (values, limit) => others(values, among(values, limit));
  }
}

function tryAll(rules: readonly IndexedRule[]): Search {
  const [first, second] = rules;
  if (first === undefined) return nothing;
  if (second === undefined) {
    const { position, matches } = first;
    return (values, limit) => (position < limit && matches(values) ? position : limit);
  }
  return (values, limit) => {
    for (const { position, matches } of rules) {
      if (position >= limit) return limit;
      if (matches(values)) return position;
    }
    return limit;
  };
}

/** The signals of which the most rules demand something, in that order, and how many do. */
function mostDemanded(
  rules: readonly IndexedRule[],
  used: ReadonlySet<number>,
): readonly (readonly [slot: number, demanding: number])[] {
  const counts = new Map<number, number>();
  for (const { demands } of rules) {
    for (const slot of demands.bySlot.keys())
      if (!used.has(slot)) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  }
  const slots = [...counts].sort(([slot, count], [other, otherCount]) => otherCount - count || slot - other);
  return slots.slice(0, MAX_CANDIDATES);
}

/** Whether a rule matches wherever it has what it demands of signals that are not settled. */
function mustMatch({ demands }: IndexedRule, settled: ReadonlySet<number>): boolean {
  if (!demands.exact) return false;
  for (const slot of demands.bySlot.keys()) if (!settled.has(slot)) return false;
  return true;
}
