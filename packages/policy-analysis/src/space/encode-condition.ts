import type { Condition, SignalDeclaration } from "@parmanasystems/governance";
import type { Scalar, SignalValue } from "@parmanasystems/provenance";
import type { InputSpace } from "./input-space.js";
import { type Item, ListVariable } from "./list-variable.js";
import { FALSE, type Literal, negate, signed, TRUE } from "./literal.js";
import { OrdinalVariable } from "./ordinal-variable.js";
import { toOrdinal } from "./ordinals.js";
import { anyText, literally, sequence } from "./patterns.js";
import type { Scope, ScopedSignal } from "./scope.js";
import { TextVariable } from "./text-variable.js";

type Comparison = Extract<Condition, { kind: "comparison" }>;

/** The literal that is true for the inputs for which the condition holds. */
export function encodeCondition(space: InputSpace, scope: Scope, condition: Condition): Literal {
  switch (condition.kind) {
    case "all":
      return space.formula.and(condition.conditions.map((part) => encodeCondition(space, scope, part)));
    case "any":
      return space.formula.or(condition.conditions.map((part) => encodeCondition(space, scope, part)));
    case "not":
      return negate(encodeCondition(space, scope, condition.condition));
    case "exists":
      return signed(scope.get(condition.signal)?.presence ?? FALSE, condition.expected);
    case "comparison":
      return encodeComparison(space, scope, condition);
  }
}

/** A comparison holds if everything it names is there and compares so. */
function encodeComparison(space: InputSpace, scope: Scope, comparison: Comparison): Literal {
  const left = scope.get(comparison.signal);
  if (left === undefined) return FALSE;
  const { operand } = comparison;
  if (operand.kind !== "signal")
    return space.formula.and([left.presence, withLiteral(space, left, comparison)]);
  const right = scope.get(operand.signal);
  if (right === undefined) return FALSE;
  return space.formula.and([left.presence, right.presence, withSignal(space, left, right, comparison)]);
}

function withLiteral(
  space: InputSpace,
  { value, declaration }: ScopedSignal,
  comparison: Comparison,
): Literal {
  if (value instanceof OrdinalVariable) return ordinalTest(space, value, declaration, comparison);
  if (value instanceof TextVariable) return textTest(space, value, comparison);
  if (value instanceof ListVariable) return listTest(space, value, declaration, comparison);
  return FALSE;
}

function ordinalTest(
  space: InputSpace,
  variable: OrdinalVariable,
  declaration: SignalDeclaration,
  { operator, operand }: Comparison,
): Literal {
  if (operand.kind !== "literal" || declaration.type === "string" || declaration.type === "list")
    return space.unknown();
  const ordinals = listOf(operand.value).map((value) => toOrdinal(value, declaration, space.enums));
  const [first, last] = [ordinals[0], ordinals.at(-1)];
  if (first === undefined || last === undefined) return space.unknown();
  const from = (low: bigint): Literal => variable.atLeast(low);
  const between = (low: bigint, high: bigint): Literal =>
    space.formula.and([from(low), negate(from(high + 1n))]);
  const isOneOf = (): Literal => space.formula.or(ordinals.map((ordinal) => between(ordinal, ordinal)));
  switch (operator) {
    case "equals":
    case "in":
      return isOneOf();
    case "not_equals":
    case "not_in":
      return negate(isOneOf());
    case "greater_than":
      return from(first + 1n);
    case "greater_than_or_equal":
      return from(first);
    case "less_than":
      return negate(from(first));
    case "less_than_or_equal":
      return negate(from(first + 1n));
    case "between":
      return between(first, last);
    case "contains":
    case "starts_with":
    case "ends_with":
    case "matches":
      return space.unknown();
  }
}

