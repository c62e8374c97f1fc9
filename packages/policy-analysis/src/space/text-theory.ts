import type { Budget } from "./budget.js";
import { type Candidates, chooseClassValues, type ClassValues } from "./class-values.js";
import type { Equality } from "./equality-classes.js";
import { EqualityRelations } from "./equality-relations.js";
import { type Literal, negate, signed } from "./literal.js";
import { minimalCore } from "./minimal-core.js";
import type { Refutation } from "./refutation.js";
import type { SatSolver } from "./sat-solver.js";
import type { TextPredicate, TextVariable } from "./text-variable.js";
import { findWords } from "./word-source.js";

/** What an assignment says of texts; the literal is the one that says so. */
type Fact = { readonly literal: Literal } & (
  | { readonly kind: "text"; readonly variable: TextVariable; readonly text: string; readonly holds: boolean }
  | {
      readonly kind: "predicate";
      readonly variable: TextVariable;
      readonly predicate: TextPredicate;
      readonly holds: boolean;
    }
  | Equality<TextVariable>
);

/** So many facts that are looked through are one step of the budget. */
const factsPerStep = 20;

export type TextValues = ReadonlyMap<TextVariable, string>;

/** Finds texts for unknowns that have, or do not have, given predicates and are equal or not equal to each other. */
export class TextTheory {
  readonly relations: EqualityRelations<TextVariable>;
  readonly #solver: SatSolver;
  readonly #remembered = new Map<string, ClassValues<string>>();

  constructor(solver: SatSolver) {
    this.#solver = solver;
    this.relations = new EqualityRelations(solver);
  }

  /** Finds texts that agree with the solver's last assignment. */
  check(budget: Budget): TextValues | Refutation {
    const values = new Map<TextVariable, string>();
    for (const group of this.relations.groups()) {
      const facts = this.#factsOf(group);
      const solution = this.#solve(group, facts, budget);
      if (solution.status === "found") {
        group.forEach((variable, index) => values.set(variable, solution.values[index] ?? ""));
        continue;
      }
      const proved = solution.status === "impossible";
      const core = proved
        ? minimalCore(facts, (some) => this.#solve(group, some, budget).status === "impossible")
        : facts;
      return { clause: core.map(({ literal }) => negate(literal)), proved };
    }
    return values;
  }

  #factsOf(group: readonly TextVariable[]): readonly Fact[] {
    const facts: Fact[] = [];
    const judge = (literal: Literal): { holds: boolean; literal: Literal } => {
      const holds = this.#solver.isTrue(literal);
      return { holds, literal: signed(literal, holds) };
    };
    for (const { left, right, literal } of this.relations.within(group))
      facts.push({ kind: "equal", left, right, ...judge(literal) });
    for (const variable of group) {
      for (const predicate of variable.predicates)
        facts.push({ kind: "predicate", variable, predicate, ...judge(predicate.literal) });
      for (const { text, literal } of variable.literals)
        facts.push({ kind: "text", variable, text, ...judge(literal) });
    }
    return facts;
  }

  #solve(group: readonly TextVariable[], facts: readonly Fact[], budget: Budget): ClassValues<string> {
    const numbers = group.map((variable) => this.relations.indexOf(variable));
    const key = `${numbers.join(" ")}:${facts.map(({ literal }) => literal).join(" ")}`;
    const known = this.#remembered.get(key);
    budget.spend(facts.length / factsPerStep);
    if (known !== undefined) return known;
    const solution = solve(group, facts, budget);
    if (solution.status !== "undecided") this.#remembered.set(key, solution);
    return solution;
  }
}

function solve(group: readonly TextVariable[], facts: readonly Fact[], budget: Budget): ClassValues<string> {
  const equalities = facts.filter((fact) => fact.kind === "equal");
  const candidates = (members: readonly TextVariable[], count: number) =>
    candidatesOf(members, facts, count, budget);
  return chooseClassValues(group, equalities, candidates, (text) => text);
}

function candidatesOf(
  members: readonly TextVariable[],
  facts: readonly Fact[],
  count: number,
  budget: Budget,
): Candidates<string> {
  const required = new Set<string>();
  const forbidden = new Set<string>();
  const domain = members.map((variable) => variable.domain).reduce((one, other) => one.and(other));
  const demands = [...domain.demands];
  for (const fact of facts) {
    if (fact.kind === "equal" || !members.includes(fact.variable)) continue;
    if (fact.kind === "predicate")
      demands.push({ automaton: fact.predicate.automaton, accepted: fact.holds });
    else if (fact.holds) required.add(fact.text);
    else forbidden.add(fact.text);
  }
  const [text] = required;
  if (text === undefined) return findWords(demands, domain, forbidden, count, budget);
  if (budget.exhausted) return { values: [], complete: false };
  const fits =
    required.size === 1 &&
    !forbidden.has(text) &&
    domain.accepts(text) &&
    demands.every(({ automaton, accepted }) => automaton.acceptsText(text, budget) === accepted);
  return { values: fits ? [text] : [], complete: true };
}
