import { type Policy, validateSignals } from "@parmanasystems/governance";
import type { Condition } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { PatternLoad } from "../pattern-load.js";
import type { Budget } from "./budget.js";
import { encodeCondition } from "./encode-condition.js";
import { InputSpace } from "./input-space.js";
import { type Literal, negate, TRUE } from "./literal.js";
import type { Scope } from "./scope.js";

export type Search =
  /** Signals that the policy accepts and that do what was asked for: the interpreter agrees. */
  | { readonly status: "found"; readonly signals: SignalValues }
  /** Proved: no input does. */
  | { readonly status: "impossible" }
  /** The budget was used up, or a part of the question is not exact. */
  | { readonly status: "undecided" };

/** What the interpreter does in one step. */
const positionsPerStep = 25;

/** The inputs of one policy, ready for many questions about its rules. */
export class PolicySpace {
  readonly policy: Policy;
  readonly space: InputSpace;
  readonly scope: Scope;
  readonly #load: PatternLoad;
  readonly #conditions: Literal[] = [];
  readonly #reached: Literal[] = [TRUE];

  /** @param space @param scope what the policy's signals are, when they are shared with another policy */
  constructor(policy: Policy, space = new InputSpace(), scope = scopeOf(policy, space)) {
    this.policy = policy;
    this.space = space;
    this.scope = scope;
    this.#load = new PatternLoad(policy);
    let reached = TRUE;
    for (const rule of policy.rules) {
      const condition = this.literalOf(rule.condition);
      this.#conditions.push(condition);
      reached = space.formula.and([reached, negate(condition)]);
      this.#reached.push(reached);
    }
  }

  literalOf(condition: Condition): Literal {
    return encodeCondition(this.space, this.scope, condition);
  }

  /** The literal of: the rule's condition holds, whatever the rules before it say. */
  condition(rule: number): Literal {
    return this.#conditions[rule] ?? TRUE;
  }

  /** The literal of: no rule before this one matches. */
  reached(rule: number): Literal {
    return this.#reached[rule] ?? TRUE;
  }

  /** The literal of: the rule decides. */
  decides(rule: number): Literal {
    return this.space.formula.and([this.reached(rule), this.condition(rule)]);
  }

  /**
   * Looks for signals for which all assumptions are true.
   * @param confirm whether the interpreter says the same of the signals; if it does not, nothing is claimed
   */
  find(assumptions: readonly Literal[], budget: Budget, confirm: (signals: SignalValues) => boolean): Search {
    const answer = this.space.solve(assumptions, budget);
    if (answer.status !== "found") return { status: answer.status };
    const signals = this.signals();
    if (signals !== undefined) budget.spend(this.#load.of(signals) / positionsPerStep);
    return signals !== undefined && confirm(signals) ? { status: "found", signals } : { status: "undecided" };
  }

  /** The signals of the input that was found; undefined should the policy refuse them. */
  signals(): SignalValues | undefined {
    const values = Object.create(null) as Record<string, SignalValue>;
    for (const [name, signal] of this.scope) {
      const value = this.space.valueOf(signal);
      if (value !== undefined) values[name] = value;
    }
    try {
      return validateSignals(this.policy, values);
    } catch {
      return undefined;
    }
  }
}

function scopeOf(policy: Policy, space: InputSpace): Scope {
  return new Map(
    [...policy.signals].map(([name, declaration]) => [
      name,
      { ...space.newSignal([declaration]), declaration },
    ]),
  );
}
