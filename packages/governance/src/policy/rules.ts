import { encodeUtf8, type JsonValue, shorten } from "@parmanasystems/canonical";
import type { Condition, DecisionOutcome, Outcome, Rule, SignalDeclaration } from "../policy.js";
import { readCondition } from "./conditions.js";
import { isPolicyId } from "./identity.js";
import { pointerTo } from "./json-pointer.js";
import { closedObject, isJsonArray, member } from "./members.js";
import type { Scope } from "./operands.js";
import { PatternCache } from "./pattern-cache.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";
import { isPrintable } from "./text.js";

/** Reads the rules in order; the last one is the catch-all, so every input meets a rule. */
export function readRules(
  value: JsonValue | undefined,
  pointer: string,
  declarations: ReadonlyMap<string, SignalDeclaration>,
): readonly Rule[] {
  if (!isJsonArray(value)) throw new PolicyDefect("POL-006", pointer, "rules must be a list");
  if (value.length > policyLimits.rules) {
    throw new PolicyDefect("POL-025", pointer, `a policy has at most ${policyLimits.rules} rules`);
  }
  const scope: Scope = { declarations, patterns: new PatternCache() };
  const ids = new Set<string>();
  const rules = value.map((part, index) => {
    const place = pointerTo(pointer, index);
    const rule = readRule(part, place, scope);
    if (ids.has(rule.id)) {
      throw new PolicyDefect(
        "POL-020",
        pointerTo(place, "id"),
        `an earlier rule has the id "${rule.id}" already`,
      );
    }
    ids.add(rule.id);
    return rule;
  });
  requireCatchAll(rules, pointer);
  return rules;
}

function readRule(value: JsonValue, pointer: string, scope: Scope): Rule {
  const rule = closedObject(value, pointer, { required: ["id", "condition", "outcome"] });
  return {
    id: readRuleId(member(rule, "id"), pointerTo(pointer, "id")),
    condition: readCondition(member(rule, "condition"), pointerTo(pointer, "condition"), scope),
    outcome: readOutcome(member(rule, "outcome"), pointerTo(pointer, "outcome")),
  };
}

function readRuleId(value: JsonValue | undefined, pointer: string): string {
  if (isPolicyId(value)) return value;
  const shown = typeof value === "string" ? shorten(value) : "this";
  throw new PolicyDefect(
    "POL-023",
    pointer,
    `${shown} is not a rule id: 1 to 64 lower-case letters, digits and hyphens, not starting with a hyphen`,
  );
}

function readOutcome(value: JsonValue | undefined, pointer: string): Outcome {
  const outcome = closedObject(value, pointer, { required: ["decision", "action", "reason"] }, "POL-019");
  const decision = member(outcome, "decision");
  if (!isDecisionOutcome(decision)) {
    throw new PolicyDefect(
      "POL-019",
      pointerTo(pointer, "decision"),
      "decision must be approved, rejected or pending_override",
    );
  }
  return {
    decision,
    action: readLine(member(outcome, "action"), pointerTo(pointer, "action"), policyLimits.actionBytes),
    reason: readLine(member(outcome, "reason"), pointerTo(pointer, "reason"), policyLimits.reasonBytes),
  };
}

function isDecisionOutcome(value: JsonValue | undefined): value is DecisionOutcome {
  return value === "approved" || value === "rejected" || value === "pending_override";
}

function readLine(value: JsonValue | undefined, pointer: string, mostBytes: number): string {
  if (typeof value === "string" && isPrintable(value) && encodeUtf8(value).length <= mostBytes) return value;
  throw new PolicyDefect(
    "POL-019",
    pointer,
    `a string of 1 to ${mostBytes} bytes of printable text on one line is expected`,
  );
}

function requireCatchAll(rules: readonly Rule[], pointer: string): void {
  const last = rules.at(-1);
  if (last !== undefined && isCatchAll(last.condition)) return;
  const place = last === undefined ? pointer : pointerTo(pointerTo(pointer, rules.length - 1), "condition");
  throw new PolicyDefect(
    "POL-021",
    place,
    'the last rule must be the catch-all, with the condition {"all": []}, so that every input is decided',
  );
}

function isCatchAll(condition: Condition): boolean {
  return condition.kind === "all" && condition.conditions.length === 0;
}
