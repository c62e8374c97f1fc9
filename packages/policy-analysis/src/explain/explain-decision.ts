import { type DecisionResult, interpretPolicy } from "@parmanasystems/execution";
import { type Condition, type Outcome, type Policy, validateSignals } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { conditionPointer, type Leaf } from "../condition-paths.js";
import { signalsReadBy } from "../signals-read.js";
import { conditionHolds } from "../space/condition-holds.js";
import { spellLeaf } from "../spell-condition.js";
import { valueOf } from "../with-signal.js";

/** Why a policy decides as it does: every rule, and the truth of every condition in it. */
export interface Explanation {
  readonly decision: DecisionResult;
  /** Validated, in the order of declaration. */
  readonly signals: SignalValues;
  readonly rules: readonly ExplainedRule[];
}

export interface ExplainedRule {
  readonly id: string;
  /** Rules after the one that decided are not asked; what their conditions would have been is shown all the same. */
  readonly status: "decided" | "did_not_match" | "not_reached";
  readonly outcome: Outcome;
  readonly condition: ExplainedCondition;
}

export type ExplainedCondition = ExplainedComposite | ExplainedLeaf;

export interface ExplainedComposite {
  readonly kind: "all" | "any" | "not";
  readonly holds: boolean;
  readonly conditions: readonly ExplainedCondition[];
}

export interface ExplainedLeaf {
  readonly kind: "leaf";
  readonly holds: boolean;
  /** Where it stands in policy.json. */
  readonly pointer: string;
  /** As a person would say it: `risk_score greater_than 80`. */
  readonly text: string;
  /** What the condition reads, its own signal first; a signal without a value is absent. */
  readonly reads: readonly ReadSignal[];
}

export interface ReadSignal {
  readonly signal: string;
  readonly value?: SignalValue;
}

/** @throws GovernanceError VAL-003 to VAL-013 */
export function explainDecision(policy: Policy, given: Readonly<Record<string, unknown>>): Explanation {
  const signals = validateSignals(policy, given);
  // Not compiled, which could generate code, and a page under a strict content security policy must not even try.
  const decision = interpretPolicy(policy, signals);
  const holds = leafTruths(policy, signals);
  const decided = policy.rules.findIndex(({ id }) => id === decision.rule_id);
  const rules = policy.rules.map(({ id, condition, outcome }, index): ExplainedRule => {
    const status = index === decided ? "decided" : index < decided ? "did_not_match" : "not_reached";
    return {
      id,
      status,
      outcome,
      condition: explain(condition, conditionPointer(index), { signals, holds }),
    };
  });
  return Object.freeze({ decision, signals, rules });
}

interface Facts {
  readonly signals: SignalValues;
  readonly holds: (leaf: Leaf) => boolean;
}

/** Holds each pattern against each signal once, since that may be much work. */
function leafTruths(policy: Policy, signals: SignalValues): Facts["holds"] {
  const known = new Map<string, boolean>();
  return (leaf) => {
    if (leaf.kind === "exists" || leaf.operand.kind !== "pattern")
      return conditionHolds(policy, leaf, signals);
    const key = `${leaf.signal} ${leaf.operand.source}`;
    const truth = known.get(key) ?? conditionHolds(policy, leaf, signals);
    known.set(key, truth);
    return truth;
  };
}

function explain(condition: Condition, pointer: string, facts: Facts): ExplainedCondition {
  switch (condition.kind) {
    case "all":
    case "any": {
      const { kind } = condition;
      const conditions = condition.conditions.map((part, index) =>
        explain(part, `${pointer}/${kind}/${index}`, facts),
      );
      const holds =
        kind === "all" ? conditions.every((part) => part.holds) : conditions.some((part) => part.holds);
      return { kind, holds, conditions };
    }
    case "not": {
      const part = explain(condition.condition, `${pointer}/not`, facts);
      return { kind: "not", holds: !part.holds, conditions: [part] };
    }
    case "comparison":
    case "exists":
      return {
        kind: "leaf",
        holds: facts.holds(condition),
        pointer,
        text: spellLeaf(condition),
        reads: [...signalsReadBy(condition)].map((signal) => readSignal(signal, facts.signals)),
      };
  }
}

function readSignal(signal: string, signals: SignalValues): ReadSignal {
  const value = valueOf(signals, signal);
  return value === undefined ? { signal } : { signal, value };
}
