import type { Policy } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { boundaryValuesOf } from "../boundary-values.js";
import { signalsReadBy } from "../signals-read.js";
import { isSame, valueOf } from "../with-signal.js";
import { stepSize } from "./step-size.js";

/** A change of one signal to a value at a boundary, or to none. */
export interface Step {
  readonly signal: string;
  readonly to: SignalValue | undefined;
  readonly size: number;
}

/** The steps from these signals, for each signal that some rule reads, the smallest first. */
export function stepsFrom(policy: Policy, signals: SignalValues): ReadonlyMap<string, readonly Step[]> {
  const boundaries = boundaryValuesOf(policy);
  const read = new Set(policy.rules.flatMap(({ condition }) => [...signalsReadBy(condition)]));
  const steps = new Map<string, readonly Step[]>();
  for (const [signal, declaration] of policy.signals) {
    if (!read.has(signal)) continue;
    const present = valueOf(signals, signal);
    const values: readonly (SignalValue | undefined)[] = [
      ...boundaries(signal, signals),
      ...(declaration.optional ? [undefined] : []),
    ];
    const changes = values
      .filter((value) => !isSame(value, present))
      .map((to): Step => ({ signal, to, size: stepSize(declaration, present, to) }));
    steps.set(
      signal,
      changes.sort((one, other) => one.size - other.size),
    );
  }
  return steps;
}
