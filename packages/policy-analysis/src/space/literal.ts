/** A propositional variable (the upper bits) with its sign (the lowest bit: 1 is negated). */
export type Literal = number;

/** Variable 0 is true in every solver. */
export const TRUE: Literal = 0;
export const FALSE: Literal = 1;

export function negate(literal: Literal): Literal {
  return literal ^ 1;
}

export function variableOf(literal: Literal): number {
  return literal >> 1;
}

/** The literal of a fact when `holds`, else its negation. */
export function signed(literal: Literal, holds: boolean): Literal {
  return holds ? literal : literal ^ 1;
}
