import type { DecisionOutcome, Rule } from "@parmanasystems/governance";

/** What a policy decided, and by which rule. */
export interface DecisionResult {
  readonly decision: DecisionOutcome;
  readonly rule_id: string;
  readonly action: string;
  readonly reason: string;
}

/** The frozen result of a rule. */
export function resultOf({ id, outcome }: Rule): DecisionResult {
  return Object.freeze({
    decision: outcome.decision,
    rule_id: id,
    action: outcome.action,
    reason: outcome.reason,
  });
}
