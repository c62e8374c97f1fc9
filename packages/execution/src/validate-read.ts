import { type Policy, validateSignals } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";

/** Whatever a caller sent: to be read once, and then never again. */
export type UntrustedSignals = Readonly<Record<string, unknown>>;

/**
 * Validates signals of which some were read already: those count with the value that was read, the others are read now.
 * @throws GovernanceError VAL-003 to VAL-013 just as `validateSignals`
 */
export function validateRead(
  policy: Policy,
  signals: UntrustedSignals,
  read: ReadonlyMap<string | symbol, unknown>,
): SignalValues {
  return validateSignals(policy, snapshot(signals, read));
}

function snapshot(signals: UntrustedSignals, read: ReadonlyMap<string | symbol, unknown>): UntrustedSignals {
  try {
    if (!isRecord(signals)) return signals;
    const copy = Object.create(null) as Record<string | symbol, unknown>;
    for (const name of Reflect.ownKeys(signals))
      copy[name] = read.has(name) ? read.get(name) : readMember(signals, name);
    return copy;
  } catch {
    // A Proxy that is revoked, or whose members cannot be listed: validateSignals says so.
    return signals;
  }
}

export function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readMember(signals: UntrustedSignals, name: string | symbol): unknown {
  try {
    return Reflect.get(signals, name);
  } catch {
    return undefined;
  }
}
