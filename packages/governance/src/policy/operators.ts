import type { Operator, SignalType } from "../policy.js";

const EQUALITY = ["equals", "not_equals"] as const;
const MEMBERSHIP = ["in", "not_in"] as const;
const ORDER = ["greater_than", "greater_than_or_equal", "less_than", "less_than_or_equal"] as const;
const TEXT = ["contains", "starts_with", "ends_with", "matches"] as const;

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
  list: [...EQUALITY, "contains", "exists"],
};

/** How other languages call our operators, folded as `suggestion` folds names. */
export const operatorSynonyms: Readonly<Record<string, Operator>> = {
  eq: "equals",
  is: "equals",
  "=": "equals",
  "==": "equals",
  ne: "not_equals",
  neq: "not_equals",
  "!=": "not_equals",
  gt: "greater_than",
  ">": "greater_than",
  gte: "greater_than_or_equal",
  ">=": "greater_than_or_equal",
  lt: "less_than",
  "<": "less_than",
  lte: "less_than_or_equal",
  "<=": "less_than_or_equal",
  oneof: "in",
  nin: "not_in",
  includes: "contains",
  regex: "matches",
  regexp: "matches",
  pattern: "matches",
  present: "exists",
  defined: "exists",
};

/** The operators of a signal of that type whose operand may be another signal. */
export function signalOperators(type: SignalType): readonly Operator[] {
  const usable: readonly Operator[] = [
    ...EQUALITY,
    ...ORDER,
    ...(type === "list" ? ["contains" as const] : []),
  ];
  return operatorsByType[type].filter((operator) => usable.includes(operator));
}

export function isOperator(name: string): name is Operator {
  return (operators as readonly string[]).includes(name);
}
