import { type Item, type ListVariable, type ScalarVariable } from "./list-variable.js";
import { type Literal, negate, signed } from "./literal.js";
import type { OrderTheory } from "./order-theory.js";
import { OrdinalVariable } from "./ordinal-variable.js";
import type { OrdinalDomain } from "./ordinals.js";
import type { SatSolver } from "./sat-solver.js";
import { TextDomain } from "./text-domain.js";
import type { TextTheory } from "./text-theory.js";
import { TextVariable } from "./text-variable.js";

/**
 * Scalars that conditions look for in lists. Whether fitting lists exist depends on which of these scalars are equal to
 * each other and to the items that conditions name, so both are made literals that the solver decides.
 */
export class ListMembers {
  readonly #solver: SatSolver;
  readonly #orders: OrderTheory;
  readonly #texts: TextTheory;
  readonly #items = new Set<Item>();
  readonly #members = new Set<ScalarVariable>();
  readonly #inexact = new Set<ScalarVariable>();

  constructor(solver: SatSolver, orders: OrderTheory, texts: TextTheory) {
    this.#solver = solver;
    this.#orders = orders;
    this.#texts = texts;
  }

  /** Notes that conditions name the items. */
  addItems(items: readonly Item[]): void {
    for (const item of items) {
      this.#items.add(item);
      for (const member of this.#members) split(member, item);
    }
  }

  /** Notes that conditions look for the variable's value in the list. */
  add(variable: ScalarVariable, { domain: { items } }: ListVariable): void {
    const exact =
      variable instanceof OrdinalVariable
        ? items !== undefined && !(items instanceof TextDomain) && splitAtEnds(variable, items)
        : items instanceof TextDomain && includesAll(items, variable.domain);
    if (!exact) this.#inexact.add(variable);
    if (this.#members.has(variable)) return;
    for (const item of this.#items) split(variable, item);
    for (const other of this.#members) this.#comparisons(variable, other);
    this.#members.add(variable);
  }

  /** What the solver's last assignment says of the variable beside items and other members; true literals. */
  reasonsOf(variable: ScalarVariable): readonly Literal[] {
    const compared = [...this.#members].flatMap((other) => this.#comparisons(variable, other));
    if (variable instanceof TextVariable) {
      const literals = [...variable.literals].map(({ literal }) => literal);
      return [...compared, ...literals].map((literal) => signed(literal, this.#solver.isTrue(literal)));
    }
    const { from, below } = variable.cell();
    return [
      ...compared.map((literal) => signed(literal, this.#solver.isTrue(literal))),
      ...(from === undefined ? [] : [from.literal]),
      ...(below === undefined ? [] : [negate(below.literal)]),
    ];
  }

  isExact(variable: ScalarVariable): boolean {
    return !this.#inexact.has(variable);
  }

  #comparisons(one: ScalarVariable, other: ScalarVariable): readonly Literal[] {
    if (one === other) return [];
    if (one instanceof TextVariable)
      return other instanceof TextVariable ? [this.#texts.relations.equal(one, other)] : [];
    if (other instanceof TextVariable || one.family !== other.family) return [];
    return [this.#orders.atMost(one, other), this.#orders.atMost(other, one)];
  }
}

function split(variable: ScalarVariable, item: Item): void {
  if (variable instanceof TextVariable && typeof item === "string") variable.equals(item);
  if (variable instanceof OrdinalVariable && typeof item === "bigint") {
    variable.atLeast(item);
    variable.atLeast(item + 1n);
  }
}

/** Splits the variable's values into items and others; says whether that was possible. */
function splitAtEnds(variable: OrdinalVariable, items: OrdinalDomain): boolean {
  if (variable.family === "enum") {
    const { minimum, ceil } = variable.domain;
    for (let value = ceil(minimum); value !== undefined; value = ceil(value + 1n)) variable.atLeast(value);
    return true;
  }
  variable.atLeast(items.minimum);
  variable.atLeast(items.maximum + 1n);
  return items.step !== undefined && items.step === variable.domain.step;
}

/** Whether the domain of items, as far as its description shows, accepts every text of the other. */
function includesAll(items: TextDomain, texts: TextDomain): boolean {
  return (
    items.demands.length === 0 && items.minLength <= texts.minLength && items.maxLength >= texts.maxLength
  );
}
