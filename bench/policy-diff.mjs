// How long it takes to compare two versions of a policy exactly: by default 200 rules over 8 signals, of which ten changed.
//
//   node bench/policy-diff.mjs [--rules 200] [--changed 10] [--rounds 5] [--seed 1]
import { parseArgs } from "node:util";
import { parsePolicy } from "../packages/governance/dist/index.js";
import { diffPolicies } from "../packages/policy-analysis/dist/index.js";
import { diceOf } from "./lib/dice.mjs";
import { median } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: {
    rules: { type: "string", default: "200" },
    changed: { type: "string", default: "10" },
    rounds: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
  },
});
const [ruleCount, changedCount, rounds, seed] = [
  values.rules,
  values.changed,
  values.rounds,
  values.seed,
].map(Number);

const signalsSchema = {
  amount: { type: "integer", minimum: 0, maximum: 1_000_000 },
  score: { type: "integer", minimum: 0, maximum: 1_000 },
  age: { type: "integer", minimum: 0, maximum: 120 },
  limit: { type: "integer", minimum: 0, maximum: 1_000_000 },
  country: { type: "enum", values: Array.from({ length: 40 }, (_, index) => `country-${index}`) },
  tier: { type: "enum", values: ["bronze", "silver", "gold", "platinum"] },
  merchant: { type: "string", maxLength: 32 },
  verified: { type: "boolean" },
};

/** Two or three conditions of a rule, as a table of limits has them. */
function conditionOf(dice) {
  const leaves = [
    () => ({ signal: "amount", between: rangeOf(dice, 1_000_000, 50_000) }),
    () => ({ signal: "score", less_than: dice(1_000) }),
    () => ({ signal: "age", greater_than_or_equal: dice(120) }),
    () => ({ signal: "amount", greater_than: { signal: "limit" } }),
    () => ({ signal: "country", equals: `country-${dice(40)}` }),
    () => ({
      signal: "tier",
      in: ["bronze", "silver", "gold", "platinum"].filter((_, index) => index !== dice(4)),
    }),
    () => ({ signal: "merchant", equals: `merchant-${dice(60)}` }),
    () => ({ signal: "verified", equals: dice(2) === 0 }),
  ];
  return { all: [leaves[4](), leaves[dice(8)](), leaves[dice(4)]()] };
}

function rangeOf(dice, most, width) {
  const low = dice(most - width);
  return [low, low + dice(width)];
}

function policyOf(rules) {
  const document = {
    policyId: "limits",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema,
    rules: [
      ...rules,
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "rejected", action: "reject", reason: "no rule" },
      },
    ],
  };
  return parsePolicy(new TextEncoder().encode(JSON.stringify(document)));
}

const took = [];
for (let round = 0; round < rounds; round += 1) {
  const dice = diceOf(seed + round);
  const rules = Array.from({ length: ruleCount }, (_, index) => ({
    id: `rule-${index}`,
    condition: conditionOf(dice),
    outcome:
      dice(2) === 0
        ? { decision: "approved", action: "approve", reason: "in the table" }
        : { decision: "rejected", action: "reject", reason: "in the table" },
  }));
  const changed = new Set();
  while (changed.size < Math.min(changedCount, ruleCount)) changed.add(dice(ruleCount));
  const later = rules.map((rule, index) =>
    changed.has(index) ? { ...rule, condition: conditionOf(dice) } : rule,
  );
  const [before, after] = [policyOf(rules), policyOf(later)];
  const started = performance.now();
  const { changes, complete, steps } = diffPolicies(before, after);
  const ms = performance.now() - started;
  took.push(ms);
  console.log(
    `  seed ${seed + round}: ${(ms / 1_000).toFixed(2)} s, ${changes.length} changed pairs of rules, ${complete ? "complete" : "NOT complete"}, ${steps} steps`,
  );
}
console.log(
  `diff of two ${ruleCount}-rule versions over 8 signals, ${changedCount} rules changed: median ${(median(took) / 1_000).toFixed(2)} s (${(Math.min(...took) / 1_000).toFixed(2)} to ${(Math.max(...took) / 1_000).toFixed(2)})`,
);
