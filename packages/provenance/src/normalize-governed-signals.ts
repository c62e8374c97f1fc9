import { shorten } from "@parmanasystems/canonical";
import { ProvenanceError } from "./errors.js";
import { isPlainObject, readClosed, readOwn } from "./plain-object.js";
import { readSignalProvenance, type SignalProvenance } from "./signal-provenance.js";
import { readSignalValue, SignalBudget, type SignalValue, type SignalValues } from "./signal-value.js";
import { isWellFormed } from "./well-formed.js";

/** Signals taken apart: what decides, and where it came from. Deeply frozen, records without a prototype. */
export interface NormalizedSignals {
  readonly values: SignalValues;
  /** Only of the signals that carry one. */
  readonly provenance: Readonly<Record<string, SignalProvenance>>;
}

const maxSignals = 256;
const maxNameLength = 256;
const governedMembers = ["value", "provenance"];

// Shared by all executions without governed signals, whose provenance hash is then known beforehand.
export const noProvenance: Readonly<Record<string, SignalProvenance>> = /* @__PURE__ */ Object.freeze(
  Object.create(null) as Record<string, SignalProvenance>,
);

/**
 * Copies signals as a caller gives them, plain values or `{value, provenance}`, reading each value exactly once:
 * whatever the caller's object does later or at a second look has no effect.
 * @throws VAL-020 to VAL-029
 */
export function normalizeGovernedSignals(signals: unknown): NormalizedSignals {
  try {
    return readSignals(signals);
  } catch (cause) {
    if (cause instanceof ProvenanceError) throw cause;
    throw new ProvenanceError("VAL-021", "The signals must be readable; reading them threw.", { cause });
  }
}

function readSignals(signals: unknown): NormalizedSignals {
  if (!isPlainObject(signals)) throw new ProvenanceError("VAL-020", "The signals must be a plain object.");
  const names = Reflect.ownKeys(signals);
  if (names.length > maxSignals) {
    throw new ProvenanceError("VAL-022", `There must be at most ${String(maxSignals)} signals.`);
  }
  const budget = new SignalBudget();
  const values = Object.create(null) as Record<string, SignalValue>;
  let provenance: Record<string, SignalProvenance> | undefined;
  for (const key of names) {
    const name = readSignalName(key, budget);
    const given = readOwn(signals, name);
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      values[name] = readSignalValue(given, name, budget);
      continue;
    }
    const governed = readGoverned(given, name);
    values[name] = readSignalValue(governed.get("value"), name, budget);
    provenance ??= Object.create(null) as Record<string, SignalProvenance>;
    provenance[name] = readSignalProvenance(governed.get("provenance"), name);
  }
  return Object.freeze({
    values: Object.freeze(values),
    provenance: provenance === undefined ? noProvenance : Object.freeze(provenance),
  });
}

/** @throws VAL-021 VAL-022 VAL-029 */
export function readSignalName(name: string | symbol, budget: SignalBudget): string {
  if (typeof name === "symbol") {
    throw new ProvenanceError("VAL-021", "Every signal must be named by a text, not by a symbol.");
  }
  if (name.length > maxNameLength || !isWellFormed(name)) {
    throw new ProvenanceError(
      "VAL-029",
      `The signal name ${shorten(name)} must be well-formed text of at most ${String(maxNameLength)} characters.`,
    );
  }
  budget.spend(name.length);
  return name;
}

function readGoverned(given: object, name: string): ReadonlyMap<string, unknown> {
  const members = readClosed(given, governedMembers);
  if (members === undefined) {
    throw new ProvenanceError(
      "VAL-027",
      `The signal ${shorten(name)} must be a plain value or an object of exactly value and provenance.`,
    );
  }
  return members;
}
