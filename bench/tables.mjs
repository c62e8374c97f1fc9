// Decision tables: the time for the last row of a table of 10,000 rows, beside the last row of a table of 10. Both are measured
// in alternating rounds of one process. The target is a ratio of at most 3.
//
//   node bench/tables.mjs [--rows 10000] [--rounds 15]
import { parseArgs } from "node:util";
import { compilePolicy, interpretPolicy } from "../packages/execution/dist/index.js";
import { parsePolicy, validateSignals } from "../packages/governance/dist/index.js";
import { median } from "./lib/statistics.mjs";
import { tables } from "./lib/tables.mjs";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "10000" }, rounds: { type: "string", default: "15" } },
});
const rows = Number(values.rows);
const rounds = Number(values.rounds);
const smallRows = 10;
const perRound = 200_000;

console.log(
  `Last row of ${smallRows} and of ${rows}, Node ${process.versions.node}, ${rounds} rounds of ${perRound}; ns each:`,
);
for (const table of tables) {
  const [small, large] = [smallRows, rows].map((count) => contestant(table, count));
  for (let round = -5; round < rounds; round += 1) {
    for (const { run, times } of [small, large]) {
      const started = performance.now();
      run(perRound);
      // The first rounds warm the compiler up.
      if (round >= 0) times.push(((performance.now() - started) / perRound) * 1e6);
    }
  }
  const ratios = large.times.map((time, round) => time / small.times[round]);
  console.log(
    `  ${table.name.padEnd(46)} ${shown(small.times)} ${shown(large.times)}  ratio ${median(ratios).toFixed(2)} ` +
      `(${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}), compiled in ${large.compileMs.toFixed(0)} ms`,
  );
}

function contestant({ signalsSchema, rule, signalsOf }, count) {
  const outcome = (index) => ({ decision: "approved", action: "approve", reason: `row ${index}` });
  const policy = parsePolicy(
    new TextEncoder().encode(
      JSON.stringify({
        policyId: "table",
        policyVersion: "1.0.0",
        schemaVersion: "1.0.0",
        signalsSchema,
        rules: [
          ...Array.from({ length: count - 1 }, (_, index) => ({
            id: `row-${index}`,
            condition: rule(index),
            outcome: outcome(index),
          })),
          { id: "catch-all", condition: { all: [] }, outcome: outcome(count) },
        ],
      }),
    ),
  );
  const started = performance.now();
  const compiled = compilePolicy(policy);
  const compileMs = performance.now() - started;
  // The last row before the catch-all, as it arrives: from JSON.
  const last = count - 2;
  const inputs = Array.from({ length: 256 }, () => JSON.parse(JSON.stringify(signalsOf(last))));
  for (const decide of [
    compiled.decide,
    (signals) => interpretPolicy(policy, validateSignals(policy, signals)),
  ]) {
    if (decide(inputs[0]).rule_id !== `row-${last}`) throw new Error(`It is not row ${last} that decides.`);
  }
  return { run: roundOf(compiled.decide, inputs), times: [], compileMs };
}

/** A function of its own for each, so that none is optimised for the objects of another. */
function roundOf(decide, inputs) {
  return new Function(
    "decide",
    "inputs",
    `// ${Math.random()}
     return function round(times) {
       let length = 0;
       for (let index = 0; index < times; index += 1) length += decide(inputs[index & 255]).rule_id.length;
       return length;
     }`,
  )(decide, inputs);
}

function shown(times) {
  return `${median(times).toFixed(0).padStart(6)} (${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)})`;
}
