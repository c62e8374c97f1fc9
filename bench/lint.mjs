// How long `parmana policy check` looks for faults in tables, by the number of their rows.
//
//   node bench/lint.mjs [--rows 250,500,1000]
import { parseArgs } from "node:util";
import { parsePolicy } from "../packages/governance/dist/index.js";
import { lintPolicy } from "../packages/policy-analysis/dist/index.js";
import { tables } from "./lib/tables.mjs";

const { values } = parseArgs({ options: { rows: { type: "string", default: "250,500,1000" } } });

for (const { name, signalsSchema, rule } of tables) {
  const times = values.rows.split(",").map((rows) => {
    const policy = policyOf(
      signalsSchema,
      Array.from({ length: Number(rows) }, (_, index) => rule(index)),
    );
    const started = performance.now();
    const { complete } = lintPolicy(policy);
    const seconds = (performance.now() - started) / 1_000;
    return `${rows} rows ${seconds.toFixed(2)} s${complete ? "" : " (not complete)"}`;
  });
  console.log(`${name.padEnd(40)} ${times.join("   ")}`);
}

function policyOf(signalsSchema, conditions) {
  const outcomeOf = (index) =>
    index % 2 === 0
      ? { decision: "approved", action: "approve", reason: `row ${index}` }
      : { decision: "rejected", action: "reject", reason: `row ${index}` };
  const document = {
    policyId: "table",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema,
    rules: [
      ...conditions.map((condition, index) => ({ id: `row-${index}`, condition, outcome: outcomeOf(index) })),
      { id: "catch-all", condition: { all: [] }, outcome: outcomeOf(1) },
    ],
  };
  return parsePolicy(new TextEncoder().encode(JSON.stringify(document)));
}
