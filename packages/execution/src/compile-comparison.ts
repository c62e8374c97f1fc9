import type { Condition, SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";
import { compareDecimals } from "./decimal-order.js";
import { type Slot, slotOf, type SlotMap, type Test } from "./slots.js";
import { unknownLanguage } from "./unknown-language.js";

type Comparison = Extract<Condition, { kind: "comparison" }>;
type Operator = Comparison["operator"];
/** Whether the operator holds between two values; false for values of another kind than it compares. */
type Relation = (left: SignalValue, right: SignalValue) => boolean;
type Order = (left: SignalValue, right: SignalValue) => number;

/** Compiles one leaf. A signal that is absent, on either side, makes it false. @throws INV-055 */
export function compileComparison(comparison: Comparison, slots: SlotMap): Test {
  const left = slotOf(slots, comparison.signal);
  const { operand, operator } = comparison;
  if (operand.kind === "signal") return compileWithSignal(operator, left, slotOf(slots, operand.signal));
  return compileNumeric(operator, left, operand.value) ?? compileWithLiteral(operator, left, operand.value);
}

/** Most leaves of most policies: a number signal against a number, in one closure without a further call. */
function compileNumeric(
  operator: Operator,
  { index, declaration }: Slot,
  limit: SignalValue,
): Test | undefined {
  if (typeof limit !== "number" || (declaration.type !== "integer" && declaration.type !== "number"))
    return undefined;
  switch (operator) {
    case "greater_than":
      return (values) => {
        const value = values[index];
        return typeof value === "number" && value > limit;
      };
    case "greater_than_or_equal":
      return (values) => {
        const value = values[index];
        return typeof value === "number" && value >= limit;
      };
    case "less_than":
      return (values) => {
        const value = values[index];
        return typeof value === "number" && value < limit;
      };
    case "less_than_or_equal":
      return (values) => {
        const value = values[index];
        return typeof value === "number" && value <= limit;
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

function compileWithLiteral(operator: Operator, { index, declaration }: Slot, literal: SignalValue): Test {
  const holds = literalTest(operator, declaration, literal);
  return (values) => {
    const value = values[index];
    return value !== undefined && holds(value);
  };
}

function literalTest(
  operator: Operator,
  declaration: SignalDeclaration,
  literal: SignalValue,
): (value: SignalValue) => boolean {
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

function membership(
  declaration: SignalDeclaration,
  list: readonly SignalValue[],
): (value: SignalValue) => boolean {
  if (declaration.type === "decimal") {
    const order = orderOf(declaration);
    return (value) => list.some((member) => order(value, member) === 0);
  }
  const members = new Set(list);
  return (value) => members.has(value);
}

function relationOf(operator: Operator, declaration: SignalDeclaration): Relation {
  switch (operator) {
    case "equals":
      return equalityOf(declaration);
    case "not_equals": {
      const equals = equalityOf(declaration);
      return (left, right) => !equals(left, right);
    }
    case "greater_than":
    case "greater_than_or_equal":
    case "less_than":
    case "less_than_or_equal":
      return orderRelation(operator, orderOf(declaration));
    case "contains":
      return (left, right) => textOf(left).includes(textOf(right));
    case "starts_with":
      return (left, right) => textOf(left).startsWith(textOf(right));
    case "ends_with":
      return (left, right) => textOf(left).endsWith(textOf(right));
    default:
      return unknownLanguage("operator", operator);
  }
}

function orderRelation(
  operator: "greater_than" | "greater_than_or_equal" | "less_than" | "less_than_or_equal",
  order: Order,
): Relation {
  switch (operator) {
    case "greater_than":
      return (left, right) => order(left, right) > 0;
    case "greater_than_or_equal":
      return (left, right) => order(left, right) >= 0;
    case "less_than":
      return (left, right) => order(left, right) < 0;
    case "less_than_or_equal":
      return (left, right) => order(left, right) <= 0;
  }
}

function equalityOf(declaration: SignalDeclaration): Relation {
  if (declaration.type !== "decimal") return (left, right) => left === right;
  const order = orderOf(declaration);
  return (left, right) => order(left, right) === 0;
}

function orderOf(declaration: SignalDeclaration): Order {
  switch (declaration.type) {
    case "integer":
    case "number":
      return (left, right) => {
        const a = numberOf(left);
        const b = numberOf(right);
        // Not a subtraction: two doubles may differ by less than any double, or by more than the largest.
        return a < b ? -1 : a > b ? 1 : 0;
      };
    case "decimal":
      return (left, right) => compareDecimals(textOf(left), textOf(right));
    case "date":
    case "timestamp":
      // One spelling per instant and fixed width: the order of code units is the order in time.
      return (left, right) => {
        const a = textOf(left);
        const b = textOf(right);
        return a < b ? -1 : a > b ? 1 : 0;
      };
    default:
      return unknownLanguage("ordered signal type", declaration.type);
  }
}

function listOf(literal: SignalValue): readonly SignalValue[] {
  return typeof literal === "object" ? literal : unknownLanguage("operand", literal);
}

function textOf(value: SignalValue): string {
  return typeof value === "string" ? value : unknownLanguage("text operand", value);
}

function numberOf(value: SignalValue): number {
  return typeof value === "number" ? value : unknownLanguage("number operand", value);
}
