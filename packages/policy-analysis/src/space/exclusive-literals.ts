import type { Formula } from "./formula.js";
import { type Literal, negate, TRUE } from "./literal.js";
import type { SatSolver } from "./sat-solver.js";

/**
 * Literals of which at most one is true, as many as are asked for. They form a chain of remainders: a value is this one
 * if it is none of those before and not of the remainder, so that a thousand of them need a thousand clauses, no million.
 */
export class ExclusiveLiterals {
  readonly #solver: SatSolver;
  readonly #formula: Formula;
  #rest: Literal = TRUE;

  constructor(solver: SatSolver, formula: Formula) {
    this.#solver = solver;
    this.#formula = formula;
  }

  next(): Literal {
    const before = this.#rest;
    this.#rest = this.#solver.newVariable(true);
    this.#solver.addClause([negate(this.#rest), before]);
    return this.#formula.and([before, negate(this.#rest)]);
  }
}