function textTest(space: InputSpace, variable: TextVariable, { operator, operand }: Comparison): Literal {
  if (operand.kind === "pattern") {
    const { source, pattern } = operand;
    return operator === "matches" ? variable.matches(`matches ${source}`, () => pattern) : space.unknown();
  }
  if (operand.kind !== "literal") return space.unknown();
  const texts = listOf(operand.value).map(String);
  const [text = ""] = texts;
  const isOneOf = (): Literal => space.formula.or(texts.map((member) => variable.equals(member)));
  switch (operator) {
    case "equals":
    case "in":
      return isOneOf();
    case "not_equals":
    case "not_in":
      return negate(isOneOf());
    case "contains":
      return variable.matches(`contains ${text}`, () => sequence(anyText, literally(text), anyText));
    case "starts_with":
      return variable.matches(`starts_with ${text}`, () => sequence(literally(text), anyText));
    case "ends_with":
      return variable.matches(`ends_with ${text}`, () => sequence(anyText, literally(text)));
    case "greater_than":
    case "greater_than_or_equal":
    case "less_than":
    case "less_than_or_equal":
    case "between":
    case "matches":
      return space.unknown();
  }
}

function listTest(
  space: InputSpace,
  variable: ListVariable,
  declaration: SignalDeclaration,
  { operator, operand }: Comparison,
): Literal {
  if (operand.kind !== "literal" || declaration.type !== "list") return space.unknown();
  const items = listOf(operand.value).map((value): Item => {
    const { items: of } = declaration;
    return of.type === "string" ? String(value) : toOrdinal(value, of, space.enums);
  });
  space.members.addItems(items);
  const [item] = items;
  if (operator === "contains" && item !== undefined) return variable.contains(item);
  if (operator === "equals") return variable.equals(items);
  if (operator === "not_equals") return negate(variable.equals(items));
  return space.unknown();
}

function withSignal(
  space: InputSpace,
  left: ScopedSignal,
  right: ScopedSignal,
  { operator }: Comparison,
): Literal {
  const [one, other] = [left.value, right.value];
  if (one === undefined || other === undefined) return FALSE;
  if (one instanceof OrdinalVariable && other instanceof OrdinalVariable && one.family === other.family)
    return ordinalRelation(space, one, other, operator);
  if (one instanceof ListVariable && !(other instanceof ListVariable)) {
    if (operator !== "contains") return space.unknown();
    space.members.add(other, one);
    return one.containsValueOf(other);
  }
  const equal = equality(space, one, other);
  if (equal === undefined) return space.unknown();
  if (operator === "equals") return equal;
  return operator === "not_equals" ? negate(equal) : space.unknown();
}

function equality(
  space: InputSpace,
  one: NonNullable<ScopedSignal["value"]>,
  other: NonNullable<ScopedSignal["value"]>,
): Literal | undefined {
  if (one === other) return TRUE;
  if (one instanceof TextVariable && other instanceof TextVariable)
    return space.texts.relations.equal(one, other);
  if (one instanceof ListVariable && other instanceof ListVariable)
    return space.lists.relations.equal(one, other);
  return undefined;
}

function ordinalRelation(
  space: InputSpace,
  left: OrdinalVariable,
  right: OrdinalVariable,
  operator: Comparison["operator"],
): Literal {
  const atMost = (one: OrdinalVariable, other: OrdinalVariable): Literal =>
    one === other ? TRUE : space.orders.atMost(one, other);
  switch (operator) {
    case "equals":
      return space.formula.and([atMost(left, right), atMost(right, left)]);
    case "not_equals":
      return negate(space.formula.and([atMost(left, right), atMost(right, left)]));
    case "greater_than":
      return negate(atMost(left, right));
    case "greater_than_or_equal":
      return atMost(right, left);
    case "less_than":
      return negate(atMost(right, left));
    case "less_than_or_equal":
      return atMost(left, right);
    case "between":
    case "in":
    case "not_in":
    case "contains":
    case "starts_with":
    case "ends_with":
    case "matches":
      return space.unknown();
  }
}

function listOf(value: SignalValue): readonly Scalar[] {
  return typeof value === "object" ? value : [value];
}
