import type { Policy } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { type Accept, acceptSignal, copyList } from "./accept-signal.js";
import type { Slots } from "./slots.js";
import { isRecord, type UntrustedSignals, validateRead } from "./validate-read.js";

interface DeclaredSignal {
  readonly name: string;
  readonly index: number;
  readonly required: boolean;
  /** The value as it may be kept: only lists can change after they were read. */
  readonly take: ((value: unknown) => unknown) | undefined;
  readonly accepts: Accept;
}

/**
 * Compiles the signals schema to one pass over an object's members, each of them read once. The pass only ever
 * accepts; what it does not accept is left to `validateSignals`, with the values that were read.
 */
export function compileValidation(policy: Policy): (signals: UntrustedSignals) => Slots {
  const declared = [...policy.signals].map(([name, declaration], index): DeclaredSignal => ({
    name,
    index,
    required: !declaration.optional,
    take: declaration.type === "list" ? (value) => copyList(declaration, value) : undefined,
    accepts: acceptSignal(declaration),
  }));
  const byName = new Map(declared.map((signal) => [signal.name, signal]));
  const absent = declared.map((): SignalValue | undefined => undefined);
  const readSlots = compileReader(policy);

  return (signals) => {
    const values = absent.slice();
    let count = 0;
    let refused: string | undefined;
    let value: unknown;
    try {
      for (const name in signals) {
        // The one spelling that V8 folds into the loop; Object.hasOwn costs 7 ns more per signal (measured on 11.3).
        if (!Object.prototype.hasOwnProperty.call(signals, name)) continue;
        refused = name;
        value = undefined;
        value = signals[name];
        // Signals mostly come in the order of declaration, which saves the look-up.
        const next = declared[count];
        const signal = next?.name === name ? next : byName.get(name);
        if (signal?.take !== undefined) value = signal.take(value);
        if (signal?.accepts(value) !== true) break;
        values[signal.index] = value;
        count += 1;
        refused = undefined;
      }
      if (refused === undefined && isRecord(signals) && isComplete(declared, values, count)) return values;
    } catch {
      // A getter or a trap of a Proxy threw: that value is undefined, which no signal accepts.
    }
    const read = new Map<string | symbol, unknown>();
    for (const { name, index } of declared) if (values[index] !== undefined) read.set(name, values[index]);
    if (refused !== undefined) read.set(refused, value);
    return readSlots(validateRead(policy, signals, read));
  };
}

/** Reads validated signals; own members only. */
export function compileReader(policy: Policy): (signals: SignalValues) => Slots {
  const names = [...policy.signals.keys()];
  return (signals) => names.map((name) => (Object.hasOwn(signals, name) ? signals[name] : undefined));
}

function isComplete(declared: readonly DeclaredSignal[], values: Slots, count: number): boolean {
  return (
    count === declared.length ||
    declared.every(({ required, index }) => !required || values[index] !== undefined)
  );
}
