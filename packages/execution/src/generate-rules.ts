import type { Condition, Policy, SignalType } from "@parmanasystems/governance";
import type { SignalValue } from "@parmanasystems/provenance";
import { type Comparison, valueTest } from "./compile-comparison.js";
import type { CompiledRules } from "./compile-rules.js";
import { type GeneratedConstants, numberSource, variable } from "./generated-constants.js";
import { relationOf } from "./relations.js";
import { type Scope, slotOf } from "./slots.js";
import { unknownLanguage } from "./unknown-language.js";

/** Larger policies are searched through the index: an engine compiles one big function slowly, and tries rule after rule. */
const MAX_RULES = 64;
const MAX_CONDITIONS = 512;

/** Source that returns the result of the first rule that holds for the variables. @throws INV-055 */
export function generateRules(
  policy: Policy,
  compiled: CompiledRules,
  constants: GeneratedConstants,
): string {
  const { scope, rules, firstMatch } = compiled;
  const search = (): string => {
    const variables = [...scope.slots.values()].map(({ index }) => variable(index));
    return `return ${constants.refer(firstMatch)}([${variables.join(", ")}]);`;
  };
  if (policy.rules.length > MAX_RULES) return search();
  if (policy.rules.reduce((sum, { condition }) => sum + sizeOf(condition), 0) > MAX_CONDITIONS)
    return search();
  const lines = policy.rules.map(({ condition }, index) => {
    const result = constants.refer(rules[index]?.result);
    return `if (${conditionSource(condition, scope, constants)}) return ${result};`;
  });
  // Nothing held; the closures throw the error for that.
  return [...lines, search()].join("\n");
}

function sizeOf(condition: Condition): number {
  switch (condition.kind) {
    case "all":
    case "any":
      return condition.conditions.reduce((sum, part) => sum + sizeOf(part), 1);
    case "not":
      return 1 + sizeOf(condition.condition);
    default:
      return 1;
  }
}

function conditionSource(condition: Condition, scope: Scope, constants: GeneratedConstants): string {
  switch (condition.kind) {
    case "all":
    case "any": {
      const parts = condition.conditions.map((part) => conditionSource(part, scope, constants));
      if (condition.kind === "all") return parts.length === 0 ? "true" : `(${parts.join(" && ")})`;
      return parts.length === 0 ? "false" : `(${parts.join(" || ")})`;
    }
    case "not":
      return `!${conditionSource(condition.condition, scope, constants)}`;
    case "exists": {
      const { index } = slotOf(scope.slots, condition.signal);
      return `(${variable(index)} ${condition.expected ? "!==" : "==="} undefined)`;
    }
    case "comparison":
      return comparisonSource(condition, scope, constants);
    default:
      return unknownLanguage("condition", condition);
  }
}

function comparisonSource(comparison: Comparison, scope: Scope, constants: GeneratedConstants): string {
  const { operator, operand } = comparison;
  const { index, declaration } = slotOf(scope.slots, comparison.signal);
  const value = variable(index);
  if (operand.kind === "signal") {
    const other = slotOf(scope.slots, operand.signal);
    const otherValue = variable(other.index);
    const spelled =
      declaration.type === other.declaration.type
        ? operatorSource(operator, declaration.type, value, otherValue)
        : undefined;
    const holds = spelled ?? `${constants.refer(relationOf(operator, declaration))}(${value}, ${otherValue})`;
    return `(${value} !== undefined && ${otherValue} !== undefined && ${holds})`;
  }
  const spelled =
    operand.kind === "literal"
      ? literalSource(comparison, declaration.type, operand.value, value, constants)
      : undefined;
  const holds = spelled ?? `${constants.refer(valueTest(comparison, declaration, scope.patterns))}(${value})`;
  return `(${value} !== undefined && ${holds})`;
}

/** Undefined where a closure must do. */
function literalSource(
  { operator }: Comparison,
  type: SignalType,
  literal: SignalValue,
  value: string,
  constants: GeneratedConstants,
): string | undefined {
  if (operator !== "between") {
    const source = scalarSource(type, literal, constants);
    return source === undefined ? undefined : operatorSource(operator, type, value, source);
  }
  if (typeof literal !== "object") return undefined;
  const [low, high] = literal.map((end) => scalarSource(type, end, constants));
  if (low === undefined || high === undefined) return undefined;
  const above = operatorSource("greater_than_or_equal", type, value, low);
  const below = operatorSource("less_than_or_equal", type, value, high);
  return above === undefined || below === undefined ? undefined : `${above} && ${below}`;
}

function scalarSource(
  type: SignalType,
  literal: SignalValue,
  constants: GeneratedConstants,
): string | undefined {
  switch (type) {
    case "integer":
    case "number":
      return typeof literal === "number" ? numberSource(literal) : undefined;
    case "boolean":
      return typeof literal === "boolean" ? String(literal) : undefined;
    case "string":
    case "enum":
    case "date":
    case "timestamp":
      return typeof literal === "string" ? constants.refer(literal) : undefined;
    default:
      return undefined;
  }
}

/** Two present values of one type, for the types and operators that JavaScript has an operator for. */
function operatorSource(
  operator: Comparison["operator"],
  type: SignalType,
  left: string,
  right: string,
): string | undefined {
  if (type === "decimal" || type === "list") return undefined;
  if (operator === "equals") return `${left} === ${right}`;
  if (operator === "not_equals") return `${left} !== ${right}`;
  // Dates and timestamps: one spelling each and fixed width, so the order of code units is the order in time.
  if (type === "boolean" || type === "string" || type === "enum") return undefined;
  switch (operator) {
    case "greater_than":
      return `${left} > ${right}`;
    case "greater_than_or_equal":
      return `${left} >= ${right}`;
    case "less_than":
      return `${left} < ${right}`;
    case "less_than_or_equal":
      return `${left} <= ${right}`;
    default:
      return undefined;
  }
}
