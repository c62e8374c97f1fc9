import { describe, expect, it } from "vitest";
import { interpretPolicy } from "@parmanasystems/execution";
import { findInput } from "../../src/space/find-input.js";
import { conditionHolds, firstMatch } from "../../src/space/condition-holds.js";
import { Dice, type KindName, type Style, tinyPolicy } from "../tiny-policies.js";

const rounds = Number(process.env["PARMANA_FUZZ_RUNS"] ?? 300);
const seed = Number(process.env["PARMANA_FUZZ_SEED"] ?? 1);

const families: Readonly<Record<string, readonly KindName[]>> = {
  "booleans, integers and enums": ["boolean", "integer", "narrow", "enum", "otherEnum"],
  "decimals, doubles, dates and timestamps": ["decimal", "coarse", "number", "date", "timestamp"],
  texts: ["string", "letter", "string"],
  lists: ["list", "shortList", "shortList", "boolean", "narrow"],
};

describe("findInput, held against every input of small policies", () => {
  it.each(Object.entries(families))(
    "finds an input, or proves that there is none, for %s",
    (_name, names) => {
      // Texts have so many values that three of them would take long.
      const style: Style = { kinds: names, signals: names.includes("string") ? 2 : 3, rules: 4, depth: 2 };
      for (let round = 0; round < rounds; round += 1) {
        const dice = new Dice(seed * 1_000_003 + round);
        const { policy, inputs } = tinyPolicy(dice, style);
        const reach = dice.below(policy.rules.length);
        const hold = policy.rules
          .slice(0, -1)
          .filter(() => dice.chance(40))
          .map(({ condition }) => ({ condition, truth: dice.chance(50) }));
        const rulesBefore = policy.rules.slice(0, reach);
        const exists = inputs.some(
          (signals) =>
            firstMatch(policy, rulesBefore, signals) === undefined &&
            hold.every(({ condition, truth }) => conditionHolds(policy, condition, signals) === truth),
        );
        const found = findInput(policy, { reach, hold });
        expect({ round, status: found.status }).toEqual({ round, status: exists ? "found" : "impossible" });
        if (found.status !== "found") continue;
        const decided = policy.rules.findIndex(
          ({ id }) => id === interpretPolicy(policy, found.signals).rule_id,
        );
        expect(decided).toBeGreaterThanOrEqual(reach);
      }
    },
  );
});
