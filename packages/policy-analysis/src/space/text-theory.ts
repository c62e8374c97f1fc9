import type { Budget } from "./budget.js";
import { chooseDistinct } from "./distinct-choice.js";
import { classesOf, type Equality } from "./equality-classes.js";
import { type Literal, negate, signed } from "./literal.js";
import { minimalCore } from "./minimal-core.js";
import type { Refutation } from "./refutation.js";
import type { SatSolver } from "./sat-solver.js";
import type { TextPredicate, TextVariable } from "./text-variable.js";
import { findWords, type Words } from "./word-source.js";

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

export type TextValues = ReadonlyMap<TextVariable, string>;

interface Relation {
  readonly left: TextVariable;
  readonly right: TextVariable;
  readonly literal: Literal;
}

/** Finds texts for unknowns that have, or do not have, given predicates and are equal or not equal to each other. */
export class TextTheory {
  readonly #solver: SatSolver;
  readonly #variables: TextVariable[] = [];
  readonly #relations: Relation[] = [];
  readonly #remembered = new Map<string, Solution>();

  constructor(solver: SatSolver) {
    this.#solver = solver;
  }

  add(variable: TextVariable): void {
    this.#variables.push(variable);
  }

  /** The literal of: the two are equal. */
  equal(left: TextVariable, right: TextVariable): Literal {
    for (const relation of this.#relations) {
      if (relation.left === left && relation.right === right) return relation.literal;
      if (relation.left === right && relation.right === left) return relation.literal;
    }
    const literal = this.#solver.newVariable();
    this.#relations.push({ left, right, literal });
    return literal;
  }

  /** Finds texts that agree with the solver's last assignment. */
  check(budget: Budget): TextValues | Refutation {
    const values = new Map<TextVariable, string>();
    const links = this.#relations.map(({ left, right }) => ({ left, right, holds: true }));
    for (const group of classesOf(this.#variables, links)) {
      const facts = this.#factsOf(group);
      const solution = this.#solve(group, facts, budget);
      if (solution.status === "found") {
        group.forEach((variable, index) => values.set(variable, solution.texts[index] ?? ""));
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
    for (const { left, right, literal } of this.#relations) {
      if (group.includes(left)) facts.push({ kind: "equal", left, right, ...judge(literal) });
    }
    for (const variable of group) {
      for (const predicate of variable.predicates)
        facts.push({ kind: "predicate", variable, predicate, ...judge(predicate.literal) });
      for (const { text, literal } of variable.literals)
        facts.push({ kind: "text", variable, text, ...judge(literal) });
    }
    return facts;
  }

  #solve(group: readonly TextVariable[], facts: readonly Fact[], budget: Budget): Solution {
    const numbers = group.map((variable) => this.#variables.indexOf(variable));
    const key = `${numbers.join(" ")}:${facts.map(({ literal }) => literal).join(" ")}`;
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const solution = solve(group, facts, budget);
    if (solution.status !== "undecided") this.#remembered.set(key, solution);
    return solution;
  }
}

type Solution =
  | { readonly status: "found"; readonly texts: readonly string[] }
  | { readonly status: "impossible" | "undecided" };

function solve(group: readonly TextVariable[], facts: readonly Fact[], budget: Budget): Solution {
  const equalities = facts.filter((fact) => fact.kind === "equal");
  const classes = classesOf(group, equalities);
  const placeOf = (variable: TextVariable): number =>
    classes.findIndex((members) => members.includes(variable));
  const conflicts = equalities.flatMap(({ left, right, holds }): [number, number][] =>
    holds ? [] : [[placeOf(left), placeOf(right)]],
  );
  if (conflicts.some(([one, other]) => one === other)) return { status: "impossible" };
  // With as many candidates as there are classes, one is always left that no other class has taken.
  const found = classes.map((members) => candidatesOf(members, facts, classes.length, budget));
  const chosen = chooseDistinct(
    found.map(({ words }) => words),
    conflicts,
  );
  if (chosen !== undefined)
    return { status: "found", texts: group.map((variable) => chosen[placeOf(variable)] ?? "") };
  return { status: found.every(({ complete }) => complete) ? "impossible" : "undecided" };
}

function candidatesOf(
  members: readonly TextVariable[],
  facts: readonly Fact[],
  count: number,
  budget: Budget,
): Words {
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
  const fits =
    required.size === 1 &&
    !forbidden.has(text) &&
    domain.accepts(text) &&
    demands.every(({ automaton, accepted }) => automaton.acceptsText(text) === accepted);
  return { words: fits ? [text] : [], complete: true };
}
