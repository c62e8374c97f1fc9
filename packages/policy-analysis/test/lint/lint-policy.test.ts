import { describe, expect, it } from "vitest";
import { lintPolicy } from "../../src/index.js";
import { Dice, type KindName, type Style, tinyPolicy } from "../tiny-policies.js";
import { expectedKeys, keyOf } from "./lint-oracle.js";

const rounds = Number(process.env["PARMANA_FUZZ_RUNS"] ?? 250);
const seed = Number(process.env["PARMANA_FUZZ_SEED"] ?? 1);

const families: Readonly<Record<string, readonly KindName[]>> = {
  "booleans, integers and enums": ["boolean", "integer", "narrow", "enum", "otherEnum"],
  "decimals, doubles, dates and timestamps": ["decimal", "coarse", "number", "date", "timestamp"],
  texts: ["string", "letter"],
  lists: ["list", "shortList", "boolean", "narrow"],
};

describe("lintPolicy, held against every input of small policies", () => {
  it.each(Object.entries(families))(
    "finds what there is to find and nothing else, for %s",
    (_name, names) => {
      const style: Style = { kinds: names, signals: 2, rules: 5, depth: 2 };
      for (let round = 0; round < rounds; round += 1) {
        const tiny = tinyPolicy(new Dice(seed * 1_000_003 + round), style);
        const { findings, complete } = lintPolicy(tiny.policy);
        expect({ round, complete, found: findings.map(keyOf).sort() }).toEqual({
          round,
          complete: true,
          found: expectedKeys(tiny),
        });
      }
    },
  );
});
