import { interpretPolicy } from "@parmanasystems/execution";
import type { Condition, Policy } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { acceptsSignals } from "./accepts-signal.js";
import { PatternLoad } from "./pattern-load.js";
import { Budget } from "./space/budget.js";
import { conditionHolds, firstMatch } from "./space/condition-holds.js";
import type { Goal } from "./space/find-input.js";
import { signed } from "./space/literal.js";
import { PolicySpace, type Search } from "./space/policy-space.js";
import { isSame, valueOf } from "./with-signal.js";

/** Steps that the search for one goal may take, and the searches for all goals together. */
const STEPS_PER_GOAL = 250_000;
const STEPS_IN_ALL = 500_000;
/** What the interpreter does in one step. */
const POSITIONS_PER_STEP = 25;

/** A signal that keeps its value, or stays absent. */
export interface KeptSignal {
  readonly name: string;
  readonly value: SignalValue | undefined;
}

/** `findInput` for many goals of one policy: its space is built once, and all goals share one budget. */
export class GoalSearch {
  readonly #policy: Policy;
  readonly #space: PolicySpace;
  readonly #load: PatternLoad;
  readonly #budget = new Budget(STEPS_IN_ALL);

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#space = new PolicySpace(policy);
    this.#load = new PatternLoad(policy);
  }

  /** Whether the signals do what the goal says; false also when the budget does not allow to ask. */
  meets(goal: Goal, signals: SignalValues): boolean {
    if (this.#budget.exhausted) return false;
    this.#budget.spend(((1 + goal.hold.length) * this.#load.of(signals)) / POSITIONS_PER_STEP);
    return meetsGoal(this.#policy, goal, signals);
  }

  find(goal: Goal): Search {
    if (this.#budget.exhausted) return { status: "undecided" };
    const { reach = 0, hold } = goal;
    const held = hold.map(({ condition, truth }) => signed(this.#space.literalOf(condition), truth));
    return this.#space.find(
      [this.#space.reached(reach), ...held],
      this.#budget.part(STEPS_PER_GOAL),
      (signals) => meetsGoal(this.#policy, goal, signals),
    );
  }

  /** Looks for signals on which one of these rules decides, some signals kept as they are. */
  findDecided(rules: readonly number[], kept: readonly KeptSignal[]): Search {
    if (this.#budget.exhausted) return { status: "undecided" };
    const { formula } = this.#space.space;
    const decides = formula.or(rules.map((rule) => this.#space.decides(rule)));
    const conditions = kept.map((each) => this.#space.literalOf(isKept(each)));
    const ids = new Set(rules.map((rule) => this.#policy.rules[rule]?.id));
    return this.#space.find(
      [decides, ...conditions],
      this.#budget.part(STEPS_PER_GOAL),
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
function meetsGoal(policy: Policy, { reach = 0, hold }: Goal, signals: SignalValues): boolean {
  return (
    acceptsSignals(policy, signals) &&
    firstMatch(policy, policy.rules.slice(0, reach), signals) === undefined &&
    hold.every(({ condition, truth }) => conditionHolds(policy, condition, signals) === truth)
  );
}
