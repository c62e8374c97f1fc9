import type { Condition, Policy } from "@parmanasystems/governance";
import { conditionPointer, type Leaf } from "../condition-paths.js";
import { always, conditionHolds } from "../space/condition-holds.js";
import { type Literal, negate } from "../space/literal.js";
import type { PolicySpace } from "../space/policy-space.js";
import { spellLeaf } from "../spell-condition.js";
import { exchange, type Path, pointerOf } from "./condition-tree.js";
import type { Finding } from "./finding.js";
import type { Inquiry } from "./inquiry.js";

/** A leaf that reads as if it were true of a signal that is absent, and is false. */
interface NegativeLeaf {
  readonly path: Path;
  readonly leaf: Leaf;
  /** The optional signals that it compares. */
  readonly optional: readonly string[];
}

/**
 * Leaves under `not`, and not_equals and not_in, whose false verdict on an absent signal approves: the rule that approves
 * matches because of it, or another rule approves because the one that would not have does not match.
 */
export function unguardedOptionals(inquiry: Inquiry, rule: number): readonly Finding[] {
  const { policy, space } = inquiry;
  const found = policy.rules[rule];
  if (found === undefined) return [];
  const { condition, id: ruleId, outcome } = found;
  return negativeLeaves(condition, policy).flatMap(({ path, leaf, optional }) => {
    const without = exchange(condition, path, always);
    const approves = outcome.decision === "approved";
    for (const signal of optional) {
      const absent = space.scope.get(signal)?.presence;
      if (absent === undefined) continue;
      const search = inquiry.find(
        [
          negate(absent),
          space.reached(rule),
          space.literalOf(approves ? condition : without),
          negate(space.literalOf(approves ? without : condition)),
          approvedLiteral(space),
        ],
        (signals) =>
          !Object.hasOwn(signals, signal) &&
          policy.rules[inquiry.decider(signals)]?.outcome.decision === "approved" &&
          conditionHolds(policy, condition, signals) !== conditionHolds(policy, without, signals),
      );
      if (search.status !== "found") continue;
      return {
        rule: "unguarded-optional",
        severity: "warning",
        pointer: pointerOf(condition, path, conditionPointer(rule)),
        message: `"${spellLeaf(leaf)}" is false when "${signal}" is absent, and ${approves ? `so rule "${ruleId}" approves` : `so the input passes rule "${ruleId}" and is approved`}: say with "exists" what is meant.`,
        ruleId,
        signals: search.signals,
      };
    }
    return [];
  });
}

/** The literal of: the policy approves. */
function approvedLiteral(space: PolicySpace): Literal {
  const { rules } = space.policy;
  return space.space.formula.or(
    rules.flatMap(({ outcome }, rule) => (outcome.decision === "approved" ? space.decides(rule) : [])),
  );
}

/** The leaves under an odd number of `not`, and those with not_equals or not_in, that compare optional signals. */
function negativeLeaves(
  condition: Condition,
  policy: Policy,
  path: Path = [],
  negated = false,
): readonly NegativeLeaf[] {
  switch (condition.kind) {
    case "all":
    case "any":
      return condition.conditions.flatMap((part, index) =>
        negativeLeaves(part, policy, [...path, index], negated),
      );
    case "not":
      return negativeLeaves(condition.condition, policy, [...path, 0], !negated);
    case "exists":
      return [];
    case "comparison": {
      const { signal, operator, operand } = condition;
      if (!negated && operator !== "not_equals" && operator !== "not_in") return [];
      const names = operand.kind === "signal" ? [signal, operand.signal] : [signal];
      const optional = names.filter((name) => policy.signals.get(name)?.optional === true);
      return optional.length === 0 ? [] : [{ path, leaf: condition, optional: [...new Set(optional)] }];
    }
  }
}
