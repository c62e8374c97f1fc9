import { FALSE, type Literal, negate, TRUE } from "./literal.js";
import type { SatSolver } from "./sat-solver.js";

/** Builds conjunctions and disjunctions as literals; equal ones are built once, so that what two rules share is shared. */
export class Formula {
  readonly #solver: SatSolver;
  readonly #gates = new Map<string, Literal>();

  constructor(solver: SatSolver) {
    this.#solver = solver;
  }

  and(literals: readonly Literal[]): Literal {
    const distinct = new Set<Literal>();
    for (const literal of literals) {
      if (literal === FALSE || distinct.has(negate(literal))) return FALSE;
      if (literal !== TRUE) distinct.add(literal);
    }
    const parts = [...distinct].sort((one, other) => one - other);
    const [only] = parts;
    if (only === undefined) return TRUE;
    if (parts.length === 1) return only;
    const key = parts.join(" ");
    const known = this.#gates.get(key);
    if (known !== undefined) return known;
    const gate = this.#solver.newVariable();
    for (const part of parts) this.#solver.addClause([negate(gate), part]);
    this.#solver.addClause([gate, ...parts.map(negate)]);
    this.#gates.set(key, gate);
    return gate;
  }

  or(literals: readonly Literal[]): Literal {
    return negate(this.and(literals.map(negate)));
  }

  /** True when exactly one of the two is. */
  differ(one: Literal, other: Literal): Literal {
    return this.or([this.and([one, negate(other)]), this.and([negate(one), other])]);
  }
}
