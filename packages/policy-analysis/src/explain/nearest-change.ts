import { compilePolicy, type DecisionResult } from "@parmanasystems/execution";
import type { DecisionOutcome, Policy } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { changedSignals, valueOf } from "../with-signal.js";
import { ChangeSearch } from "./change-search.js";

export type NearestChange =
  | {
      readonly status: "found";
      /** In the order of declaration; none when the decision is the wanted one already. */
      readonly changes: readonly SignalChange[];
      /** What the policy decides on the changed signals: it was asked. */
      readonly decision: DecisionResult;
      readonly signals: SignalValues;
      /** Whether it is proved that to change fewer signals is not enough. */
      readonly nearest: boolean;
    }
  /** No input at all gets that decision, which is proved. */
  | { readonly status: "impossible" }
  | { readonly status: "undecided" };

/** A value that is left out is absent. */
export interface SignalChange {
  readonly signal: string;
  readonly from?: SignalValue;
  readonly to?: SignalValue;
}

export interface NearestChangeOptions {
  /** The decision that is wanted; any other than the present one when absent. */
  readonly to?: DecisionOutcome;
}

/**
 * The change of signals that gets another decision: of as few signals as can be, and among those the smallest step
 * (`stepSize`) from boundary to boundary of the policy's conditions.
 * @param signals that `validateSignals` returned
 */
export function nearestChange(
  policy: Policy,
  signals: SignalValues,
  { to }: NearestChangeOptions = {},
): NearestChange {
  const present = compilePolicy(policy).evaluate(signals);
  if (present.decision === to) {
    return Object.freeze({ status: "found", changes: [], decision: present, signals, nearest: true });
  }
  const isWanted = (decision: DecisionOutcome): boolean =>
    to === undefined ? decision !== present.decision : decision === to;
  const search = new ChangeSearch(policy, signals, isWanted);
  const found = search.find();
  if (found.status !== "found") return found;
  const changes = changedSignals(policy, signals, found.signals).map((signal): SignalChange => {
    const [from, after] = [valueOf(signals, signal), valueOf(found.signals, signal)];
    return { signal, ...(from !== undefined && { from }), ...(after !== undefined && { to: after }) };
  });
  return Object.freeze({ ...found, changes, decision: search.decide(found.signals) });
}
