import { interpretPolicy } from "@parmanasystems/execution";
import type { Condition, Policy, Rule } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";

/** The condition that every input meets. */
export const always: Condition = { kind: "all", conditions: [] };

/** No rule of a policy has an empty id. */
const none: Rule = { id: "", condition: always, outcome: { decision: "rejected", action: "", reason: "" } };

/** Whether validated signals meet a condition over the policy's signals; the policy's interpreter says so. */
export function conditionHolds(policy: Policy, condition: Condition, signals: SignalValues): boolean {
  return firstMatch(policy, [{ ...none, id: "asked", condition }], signals) === 0;
}

/** The index of the first rule that matches; undefined when none of them does. */
export function firstMatch(
  policy: Policy,
  rules: readonly Rule[],
  signals: SignalValues,
): number | undefined {
  const { rule_id: id } = interpretPolicy({ ...policy, rules: [...rules, none] }, signals);
  const index = rules.findIndex((rule) => rule.id === id);
  return index === -1 ? undefined : index;
}
