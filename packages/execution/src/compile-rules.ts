import type { Condition, Policy } from "@parmanasystems/governance";
import { compileCondition } from "./compile-condition.js";
import { PatternCompiler } from "./compile-pattern.js";
import { type DecisionResult, resultOf } from "./decision-result.js";
import { ExecutionError } from "./errors.js";
import { demandsOf, type IndexedRule } from "./rule-demands.js";
import { indexRules, type IndexTerms, indexTerms } from "./rule-index.js";
import { type Scope, type SlotMap, type Slots, slotsOf, type Test } from "./slots.js";

interface CompiledRule {
  readonly condition: Condition;
  readonly matches: Test;
  readonly result: DecisionResult;
}

export interface CompiledRules {
  readonly scope: Scope;
  readonly rules: readonly CompiledRule[];
  /** The result of the first rule that matches. @throws SYS-006 */
  readonly firstMatch: (values: Slots) => DecisionResult;
}

/** Compiles the rules to closures; those of a big table are found through an index. @throws INV-055 */
export function compileRules(policy: Policy, terms: Partial<IndexTerms> = {}): CompiledRules {
  const scope: Scope = { slots: slotsOf(policy), patterns: new PatternCompiler() };
  const rules = policy.rules.map((rule): CompiledRule => ({
    condition: rule.condition,
    matches: compileCondition(rule.condition, scope),
    result: resultOf(rule),
  }));
  const index = { ...indexTerms, ...terms };
  const firstMatch = rules.length > index.leafRules ? compileTable(rules, scope.slots, index) : tryAll(rules);
  return { scope, rules, firstMatch };
}

function tryAll(rules: readonly CompiledRule[]): (values: Slots) => DecisionResult {
  return (values) => {
    for (const rule of rules) if (rule.matches(values)) return rule.result;
    throw noMatch();
  };
}

function compileTable(
  rules: readonly CompiledRule[],
  slots: SlotMap,
  terms: IndexTerms,
): (values: Slots) => DecisionResult {
  const indexed: IndexedRule[] = [];
  for (const [position, { condition, matches }] of rules.entries()) {
    // What stands below the catch-all is never reached, and the catch-all needs no search.
    if (isAlwaysTrue(condition)) break;
    indexed.push({ position, matches, demands: demandsOf(condition, slots) });
  }
  const search = indexRules(indexed, [...slots.values()], terms);
  const catchAll = indexed.length;
  return (values) => {
    const rule = rules[search(values, catchAll)];
    if (rule === undefined) throw noMatch();
    return rule.result;
  };
}

function isAlwaysTrue(condition: Condition): boolean {
  return condition.kind === "all" && condition.conditions.every(isAlwaysTrue);
}

function noMatch(): ExecutionError {
  return new ExecutionError("SYS-006", "No rule of the policy matches these signals.");
}
