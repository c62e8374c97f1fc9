import { GovernanceError, type Policy, validateSignals } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";

/** Whether the policy accepts the signals, as `validateSignals` judges them. */
export function acceptsSignals(
  policy: Policy,
  signals: Readonly<Record<string, unknown>>,
): signals is SignalValues {
  try {
    validateSignals(policy, signals);
    return true;
  } catch (error) {
    if (error instanceof GovernanceError) return false;
    throw error;
  }
}

/** The same for one signal alone. */
export function acceptsSignal(policy: Policy, name: string, value: unknown): value is SignalValue {
  const declaration = policy.signals.get(name);
  if (declaration === undefined) return false;
  return acceptsSignals({ ...policy, signals: new Map([[name, declaration]]) }, { [name]: value });
}
