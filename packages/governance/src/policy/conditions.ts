import { type JsonObject, type JsonValue, shorten } from "@parmanasystems/canonical";
import type { Condition, Operator, SignalDeclaration } from "../policy.js";
import { pointerTo } from "./json-pointer.js";
import { isJsonArray, isJsonObject, member } from "./members.js";
import { readOperand, requireDeclared, type Scope } from "./operands.js";
import { suggestion } from "./nearest-name.js";
import { isOperator, operators, operatorsByType, operatorSynonyms } from "./operators.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";

const COMPOSITES: readonly string[] = ["all", "any", "not"];

const SHAPES = '{"signal": …, <operator>: …}, {"all": […]}, {"any": […]} or {"not": …}';

/** Reads one condition and everything in it; `depth` is 1 for the condition of a rule. */
export function readCondition(
  value: JsonValue | undefined,
  pointer: string,
  scope: Scope,
  depth = 1,
): Condition {
  if (depth > policyLimits.conditionDepth) {
    throw new PolicyDefect("POL-025", pointer, `conditions nest at most ${policyLimits.conditionDepth} deep`);
  }
  if (!isJsonObject(value)) throw new PolicyDefect("POL-013", pointer, `a condition is ${SHAPES}`);
  const names = Object.keys(value);
  const composite = names.find((name) => COMPOSITES.includes(name));
  if (composite === undefined) return readLeaf(value, pointer, scope);
  if (names.length > 1) {
    throw new PolicyDefect("POL-013", pointer, `"${composite}" must be the only member of its condition`);
  }
  const place = pointerTo(pointer, composite);
  const part = member(value, composite);
  if (composite === "not") {
    return { kind: "not", condition: readCondition(part, place, scope, depth + 1) };
  }
  const kind = composite === "all" ? "all" : "any";
  return { kind, conditions: readConditions(part, place, kind, scope, depth) };
}

function readConditions(
  value: JsonValue | undefined,
  pointer: string,
  kind: "all" | "any",
  scope: Scope,
  depth: number,
): readonly Condition[] {
  if (!isJsonArray(value)) throw new PolicyDefect("POL-013", pointer, `${kind} takes a list of conditions`);
  if (kind === "any" && value.length === 0) {
    throw new PolicyDefect(
      "POL-013",
      pointer,
      "any of nothing is never true; give it at least one condition",
    );
  }
  if (value.length > policyLimits.listMembers) {
    throw new PolicyDefect("POL-025", pointer, `${kind} has at most ${policyLimits.listMembers} conditions`);
  }
  return value.map((part, index) => readCondition(part, pointerTo(pointer, index), scope, depth + 1));
}

function readLeaf(value: JsonObject, pointer: string, scope: Scope): Condition {
  if (!Object.hasOwn(value, "signal")) throw new PolicyDefect("POL-013", pointer, `a condition is ${SHAPES}`);
  const operator = readOperator(value, pointer);
  const { signal, declaration } = requireDeclared(
    member(value, "signal"),
    pointerTo(pointer, "signal"),
    scope,
  );
  const place = pointerTo(pointer, operator);
  requireApplicable(operator, signal, declaration, place);
  const operand = member(value, operator);
  if (operator === "exists") {
    if (typeof operand === "boolean") return { kind: "exists", signal, expected: operand };
    throw new PolicyDefect("POL-017", place, "exists takes true or false");
  }
  return {
    kind: "comparison",
    signal,
    operator,
    operand: readOperand(operand, place, { signal, declaration, operator }, scope),
  };
}

function readOperator(value: JsonObject, pointer: string): Operator {
  const known: Operator[] = [];
  for (const name of Object.keys(value)) {
    if (name === "signal") continue;
    if (!isOperator(name)) {
      const list = operators.join(", ");
      const near = suggestion(name, operators, operatorSynonyms);
      throw new PolicyDefect(
        "POL-014",
        pointerTo(pointer, name),
        `${shorten(name)} is not an operator${near}; the operators are ${list}`,
      );
    }
    known.push(name);
  }
  const [operator, second] = known;
  if (operator === undefined) throw new PolicyDefect("POL-015", pointer, "the condition has no operator");
  if (second !== undefined) {
    throw new PolicyDefect(
      "POL-015",
      pointer,
      `the condition has ${known.length} operators (${known.join(", ")}); exactly one is allowed`,
    );
  }
  return operator;
}

function requireApplicable(
  operator: Operator,
  signal: string,
  { type }: SignalDeclaration,
  pointer: string,
): void {
  const applicable = operatorsByType[type];
  if (applicable.includes(operator)) return;
  throw new PolicyDefect(
    "POL-018",
    pointer,
    `${operator} does not apply to "${signal}", which is ${type}; these do: ${applicable.join(", ")}`,
  );
}
