import type { Condition, SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";
import type { PatternCompiler } from "./compile-pattern.js";
import { equalityOf, listOf, orderOf, relationOf, textOf } from "./relations.js";
import { type Scope, type Slot, slotOf, type Test } from "./slots.js";
import { unknownLanguage } from "./unknown-language.js";

export type Comparison = Extract<Condition, { kind: "comparison" }>;
type Operator = Comparison["operator"];
/** Whether a leaf holds for a present value of its signal. */
export type ValueTest = (value: SignalValue) => boolean;

/** Compiles one leaf. A signal that is absent, on either side, makes it false. @throws INV-055 */
export function compileComparison(comparison: Comparison, scope: Scope): Test {
  const left = slotOf(scope.slots, comparison.signal);
  const { operand, operator } = comparison;
  if (operand.kind === "signal")
    return compileWithSignal(operator, left, slotOf(scope.slots, operand.signal));
  if (operand.kind === "literal") {
    const direct = compileDirect(operator, left, operand.value);
    if (direct !== undefined) return direct;
  }
  const holds = valueTest(comparison, left.declaration, scope.patterns);
  const { index } = left;
  return (values) => {
    const value = values[index];
    return value !== undefined && holds(value);
  };
}

/** The test of a leaf whose operand is no signal. @throws INV-055 */
export function valueTest(
  { signal, operator, operand }: Comparison,
  declaration: SignalDeclaration,
  patterns: PatternCompiler,
): ValueTest {
  switch (operand.kind) {
    case "literal":
      return literalTest(operator, declaration, operand.value);
    case "pattern": {
      if (operator !== "matches") return unknownLanguage("operand", operator);
      const matches = patterns.compile(operand.pattern, signal);
      return (value) => matches(textOf(value));
    }
    default:
      return unknownLanguage("operand", operand);
  }
}

/** Most leaves of most policies: a scalar beside a literal that JavaScript compares rightly, without a further call. */
function compileDirect(
  operator: Operator,
  { index, declaration }: Slot,
  literal: SignalValue,
): Test | undefined {
  const { type } = declaration;
  if (type === "decimal" || type === "list") return undefined;
  // Numbers and texts apart, because an engine compares what is always of one kind without a call.
  if (operator === "equals" && typeof literal === "string") return (values) => values[index] === literal;
  if (operator === "equals" && typeof literal === "number") return (values) => values[index] === literal;
  if (operator === "equals" && typeof literal === "boolean") return (values) => values[index] === literal;
  if (type !== "integer" && type !== "number") return undefined;
  if (operator === "between" && typeof literal === "object") {
    const [low, high] = literal;
    if (typeof low !== "number" || typeof high !== "number") return undefined;
    return (values) => {
      const value = values[index];
      return typeof value === "number" && value >= low && value <= high;
    };
  }
  if (typeof literal !== "number") return undefined;
  switch (operator) {
    case "greater_than":
      return (values) => {
        const value = values[index];
        return typeof value === "number" && value > literal;
      };
    case "greater_than_or_equal":
      return (values) => {
        const value = values[index];
        return typeof value === "number" && value >= literal;
      };
    case "less_than":
      return (values) => {
        const value = values[index];
        return typeof value === "number" && value < literal;
      };
    case "less_than_or_equal":
      return (values) => {
        const value = values[index];
        return typeof value === "number" && value <= literal;
      };
    default:
      return undefined;
  }
}

function compileWithSignal(operator: Operator, left: Slot, right: Slot): Test {
  const relation = relationOf(operator, left.declaration);
  const leftIndex = left.index;
  const rightIndex = right.index;
  return (values) => {
    const value = values[leftIndex];
    const other = values[rightIndex];
    return value !== undefined && other !== undefined && relation(value, other);
  };
}

function literalTest(operator: Operator, declaration: SignalDeclaration, literal: SignalValue): ValueTest {
  switch (operator) {
    case "between": {
      const order = orderOf(declaration);
      const [low, high] = listOf(literal);
      if (low === undefined || high === undefined) return unknownLanguage("operand", literal);
      return (value) => order(value, low) >= 0 && order(value, high) <= 0;
    }
    case "in":
      return membership(declaration, listOf(literal));
    case "not_in": {
      const isMember = membership(declaration, listOf(literal));
      return (value) => !isMember(value);
    }
    default: {
      const relation = relationOf(operator, declaration);
      return (value) => relation(value, literal);
    }
  }
}

function membership(declaration: SignalDeclaration, list: readonly SignalValue[]): ValueTest {
  if (declaration.type === "decimal") {
    const equals = equalityOf(declaration);
    return (value) => list.some((member) => equals(value, member));
  }
  const members = new Set(list);
  return (value) => members.has(value);
}
