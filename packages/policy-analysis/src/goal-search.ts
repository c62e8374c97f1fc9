import { interpretPolicy } from "@parmanasystems/execution";
import type { Condition, Policy } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { acceptsSignals } from "./accepts-signal.js";
import { Budget } from "./space/budget.js";
import { conditionHolds, firstMatch } from "./space/condition-holds.js";
import type { Goal } from "./space/find-input.js";
import { signed } from "./space/literal.js";
import { PolicySpace, type Search } from "./space/policy-space.js";
import { isSame, valueOf } from "./with-signal.js";

/** Steps that the search for one goal may take. */
const BUDGET = 1_000_000;

/** A signal that keeps its value, or stays absent. */
export interface KeptSignal {
  readonly name: string;
  readonly value: SignalValue | undefined;
}

/** `findInput` for many goals of one policy: its space is built once. */
export class GoalSearch {
  readonly #policy: Policy;
  readonly #space: PolicySpace;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#space = new PolicySpace(policy);
  }

  find(goal: Goal): Search {
    const { reach = 0, hold } = goal;
    const held = hold.map(({ condition, truth }) => signed(this.#space.literalOf(condition), truth));
    return this.#space.find([this.#space.reached(reach), ...held], new Budget(BUDGET), (signals) =>
      meetsGoal(this.#policy, goal, signals),
    );
  }

  /** Looks for signals on which one of these rules decides, some signals kept as they are. */
  findDecided(rules: readonly number[], kept: readonly KeptSignal[]): Search {
    const { formula } = this.#space.space;
    const decides = formula.or(rules.map((rule) => this.#space.decides(rule)));
    const conditions = kept.map((each) => this.#space.literalOf(isKept(each)));
    const ids = new Set(rules.map((rule) => this.#policy.rules[rule]?.id));
    return this.#space.find(
      [decides, ...conditions],
      new Budget(BUDGET),
      (signals) =>
        ids.has(interpretPolicy(this.#policy, signals).rule_id) &&
        kept.every(({ name, value }) => isSame(valueOf(signals, name), value)),
    );
  }
}

function isKept({ name, value }: KeptSignal): Condition {
  if (value === undefined) return { kind: "exists", signal: name, expected: false };
  return { kind: "comparison", signal: name, operator: "equals", operand: { kind: "literal", value } };
}

/** Whether the policy accepts the signals and they do what the goal says; the interpreter is asked. */
export function meetsGoal(policy: Policy, { reach = 0, hold }: Goal, signals: SignalValues): boolean {
  return (
    acceptsSignals(policy, signals) &&
    firstMatch(policy, policy.rules.slice(0, reach), signals) === undefined &&
    hold.every(({ condition, truth }) => conditionHolds(policy, condition, signals) === truth)
  );
}
