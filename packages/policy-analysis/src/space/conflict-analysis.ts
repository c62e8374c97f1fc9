import { type Literal, negate, variableOf } from "./literal.js";
import type { Clause, Trail } from "./trail.js";

export interface Lesson {
  /** What follows from all clauses and would have prevented the conflict; its first literal is the only one of the conflict's level. */
  readonly literals: Literal[];
  /** The level at which the first literal follows from the others. */
  readonly level: number;
}

/**
 * Derives the first-unique-implication-point clause of a conflict, with literals that the others imply taken out.
 * @param met told of every clause and variable that took part
 */
export function lessonOf(
  trail: Trail,
  conflict: Clause,
  met: { clause(clause: Clause): void; variable(variable: number): void },
): Lesson {
  const seen = new Set<number>();
  const learnt: Literal[] = [];
  let open = 0;
  let index = trail.length;
  let clause: Clause | undefined = conflict;
  let pivot: Literal | undefined;
  for (;;) {
    if (clause !== undefined) {
      met.clause(clause);
      for (const literal of clause.literals) {
        const variable = variableOf(literal);
        if (literal === pivot || seen.has(variable) || trail.levelOf(literal) === 0) continue;
        seen.add(variable);
        met.variable(variable);
        if (trail.levelOf(literal) === trail.level) open += 1;
        else learnt.push(literal);
      }
    }
    do index -= 1;
    while (!seen.has(variableOf(trail.at(index))));
    pivot = trail.at(index);
    clause = trail.reasonOf(pivot);
    open -= 1;
    if (open === 0) break;
  }
  const rest = learnt.filter((literal) => !isImplied(trail, literal, seen));
  let level = 0;
  for (const literal of rest) level = Math.max(level, trail.levelOf(literal));
  return { literals: [negate(pivot), ...rest], level };
}

/** Whether the literal follows from others of the lesson alone. */
function isImplied(trail: Trail, literal: Literal, seen: ReadonlySet<number>): boolean {
  const reason = trail.reasonOf(literal);
  if (reason === undefined) return false;
  return reason.literals.every(
    (other) =>
      variableOf(other) === variableOf(literal) || seen.has(variableOf(other)) || trail.levelOf(other) === 0,
  );
}

/** The assumptions, all of them decisions, from which the negation of an assumption follows; with that assumption. */
export function failedAssumptions(trail: Trail, assumption: Literal): readonly Literal[] {
  const core = [assumption];
  const open = [assumption];
  const seen = new Set([variableOf(assumption)]);
  for (let literal = open.pop(); literal !== undefined; literal = open.pop()) {
    const reason = trail.reasonOf(literal);
    // A literal of a reason is false, except the one that follows; an assumption is a decision, and true.
    if (reason === undefined && literal !== assumption) core.push(negate(literal));
    for (const other of reason?.literals ?? []) {
      if (trail.levelOf(other) === 0 || seen.has(variableOf(other))) continue;
      seen.add(variableOf(other));
      open.push(other);
    }
  }
  return core;
}
