import type { Operator, SignalType } from "../policy.js";

const EQUALITY = ["equals", "not_equals"] as const;
const MEMBERSHIP = ["in", "not_in"] as const;
const ORDER = ["greater_than", "greater_than_or_equal", "less_than", "less_than_or_equal"] as const;
const TEXT = ["contains", "starts_with", "ends_with"] as const;

const ORDERED = [...EQUALITY, ...ORDER, "between", ...MEMBERSHIP, "exists"] as const;

/** Every operator of the language, in the order messages list them. */
export const operators: readonly Operator[] = [
  ...EQUALITY,
  ...ORDER,
  "between",
  ...MEMBERSHIP,
  ...TEXT,
  "exists",
];

/** Which operators apply to a signal of each type. */
export const operatorsByType: Readonly<Record<SignalType, readonly Operator[]>> = {
  boolean: [...EQUALITY, "exists"],
  integer: ORDERED,
  decimal: ORDERED,
  number: ORDERED,
  string: [...EQUALITY, ...MEMBERSHIP, ...TEXT, "exists"],
  enum: [...EQUALITY, ...MEMBERSHIP, "exists"],
  date: ORDERED,
  timestamp: ORDERED,
};

/** The operators whose operand may be another signal. */
export const signalOperators: readonly Operator[] = [...EQUALITY, ...ORDER];

export function isOperator(name: string): name is Operator {
  return (operators as readonly string[]).includes(name);
}
