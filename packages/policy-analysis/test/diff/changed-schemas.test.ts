import { describe, expect, it } from "vitest";
import { interpretPolicy } from "@parmanasystems/execution";
import { validateSignals } from "@parmanasystems/governance";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { diffPolicies } from "../../src/index.js";
import {
  chooseSignals,
  type Chosen,
  Dice,
  type KindName,
  kinds,
  type Style,
  tinyPolicy,
} from "../tiny-policies.js";

const rounds = Number(process.env["PARMANA_FUZZ_RUNS"] ?? 250);
const seed = Number(process.env["PARMANA_FUZZ_SEED"] ?? 1);

/** Kinds whose values compare with each other's. */
const families: Readonly<Record<string, readonly KindName[]>> = {
  "whole numbers and decimals": ["integer", "narrow", "decimal", "coarse"],
  enums: ["enum", "otherEnum", "enum"],
  texts: ["string", "letter"],
  "values that do not compare": ["boolean", "narrow", "enum", "number", "letter"],
};

const numeric = ["integer", "decimal"];

/** The value as what it means: 2 and "2.0" are one number. */
function meaning(signal: Chosen, value: SignalValue | undefined): unknown {
  return value !== undefined && numeric.includes(signal.declaration.type) ? Number(value) : value;
}

function isComparable(one: Chosen, other: Chosen): boolean {
  const [type, otherType] = [one.declaration.type, other.declaration.type];
  return type === otherType || (numeric.includes(type) && numeric.includes(otherType));
}

/** The signals of a later version: some are of another kind, optional or no longer so, gone or new. */
function laterSignals(dice: Dice, signals: readonly Chosen[], names: readonly KindName[]): readonly Chosen[] {
  const kept = signals.flatMap((signal, index) => {
    if (index > 0 && dice.chance(15)) return [];
    const kind = dice.chance(50) ? kinds[dice.pick(names)] : signal;
    return { ...signal, ...kind, optional: dice.chance(80) ? signal.optional : !signal.optional };
  });
  return dice.chance(15) ? [...kept, { ...kinds.boolean, name: "added", optional: dice.chance(50) }] : kept;
}

/** Whether the two inputs agree on every signal whose values compare. */
function isCommon(
  signals: readonly Chosen[],
  later: readonly Chosen[],
  input: SignalValues,
  laterInput: SignalValues,
): boolean {
  return signals.every((signal) => {
    const other = later.find(({ name }) => name === signal.name);
    if (other === undefined || !isComparable(signal, other)) return true;
    return meaning(signal, input[signal.name]) === meaning(other, laterInput[other.name]);
  });
}

describe("diffPolicies between versions that declare other signals, held against every pair of inputs", () => {
  it.each(Object.entries(families))("finds every pair of rules that differ, for %s", (_name, names) => {
    // Pairs of inputs are many, and texts have many values.
    const style: Style = { kinds: names, signals: names.includes("string") ? 1 : 2, rules: 3, depth: 2 };
    for (let round = 0; round < rounds; round += 1) {
      const dice = new Dice(seed * 1_000_003 + round);
      const signals = chooseSignals(dice, style);
      const later = laterSignals(dice, signals, names);
      const before = tinyPolicy(dice, style, signals);
      const after = tinyPolicy(dice, style, later);
      const expected = new Set<string>();
      const answers = after.inputs.map((laterInput) => ({
        laterInput,
        to: interpretPolicy(after.policy, laterInput),
      }));
      for (const input of before.inputs) {
        const from = interpretPolicy(before.policy, input);
        for (const { laterInput, to } of answers) {
          if (from.decision !== to.decision && isCommon(signals, later, input, laterInput))
            expected.add(`${from.rule_id} ${to.rule_id}`);
        }
      }
      const { changes, complete } = diffPolicies(before.policy, after.policy);
      const found = changes.map(({ from, to }) => `${from.rule_id} ${to.rule_id}`);
      expect({ round, complete, found: found.sort() }).toEqual({
        round,
        complete: true,
        found: [...expected].sort(),
      });
      for (const { from, to, signals: input, signalsAfter = input } of changes) {
        expect(interpretPolicy(before.policy, validateSignals(before.policy, input))).toEqual(from);
        expect(interpretPolicy(after.policy, validateSignals(after.policy, signalsAfter))).toEqual(to);
        expect(isCommon(signals, later, input, signalsAfter)).toBe(true);
      }
    }
  });
});
