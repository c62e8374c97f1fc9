#!/usr/bin/env node
// Processes execute against shared stores while they are killed and paused at every step and the servers between them vanish, stall,
// crash and forget. PostgreSQL is a server of the campaign's own where `initdb` and `postgres` are in the PATH; one that others use is
// cut off and stalled only. Afterwards the log is held against what was acknowledged. Everything that is chosen follows from the seed.
//
//   node scripts/faults.mjs [--stores sqlite,postgres,redis+postgres] [--seconds 20] [--seed 1] [--processes 3] [--weaken]
//
// --weaken acknowledges before the record is durable: the run must then find violations, and exits with 0 only if it does.
import { parseArgs } from "node:util";
import { runCampaign } from "./faults/campaign.mjs";
import { missingFor, topologies } from "./faults/topologies.mjs";

const { values } = parseArgs({
  options: {
    stores: { type: "string", default: Object.keys(topologies).join(",") },
    seconds: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    processes: { type: "string", default: "3" },
    weaken: { type: "boolean", default: false },
  },
});
const terms = {
  seconds: wholeNumber("seconds", 1, 86_400),
  seed: wholeNumber("seed", 0, 2 ** 32 - 1),
  processes: wholeNumber("processes", 1, 64),
  weaken: values.weaken,
};

for (const name of values.stores.split(",")) {
  const topology = topologies[name];
  if (topology === undefined)
    throw new Error(`--stores takes ${Object.keys(topologies).join(", ")}; not ${name}.`);
  const missing = await missingFor(name);
  if (missing !== undefined) {
    console.log(`SKIPPED: ${name}, since there is no ${missing}`);
    if (process.env.CI === "true") process.exitCode = 1;
    continue;
  }
  const { counts, violations } = await runCampaign(name, topology, terms);
  const listed = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  console.log(`${name}, seed ${terms.seed}: ${listed.join(", ")}; ${violations.length} violations`);
  for (const violation of violations.slice(0, 10)) console.log(`  ${violation}`);
  const isAsExpected = terms.weaken === violations.length > 0;
  // Nothing is shown by what the last process did alone.
  const amidFaults = counts.acknowledged - counts["by the last process"];
  if (!isAsExpected || amidFaults === 0) process.exitCode = 1;
}

function wholeNumber(option, least, most) {
  const value = Number(values[option]);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${option} takes a whole number from ${least} to ${most}.`);
}
