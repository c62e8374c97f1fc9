import type { ComparisonOperator, SignalDeclaration } from "@parmanasystems/governance";
import type { Scalar, SignalValue } from "@parmanasystems/provenance";
import { compareDecimals } from "./decimal-order.js";
import { unknownLanguage } from "./unknown-language.js";

/** Whether an operator holds between two values. @throws INV-055 for values of another kind than it compares */
export type Relation = (left: SignalValue, right: SignalValue) => boolean;

/** Negative, zero or positive. @throws INV-055 for values of another kind than it orders */
export type Order = (left: SignalValue, right: SignalValue) => number;

/** The operators that compare a value with one other, for signals of that declaration. @throws INV-055 */
export function relationOf(operator: ComparisonOperator, declaration: SignalDeclaration): Relation {
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
      return declaration.type === "list" ? itemRelation(declaration.items) : containsText;
    case "starts_with":
      return (left, right) => textOf(left).startsWith(textOf(right));
    case "ends_with":
      return (left, right) => textOf(left).endsWith(textOf(right));
    default:
      return unknownLanguage("operator", operator);
  }
}

/** Decimals are equal as numbers, lists item by item, all else as it is spelled. */
export function equalityOf(declaration: SignalDeclaration): Relation {
  if (declaration.type === "decimal")
    return (left, right) => compareDecimals(textOf(left), textOf(right)) === 0;
  if (declaration.type !== "list") return (left, right) => left === right;
  const same = equalityOf(declaration.items);
  return (left, right) => {
    const items = listOf(left);
    const others = listOf(right);
    return (
      items.length === others.length &&
      items.every((item, index) => {
        const other = others[index];
        return other !== undefined && same(item, other);
      })
    );
  };
}

/** Whether a type has an order. */
export function isOrdered(declaration: SignalDeclaration): boolean {
  return ["integer", "number", "decimal", "date", "timestamp"].includes(declaration.type);
}

/** @throws INV-055 for a type without an order */
export function orderOf(declaration: SignalDeclaration): Order {
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

function itemRelation(items: SignalDeclaration): Relation {
  const same = equalityOf(items);
  return (list, item) => listOf(list).some((member) => same(member, item));
}

const containsText: Relation = (left, right) => textOf(left).includes(textOf(right));

/** @throws INV-055 for what is no list */
export function listOf(value: SignalValue): readonly Scalar[] {
  return typeof value === "object" ? value : unknownLanguage("list operand", value);
}

/** @throws INV-055 for what is no text */
export function textOf(value: SignalValue): string {
  return typeof value === "string" ? value : unknownLanguage("text operand", value);
}

function numberOf(value: SignalValue): number {
  return typeof value === "number" ? value : unknownLanguage("number operand", value);
}
