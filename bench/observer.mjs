// What observing the steps of executions costs, beside the same executions unobserved, in alternating rounds of one process: nothing but
// the timing, with the histogram that the server keeps, and with prom-client's. By CPU time: others on the machine count less.
//
//   node bench/observer.mjs [--rounds 100] [--per-round 200]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import ts from "typescript";
import { executionSteps } from "../packages/execution-runtime/dist/index.js";
import { memoryRuntime } from "./lib/memory-runtime.mjs";
import { median, spread } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "100" }, "per-round": { type: "string", default: "200" } },
});
const rounds = Number(values.rounds);
const perRound = Number(values["per-round"]);

const runtime = await memoryRuntime();

const buckets = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
const terms = {
  name: "steps",
  help: "as in packages/server/src/metrics.ts",
  labelNames: ["step", "outcome"],
  buckets,
};
const promClient = createRequire(new URL("../packages/server/package.json", import.meta.url))("prom-client");
const theirs = new promClient.Histogram({ ...terms, registers: [new promClient.Registry()] });
const ours = await serverHistogram(terms);
let heard = 0;
const variants = {
  unobserved: undefined,
  "observed, counting": {
    step() {
      heard += 1;
    },
  },
  "observed, histogram of the server": {
    step({ step, beganMs, endedMs }) {
      ours.get(step)((endedMs - beganMs) / 1_000);
    },
  },
  "observed, histogram of prom-client": {
    step({ step, beganMs, endedMs }) {
      theirs.observe({ step, outcome: "done" }, (endedMs - beganMs) / 1_000);
    },
  },
};

async function round(observer) {
  const before = process.cpuUsage();
  for (let index = 0; index < perRound; index += 1) {
    await runtime.execute(observer);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / perRound;
}

const found = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
for (const observer of Object.values(variants)) await round(observer);
for (let index = 0; index < rounds; index += 1) {
  // Each goes first in turn.
  const order = Object.entries(variants);
  order.push(...order.splice(0, index % order.length));
  for (const [name, observer] of order) found[name].push(await round(observer));
}

console.log(
  `node ${process.version}, ${rounds} rounds of ${perRound}, CPU time of an execution, medians (min to max)`,
);
for (const [name, times] of Object.entries(found)) {
  const ratios = times.map((time, index) => time / found.unobserved[index]);
  console.log(`${name.padEnd(36)}${spread(times)}  ×${median(ratios).toFixed(3)}`);
}
if (heard !== 9 * perRound * (rounds + 1)) {
  console.log("The observer did not hear of nine steps for each execution.");
  process.exitCode = 1;
}
await runtime.close();

/** It is no part of the server's door, so its source is read. */
async function serverHistogram(terms) {
  const source = readFileSync(
    new URL("../packages/server/src/telemetry/closed-histogram.ts", import.meta.url),
    "utf8",
  );
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const { ClosedHistogram } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  const histogram = new ClosedHistogram(terms);
  return new Map(executionSteps.map((step) => [step, histogram.series(step, "done")]));
}
