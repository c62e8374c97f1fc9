import {
  type Condition,
  decimalToScaled,
  type Policy,
  type SignalDeclaration,
} from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import type { DecisionResult } from "./decision-result.js";
import { ExecutionError } from "./errors.js";
import { PatternVerdicts } from "./interpret-pattern.js";

type Comparison = Extract<Condition, { kind: "comparison" }>;

/**
 * Decides by walking the policy, rule by rule, for signals that `validateSignals` returned. Written from the policy
 * language alone and sharing nothing with `compilePolicy`: tests and verifier hold one against the other.
 * @throws SYS-006, INV-055
 */
export function interpretPolicy(policy: Policy, signals: SignalValues): DecisionResult {
  const facts = new Map(Object.entries(signals));
  const interpreter = new Interpreter(policy, facts);
  for (const { id, condition, outcome } of policy.rules) {
    if (!interpreter.holds(condition)) continue;
    return Object.freeze({
      decision: outcome.decision,
      rule_id: id,
      action: outcome.action,
      reason: outcome.reason,
    });
  }
  throw new ExecutionError("SYS-006", "No rule of the policy matches these signals.");
}

class Interpreter {
  readonly #policy: Policy;
  readonly #facts: ReadonlyMap<string, SignalValue>;
  #patterns: PatternVerdicts | undefined;

  constructor(policy: Policy, facts: ReadonlyMap<string, SignalValue>) {
    this.#policy = policy;
    this.#facts = facts;
  }

  holds(condition: Condition): boolean {
    switch (condition.kind) {
      case "all":
        return condition.conditions.every((part) => this.holds(part));
      case "any":
        return condition.conditions.some((part) => this.holds(part));
      case "not":
        return !this.holds(condition.condition);
      case "exists":
        return this.#facts.has(condition.signal) === condition.expected;
      case "comparison":
        return this.#compare(condition);
      default:
        throw unknown("a condition");
    }
  }

  #compare({ signal, operator, operand }: Comparison): boolean {
    const declaration = this.#policy.signals.get(signal);
    if (declaration === undefined) throw unknown(`the signal "${signal}"`);
    const value = this.#facts.get(signal);
    if (operand.kind === "pattern") {
      if (operator !== "matches") throw unknown("a pattern beside another operator");
      if (value === undefined) return false;
      this.#patterns ??= new PatternVerdicts();
      return this.#patterns.matches(operand.pattern, signal, text(value));
    }
    const expected = operand.kind === "literal" ? operand.value : this.#facts.get(operand.signal);
    // An absent signal, on either side, makes the leaf false whatever the operator says.
    if (value === undefined || expected === undefined) return false;
    return operatorHolds(operator, declaration, value, expected);
  }
}

function operatorHolds(
  operator: Comparison["operator"],
  declaration: SignalDeclaration,
  value: SignalValue,
  expected: SignalValue,
): boolean {
  switch (operator) {
    case "equals":
      return same(declaration, value, expected);
    case "not_equals":
      return !same(declaration, value, expected);
    case "greater_than":
      return sign(declaration, value, expected) === 1;
    case "greater_than_or_equal":
      return sign(declaration, value, expected) !== -1;
    case "less_than":
      return sign(declaration, value, expected) === -1;
    case "less_than_or_equal":
      return sign(declaration, value, expected) !== 1;
    case "between": {
      const [low, high] = members(expected);
      if (low === undefined || high === undefined) throw unknown("a range without two ends");
      return sign(declaration, low, value) !== 1 && sign(declaration, value, high) !== 1;
    }
    case "in":
      return members(expected).some((member) => same(declaration, value, member));
    case "not_in":
      return !members(expected).some((member) => same(declaration, value, member));
    case "contains":
      return contains(declaration, value, expected);
    case "starts_with":
      return text(value).slice(0, text(expected).length) === expected;
    case "ends_with":
      // A text shorter than the suffix gives slice a negative start, which would count from the end.
      return (
        text(value).length >= text(expected).length &&
        text(value).slice(text(value).length - text(expected).length) === expected
      );
    default:
      throw unknown("an operator");
  }
}

/** A part of a text, or an item of a list. */
function contains(declaration: SignalDeclaration, value: SignalValue, expected: SignalValue): boolean {
  if (declaration.type !== "list") return text(value).indexOf(text(expected)) !== -1;
  for (const item of members(value)) if (same(declaration.items, item, expected)) return true;
  return false;
}

function same(declaration: SignalDeclaration, left: SignalValue, right: SignalValue): boolean {
  switch (declaration.type) {
    case "decimal":
      return sign(declaration, left, right) === 0;
    case "list": {
      const others = [...members(right)];
      for (const item of members(left)) {
        const other = others.shift();
        if (other === undefined || !same(declaration.items, item, other)) return false;
      }
      return others.length === 0;
    }
    default:
      return left === right;
  }
}

function sign({ type }: SignalDeclaration, left: SignalValue, right: SignalValue): -1 | 0 | 1 {
  switch (type) {
    case "integer":
    case "number":
      return order(Number(left), Number(right));
    case "decimal":
      return order(...commonScale(text(left), text(right)));
    case "date":
    case "timestamp":
      // One spelling per instant, most significant digit first: text order is the order in time.
      return order(text(left), text(right));
    default:
      throw unknown(`an order of ${type} values`);
  }
}

function order<T extends number | string | bigint>(left: T, right: T): -1 | 0 | 1 {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function commonScale(left: string, right: string): [bigint, bigint] {
  const a = decimalToScaled(left);
  const b = decimalToScaled(right);
  const scale = Math.max(a.scale, b.scale);
  return [a.digits * 10n ** BigInt(scale - a.scale), b.digits * 10n ** BigInt(scale - b.scale)];
}

function members(value: SignalValue): readonly SignalValue[] {
  if (typeof value !== "object") throw unknown("a list operand that is no list");
  return value;
}

function text(value: SignalValue): string {
  if (typeof value !== "string") throw unknown("a text operand that is no text");
  return value;
}

function unknown(part: string): ExecutionError {
  return new ExecutionError("INV-055", `The policy holds ${part} that this evaluator does not know.`);
}
