import type { Budget } from "./budget.js";
import { type Candidates, chooseClassValues, type ClassValues } from "./class-values.js";
import type { Equality } from "./equality-classes.js";
import { EqualityRelations } from "./equality-relations.js";
import { findLists } from "./list-source.js";
import { acceptsList, type Item, listKey, type ListVariable, type ScalarVariable } from "./list-variable.js";
import { type Literal, negate, signed } from "./literal.js";
import { minimalCore } from "./minimal-core.js";
import type { Refutation } from "./refutation.js";
import type { SatSolver } from "./sat-solver.js";
import { commonLists } from "./signal-domain.js";

export type ListValues = ReadonlyMap<ListVariable, readonly Item[]>;

/** The values that were chosen for scalars already. */
export interface ScalarValues {
  valueOf(variable: ScalarVariable): Item;
  /** True literals that say how the value compares with every item of a list and every other member of one. */
  reasonsOf(variable: ScalarVariable): readonly Literal[];
  /** Whether these literals say all that matters for lists, so that a failure is a proof. */
  isExact(variable: ScalarVariable): boolean;
}

/** What an assignment says of lists; the literals say so. */
type Fact = { readonly literals: readonly Literal[]; readonly exact: boolean } & (
  | Equality<ListVariable>
  | {
      readonly kind: "list";
      readonly variable: ListVariable;
      readonly items: readonly Item[];
      readonly holds: boolean;
    }
  | { readonly kind: "item"; readonly variable: ListVariable; readonly item: Item; readonly holds: boolean }
);

type ListSolution = ClassValues<readonly Item[]>;

/** Finds lists for unknowns that have, or do not have, given items and are equal or not equal to each other. */
export class ListTheory {
  readonly relations: EqualityRelations<ListVariable>;
  readonly #solver: SatSolver;

  constructor(solver: SatSolver) {
    this.#solver = solver;
    this.relations = new EqualityRelations(solver);
  }

  /** Finds lists that agree with the solver's last assignment. */
  check(scalars: ScalarValues, budget: Budget): ListValues | Refutation {
    const values = new Map<ListVariable, readonly Item[]>();
    for (const group of this.relations.groups()) {
      const facts = this.#factsOf(group, scalars);
      const solution = solve(group, facts, budget);
      if (solution.status === "found") {
        group.forEach((variable, index) => values.set(variable, solution.values[index] ?? []));
        continue;
      }
      const proved = solution.status === "impossible";
      const core = proved
        ? minimalCore(facts, (some) => solve(group, some, budget).status === "impossible")
        : facts;
      return {
        clause: core.flatMap(({ literals }) => literals.map(negate)),
        proved: proved && core.every(({ exact }) => exact),
      };
    }
    return values;
  }

  #factsOf(group: readonly ListVariable[], scalars: ScalarValues): readonly Fact[] {
    const facts: Fact[] = [];
    const judge = (literal: Literal): { holds: boolean; literals: readonly Literal[]; exact: boolean } => {
      const holds = this.#solver.isTrue(literal);
      return { holds, literals: [signed(literal, holds)], exact: true };
    };
    for (const { left, right, literal } of this.relations.within(group))
      facts.push({ kind: "equal", left, right, ...judge(literal) });
    for (const variable of group) {
      for (const { items, literal } of variable.literals)
        facts.push({ kind: "list", variable, items, ...judge(literal) });
      for (const { item, literal } of variable.items)
        facts.push({ kind: "item", variable, item, ...judge(literal) });
      for (const { variable: member, literal } of variable.members) {
        const { holds, literals } = judge(literal);
        facts.push({
          kind: "item",
          variable,
          item: scalars.valueOf(member),
          holds,
          literals: [...literals, ...scalars.reasonsOf(member)],
          exact: scalars.isExact(member),
        });
      }
    }
    return facts;
  }
}

function solve(group: readonly ListVariable[], facts: readonly Fact[], budget: Budget): ListSolution {
  const equalities = facts.filter((fact) => fact.kind === "equal");
  const candidates = (members: readonly ListVariable[], count: number) =>
    candidatesOf(members, facts, count, budget);
  return chooseClassValues(group, equalities, candidates, listKey);
}

function candidatesOf(
  members: readonly ListVariable[],
  facts: readonly Fact[],
  count: number,
  budget: Budget,
): Candidates<readonly Item[]> {
  const domain = members.map((variable) => variable.domain).reduce(commonLists);
  const required = new Set<Item>();
  const forbidden = new Set<Item>();
  const pinned = new Map<string, readonly Item[]>();
  const excluded = new Set<string>();
  for (const fact of facts) {
    if (fact.kind === "equal" || !members.includes(fact.variable)) continue;
    if (fact.kind === "item") (fact.holds ? required : forbidden).add(fact.item);
    else if (fact.holds) pinned.set(listKey(fact.items), fact.items);
    else excluded.add(listKey(fact.items));
  }
  const [list] = pinned.values();
  if (list !== undefined) {
    const fits =
      pinned.size === 1 &&
      !excluded.has(listKey(list)) &&
      acceptsList(domain, list) &&
      [...required].every((item) => list.includes(item)) &&
      !list.some((item) => forbidden.has(item));
    return { values: fits ? [list] : [], complete: true };
  }
  return findLists({ domain, required, forbidden, excluded }, count, budget);
}
