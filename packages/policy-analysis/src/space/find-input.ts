import type { Condition, Policy } from "@parmanasystems/governance";
import { Budget } from "./budget.js";
import { conditionHolds, firstMatch } from "./condition-holds.js";
import { signed } from "./literal.js";
import { PolicySpace, type Search } from "./policy-space.js";

/** What an input has to do. */
export interface Goal {
  /** No rule before the one of this index may match; absent: no such demand. */
  readonly reach?: number;
  /** Conditions over the policy's signals, with the truth that each must have. */
  readonly hold: readonly { readonly condition: Condition; readonly truth: boolean }[];
}

const defaultBudget = 1_000_000;

/**
 * Looks for an input that the policy accepts and that does what the goal says. Exact for all types and operators, up to
 * what lists that are asked for the value of another signal and very large expressions leave undecided.
 * @param budget steps of the search: decisions, conflicts, states of automata
 */
export function findInput(policy: Policy, goal: Goal, budget = defaultBudget): Search {
  const space = new PolicySpace(policy);
  const reach = goal.reach ?? 0;
  const assumptions = goal.hold.map(({ condition, truth }) => signed(space.literalOf(condition), truth));
  return space.find(
    [space.reached(reach), ...assumptions],
    new Budget(budget),
    (signals) =>
      firstMatch(policy, policy.rules.slice(0, reach), signals) === undefined &&
      goal.hold.every(({ condition, truth }) => conditionHolds(policy, condition, signals) === truth),
  );
}
