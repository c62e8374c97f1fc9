import type { Formula } from "./formula.js";
import { type Literal, negate, TRUE } from "./literal.js";
import { minimalCore } from "./minimal-core.js";
import { type Fact, leastSolution } from "./order-solution.js";
import type { OrdinalVariable } from "./ordinal-variable.js";
import type { Ordinal } from "./ordinals.js";
import type { SatSolver } from "./sat-solver.js";

/** The comparisons of one pair of unknowns. At least one of the two literals is true; both are when the values are equal. */
interface Relation {
  readonly left: OrdinalVariable;
  readonly right: OrdinalVariable;
  /** left ≤ right */
  readonly upward: Literal;
  /** right ≤ left */
  readonly downward: Literal;
}

/**
 * Comparisons between ordinal unknowns. Every one of them is a combination of ≤ and <, and whatever set of these, with
 * bounds, has a solution at all has a least one (constraints x ≤ y and x < y are closed under taking the smaller of each
 * value). So it suffices to compute that one: bounds, pushed upward along the comparisons.
 */
export class OrderTheory {
  readonly #solver: SatSolver;
  readonly #formula: Formula;
  readonly #relations: Relation[] = [];

  constructor(solver: SatSolver, formula: Formula) {
    this.#solver = solver;
    this.#formula = formula;
  }

  /** The literal of: left ≤ right. */
  atMost(left: OrdinalVariable, right: OrdinalVariable): Literal {
    for (const relation of this.#relations) {
      if (relation.left === left && relation.right === right) return relation.upward;
      if (relation.left === right && relation.right === left) return relation.downward;
    }
    const relation = {
      left,
      right,
      upward: this.#solver.newVariable(),
      downward: this.#solver.newVariable(),
    };
    this.#relations.push(relation);
    this.#solver.addClause([relation.upward, relation.downward]);
    this.#push(relation.upward, left, right, 0n);
    this.#push(negate(relation.downward), left, right, 1n);
    this.#push(relation.downward, right, left, 0n);
    this.#push(negate(relation.upward), right, left, 1n);
    return relation.upward;
  }

  /** The literal of: the two are equal. */
  equal(left: OrdinalVariable, right: OrdinalVariable): Literal {
    return this.#formula.and([this.atMost(left, right), this.atMost(right, left)]);
  }

  /**
   * Finds values for all unknowns that stand in a relation, in the solver's last assignment.
   * @returns the values, or a clause that must hold and does not
   */
  check(): ReadonlyMap<OrdinalVariable, Ordinal> | readonly Literal[] {
    const facts = this.#facts();
    // Examples as lower bounds make values that people recognise, where they leave a solution.
    const solution = leastSolution([...facts, ...this.#examples()]) ?? leastSolution(facts);
    if (solution !== undefined) return solution;
    const core = minimalCore(facts, (some) => leastSolution(some) === undefined);
    return core.map(({ literal }) => negate(literal));
  }

  #examples(): readonly Fact[] {
    const variables = new Set(this.#relations.flatMap(({ left, right }) => [left, right]));
    return [...variables].map((variable) => ({
      kind: "from",
      variable,
      at: variable.example(),
      literal: TRUE,
    }));
  }

  #facts(): readonly Fact[] {
    const facts: Fact[] = [];
    const variables = new Set<OrdinalVariable>();
    const add = (literal: Literal, smaller: OrdinalVariable, larger: OrdinalVariable): void => {
      if (this.#solver.isTrue(literal))
        facts.push({ kind: "order", smaller, larger, strict: false, literal });
      else
        facts.push({
          kind: "order",
          smaller: larger,
          larger: smaller,
          strict: true,
          literal: negate(literal),
        });
    };
    for (const { left, right, upward, downward } of this.#relations) {
      variables.add(left).add(right);
      add(upward, left, right);
      add(downward, right, left);
    }
    for (const variable of variables) {
      const { from, below } = variable.cell();
      if (from !== undefined) facts.push({ kind: "from", variable, at: from.at, literal: from.literal });
      if (below !== undefined)
        facts.push({ kind: "below", variable, at: below.at, literal: negate(below.literal) });
    }
    return facts;
  }

  /**
   * Lets the solver conclude by itself, where the guard holds: from larger ≥ smaller + distance, and smaller not below one
   * of its thresholds, that the larger is not below one of its own.
   */
  #push(guard: Literal, smaller: OrdinalVariable, larger: OrdinalVariable, distance: bigint): void {
    const solver = this.#solver;
    smaller.onThreshold(({ at, literal }) => {
      const implied = larger.thresholdAtOrBelow(at + distance);
      if (implied !== undefined) solver.addClause([negate(guard), negate(literal), implied.literal]);
    });
    larger.onThreshold(({ at, literal }) => {
      const premise = smaller.thresholdAtOrAbove(at - distance);
      if (premise !== undefined) solver.addClause([negate(guard), negate(premise.literal), literal]);
    });
  }
}
