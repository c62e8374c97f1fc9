import type { Condition } from "@parmanasystems/governance";
import { compileComparison } from "./compile-comparison.js";
import { slotOf, type SlotMap, type Test } from "./slots.js";
import { unknownLanguage } from "./unknown-language.js";

/** Compiles a condition to a closure. @throws INV-055 */
export function compileCondition(condition: Condition, slots: SlotMap): Test {
  switch (condition.kind) {
    case "all":
      return compileAll(condition.conditions.map((part) => compileCondition(part, slots)));
    case "any":
      return compileAny(condition.conditions.map((part) => compileCondition(part, slots)));
    case "not": {
      const test = compileCondition(condition.condition, slots);
      return (values) => !test(values);
    }
    case "exists": {
      const { index } = slotOf(slots, condition.signal);
      const { expected } = condition;
      return (values) => (values[index] !== undefined) === expected;
    }
    case "comparison":
      return compileComparison(condition, slots);
    default:
      return unknownLanguage("condition", condition);
  }
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
