import { type DecisionResult, interpretPolicy } from "@parmanasystems/execution";
import type { Outcome, Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { Budget } from "../space/budget.js";
import { InputSpace } from "../space/input-space.js";
import { negate } from "../space/literal.js";
import { PolicySpace } from "../space/policy-space.js";
import { isSameInput } from "./same-input.js";
import { sharedScopes } from "./shared-scopes.js";

/** What differs first: the decision, else the action, else only the reason. */
export type ChangeKind = "decision" | "action" | "reason";

/** An input that the two versions answer differently. */
export interface Change {
  readonly kind: ChangeKind;
  readonly from: DecisionResult;
  readonly to: DecisionResult;
  /** The input, as the first version accepts it. */
  readonly signals: SignalValues;
  /** The same input as the second version accepts it, where it must be spelled otherwise or signals were added or removed. */
  readonly signalsAfter?: SignalValues;
}

export interface DecisionChanges {
  /** One for each pair of rules, of which one version's decides where the other version's did, with another outcome. */
  readonly changes: readonly Change[];
  /** False when some question was too large to answer, so that there may be more. */
  readonly complete: boolean;
  /** Steps of the search. */
  readonly steps: number;
}

/** Steps that one question may take, and all of them together. */
const stepsPerQuestion = 2_000_000;
const stepsInAll = 400_000_000;

/**
 * Every pair of rules, one of each version, that decide a common input with different outcomes, each with such an input.
 * An input that both versions have is one whose common signals both accept; signals that only one declares are free.
 */
export function decisionChanges(
  before: Policy,
  after: Policy,
  onProgress: (done: number, total: number) => void,
): DecisionChanges {
  const space = new InputSpace();
  const scopes = sharedScopes(before, after, space);
  const one = new PolicySpace(before, space, scopes.before);
  const other = new PolicySpace(after, space, scopes.after);
  const deciding = after.rules.map((_, rule) => other.decides(rule));
  const changes: Change[] = [];
  let complete = true;
  const whole = new Budget(stepsInAll);
  before.rules.forEach(({ outcome }, rule) => {
    const same = after.rules.flatMap((later, index) =>
      isSameOutcome(outcome, later.outcome) ? (deciding[index] ?? []) : [],
    );
    const differs = [one.decides(rule), negate(space.formula.or(same))];
    for (;;) {
      const { status } = space.solve(differs, whole.part(stepsPerQuestion));
      if (status === "undecided") complete = false;
      if (status !== "found") break;
      const decider = deciding.findIndex((literal) => space.isTrue(literal));
      const change = changeOf(one, other, rule, decider);
      if (change === undefined) complete = false;
      else changes.push(change);
      space.require([negate(one.decides(rule)), negate(other.decides(decider))]);
    }
    onProgress(rule + 1, before.rules.length);
  });
  return { changes, complete, steps: whole.spent };
}

/** The change that the input just found shows; undefined should an interpreter disagree. */
function changeOf(one: PolicySpace, other: PolicySpace, rule: number, decider: number): Change | undefined {
  const signals = one.signals();
  const signalsAfter = other.signals();
  if (signals === undefined || signalsAfter === undefined) return undefined;
  const from = interpretPolicy(one.policy, signals);
  const to = interpretPolicy(other.policy, signalsAfter);
  const kind = kindOf(from, to);
  const expected =
    from.rule_id === one.policy.rules[rule]?.id && to.rule_id === other.policy.rules[decider]?.id;
  if (kind === undefined || !expected) return undefined;
  return { kind, from, to, signals, ...(!isSameInput(signals, signalsAfter) && { signalsAfter }) };
}

function kindOf(from: Outcome, to: Outcome): ChangeKind | undefined {
  if (from.decision !== to.decision) return "decision";
  if (from.action !== to.action) return "action";
  return from.reason === to.reason ? undefined : "reason";
}

function isSameOutcome(one: Outcome, other: Outcome): boolean {
  return kindOf(one, other) === undefined;
}
