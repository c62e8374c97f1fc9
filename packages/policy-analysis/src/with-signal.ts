import { canonicalize } from "@parmanasystems/canonical";
import type { Policy } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";

/** A copy with one signal changed, or absent where the value is undefined. Frozen, without a prototype. */
export function withSignal(
  signals: SignalValues,
  name: string,
  value: SignalValue | undefined,
): SignalValues {
  const changed = Object.assign(Object.create(null) as Record<string, SignalValue>, signals);
  if (value === undefined) Reflect.deleteProperty(changed, name);
  else changed[name] = value;
  return Object.freeze(changed);
}

/** The signal's value; undefined when it is absent. */
export function valueOf(signals: SignalValues, name: string): SignalValue | undefined {
  return Object.hasOwn(signals, name) ? signals[name] : undefined;
}

/** The signals that differ, in the order of declaration. */
export function changedSignals(policy: Policy, before: SignalValues, after: SignalValues): readonly string[] {
  return [...policy.signals.keys()].filter((name) => !isSame(valueOf(before, name), valueOf(after, name)));
}

export function isSame(one: SignalValue | undefined, other: SignalValue | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalize(one) === canonicalize(other);
}
