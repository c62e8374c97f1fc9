import type { Condition } from "@parmanasystems/governance";
import { compileComparison } from "./compile-comparison.js";
import { type Scope, slotOf, type SlotMap, type Test } from "./slots.js";
import { unknownLanguage } from "./unknown-language.js";

/** Compiles a condition to a closure. @throws INV-055 */
export function compileCondition(condition: Condition, scope: Scope): Test {
  switch (condition.kind) {
    case "all":
      return (
        compileNumberPair(condition.conditions, scope.slots) ??
        compileAll(condition.conditions.map((part) => compileCondition(part, scope)))
      );
    case "any":
      return compileAny(condition.conditions.map((part) => compileCondition(part, scope)));
    case "not": {
      const test = compileCondition(condition.condition, scope);
      return (values) => !test(values);
    }
    case "exists": {
      const { index } = slotOf(scope.slots, condition.signal);
      const { expected } = condition;
      return (values) => (values[index] !== undefined) === expected;
    }
    case "comparison":
      return compileComparison(condition, scope);
    default:
      return unknownLanguage("condition", condition);
  }
}

/** Two signals, each equal to a number: a row of a table of two columns, of which there may be thousands. */
function compileNumberPair([one, other, more]: readonly Condition[], slots: SlotMap): Test | undefined {
  const first = numberCell(one, slots);
  const second = numberCell(other, slots);
  if (first === undefined || second === undefined || more !== undefined) return undefined;
  const { index: firstIndex, literal: firstLiteral } = first;
  const { index: secondIndex, literal: secondLiteral } = second;
  return (values) => values[firstIndex] === firstLiteral && values[secondIndex] === secondLiteral;
}

function numberCell(condition: Condition | undefined, slots: SlotMap): NumberCell | undefined {
  if (condition?.kind !== "comparison" || condition.operator !== "equals") return undefined;
  const { operand, signal } = condition;
  if (operand.kind !== "literal" || typeof operand.value !== "number") return undefined;
  return { index: slotOf(slots, signal).index, literal: operand.value };
}

interface NumberCell {
  readonly index: number;
  readonly literal: number;
}

// With none and one part the loop would do the same; unrolled, the shortest conditions cost one call less.
function compileAll(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (tests.length === 2) return (values) => first(values) && second(values);
  return (values) => {
    for (const test of tests) if (!test(values)) return false;
    return true;
  };
}

function compileAny(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (first === undefined) return () => false;
  if (second === undefined) return first;
  if (tests.length === 2) return (values) => first(values) || second(values);
  return (values) => {
    for (const test of tests) if (test(values)) return true;
    return false;
  };
}
