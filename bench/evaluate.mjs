// Decisions per second on the claims policy, validation included, beside a closure written by hand for this one policy
// with the same checks. Both are measured in alternating rounds of one process, on the same signals.
//
//   node bench/evaluate.mjs [--rounds 15] [--per-round 2000000]
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { compilePolicy, interpretPolicy } from "../packages/execution/dist/index.js";
import { parsePolicy, validateSignals } from "../packages/governance/dist/index.js";
import { median } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "15" }, "per-round": { type: "string", default: "2000000" } },
});
const rounds = Number(values.rounds);
const perRound = Number(values["per-round"]);

const policy = parsePolicy(
  readFileSync(new URL("../policies/claims-approval/1.0.0/policy.json", import.meta.url)),
);
const compiled = compilePolicy(policy);
const [highRisk, smallClaim, catchAll] = policy.rules.map(({ id, outcome }) =>
  Object.freeze({ rule_id: id, ...outcome }),
);

/** What a careful person writes: own members only, none unknown, each of its type and range, each read once. */
function decideByHand(signals) {
  let count = 0;
  for (const name in signals) {
    if (!Object.prototype.hasOwnProperty.call(signals, name)) continue;
    if (name !== "claim_amount" && name !== "risk_score" && name !== "vip_customer")
      throw new Error(`${name}?`);
    count += 1;
  }
  if (count !== 3) throw new Error("A signal is missing.");
  const { claim_amount, risk_score, vip_customer } = signals;
  if (!Number.isSafeInteger(claim_amount) || claim_amount < 0 || claim_amount > 100_000_000)
    throw new Error("amount");
  if (!Number.isSafeInteger(risk_score) || risk_score < 0 || risk_score > 100) throw new Error("score");
  if (typeof vip_customer !== "boolean") throw new Error("vip");
  if (risk_score > 80) return highRisk;
  if (claim_amount <= 100_000) return smallClaim;
  return catchAll;
}

// As they arrive: from JSON, and as the runtime hands them on after normalising.
const arrived = Array.from({ length: 4_096 }, (_, index) =>
  JSON.parse(
    JSON.stringify({
      claim_amount: (index * 7_919) % 250_000,
      risk_score: (index * 31) % 101,
      vip_customer: index % 3 === 0,
    }),
  ),
);
const validated = arrived.map((signals) => validateSignals(policy, signals));

for (const [index, signals] of arrived.entries()) {
  const expected = interpretPolicy(policy, validated[index]).rule_id;
  const answers = [compiled.decide(signals), compiled.evaluate(validated[index]), decideByHand(signals)];
  if (answers.some(({ rule_id }) => rule_id !== expected))
    throw new Error(`They disagree on ${JSON.stringify(signals)}.`);
}

let made = 0;
const contestant = (name, decide, inputs) => ({ name, round: roundOf(decide, inputs), rates: [] });
const fromJson = [
  contestant("decide(signals): validate and evaluate in one pass", compiled.decide, arrived),
  contestant("closure written by hand, with the same checks", decideByHand, arrived),
];
// The target of the first ratio is 0.7.
const normalised = [
  contestant("decide(normalised signals, without a prototype)", compiled.decide, validated),
  contestant("the same closure by hand, without a prototype", decideByHand, validated),
  contestant("evaluate(validated signals)", compiled.evaluate, validated),
  contestant("interpretPolicy(validated signals)", (signals) => interpretPolicy(policy, signals), validated),
];

/**
 * A function of its own for each, so that none is optimised for the objects of another. The number makes each another text:
 * engines share what they learn of functions of one text, and the first to run would have been at an advantage.
 */
function roundOf(decide, inputs) {
  made += 1;
  return new Function(
    "decide",
    "inputs",
    "expected",
    `// ${made}
     return function round(times) {
       let hits = 0;
       for (let index = 0; index < times; index += 1) if (decide(inputs[index & 4095]).rule_id === expected) hits += 1;
       return hits;
     }`,
  )(decide, inputs, catchAll.rule_id);
}

function race(contestants) {
  for (let round = -3; round < rounds; round += 1) {
    for (const { round: run, rates } of contestants) {
      const started = performance.now();
      run(perRound);
      // The first rounds warm the compiler up.
      if (round >= 0) rates.push(perRound / (performance.now() - started) / 1_000);
    }
  }
  for (const { name, rates } of contestants) {
    const spread = `(${Math.min(...rates).toFixed(1)} to ${Math.max(...rates).toFixed(1)})`;
    console.log(`  ${name.padEnd(52)} ${median(rates).toFixed(1).padStart(6)} ${spread}`);
  }
  const [ours, byHand] = contestants;
  const ratios = ours.rates.map((rate, round) => rate / byHand.rates[round]);
  const spread = `(${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
  console.log(`  ratio of the first two, median of the rounds: ${median(ratios).toFixed(2)} ${spread}`);
}

const { policyId, policyVersion } = policy;
console.log(
  `${policyId} ${policyVersion}, Node ${process.versions.node}, ${rounds} rounds of ${perRound}; million per second:`,
);
race(fromJson);
race(normalised);
