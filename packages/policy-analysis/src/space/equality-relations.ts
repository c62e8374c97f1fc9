import { classesOf } from "./equality-classes.js";
import type { Literal } from "./literal.js";
import type { SatSolver } from "./sat-solver.js";

export interface EqualityRelation<Unknown> {
  readonly left: Unknown;
  readonly right: Unknown;
  /** The literal of: the two are equal. */
  readonly literal: Literal;
}

/** Unknowns, and the pairs of them of which it matters whether they are equal. */
export class EqualityRelations<Unknown> {
  readonly #solver: SatSolver;
  readonly #unknowns: Unknown[] = [];
  readonly #relations: EqualityRelation<Unknown>[] = [];

  constructor(solver: SatSolver) {
    this.#solver = solver;
  }

  add(unknown: Unknown): void {
    this.#unknowns.push(unknown);
  }

  /** The place of the unknown among all of them. */
  indexOf(unknown: Unknown): number {
    return this.#unknowns.indexOf(unknown);
  }

  /** The literal of: the two are equal. */
  equal(left: Unknown, right: Unknown): Literal {
    for (const relation of this.#relations) {
      if (relation.left === left && relation.right === right) return relation.literal;
      if (relation.left === right && relation.right === left) return relation.literal;
    }
    const literal = this.#solver.newVariable();
    this.#relations.push({ left, right, literal });
    return literal;
  }

  /** The unknowns in groups that no relation crosses. */
  groups(): readonly (readonly Unknown[])[] {
    return classesOf(
      this.#unknowns,
      this.#relations.map(({ left, right }) => ({ left, right, holds: true })),
    );
  }

  within(group: readonly Unknown[]): readonly EqualityRelation<Unknown>[] {
    return this.#relations.filter(({ left }) => group.includes(left));
  }
}
