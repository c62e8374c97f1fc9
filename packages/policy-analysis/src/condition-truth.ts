import { compilePolicy } from "@parmanasystems/execution";
import type { Condition, Outcome, Policy, SignalDeclaration } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { signalsReadBy } from "./signals-read.js";

/** Whether a condition holds for signals that `validateSignals` returned. */
export type Truth = (signals: SignalValues) => boolean;

/**
 * Asks the evaluator itself about a single condition, as the only one of a policy of its own: what conditions mean is
 * decided in one place. @throws ExecutionError INV-055
 */
export function truthOf(policy: Policy, condition: Condition): Truth {
  const probe = compilePolicy({
    ...policy,
    signals: signalsOf(policy, condition),
    rules: [
      { id: HOLDS, condition, outcome },
      { id: "otherwise", condition: { kind: "all", conditions: [] }, outcome },
    ],
  });
  return (signals) => probe.evaluate(signals).rule_id === HOLDS;
}

const HOLDS = "holds";
const outcome: Outcome = { decision: "rejected", action: "none", reason: "none" };

/** Only what the condition reads, so that asking costs no more than it has to. */
function signalsOf(policy: Policy, condition: Condition): ReadonlyMap<string, SignalDeclaration> {
  const signals = new Map<string, SignalDeclaration>();
  for (const name of signalsReadBy(condition)) {
    const declaration = policy.signals.get(name);
    if (declaration !== undefined) signals.set(name, declaration);
  }
  return signals;
}
