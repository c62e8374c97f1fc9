// Loading a really signed policy of 1,000 rules: read the bundle, verify its signature and hashes, parse it, hold it against the
// published schema, compile it. Cold: the first thing that a new process does after its imports and the trust root. Warm: again
// and again in one process. The target is 50 ms.
//
//   node bench/policy-load.mjs [--rules 1000] [--rounds 15]
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compilePolicy } from "../packages/execution/dist/index.js";
import { loadPolicyBundle, readTrustRoot } from "../packages/governance/dist/node/index.js";
import { median } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: {
    rules: { type: "string", default: "1000" },
    rounds: { type: "string", default: "15" },
    /** For the processes that this one starts: the paths of the environment, as JSON. */
    once: { type: "string" },
  },
});
const policyId = "large";
const policyVersion = "1.0.0";

if (values.once === undefined) await measure(Number(values.rules), Number(values.rounds));
else console.log(JSON.stringify(await load(JSON.parse(values.once))));

async function measure(rules, rounds) {
  // Only here, so that the processes that load do not have it in memory.
  const { createTestEnvironment } = await import("../packages/testkit/dist/index.js");
  const source = mkdtempSync(join(tmpdir(), "parmana-policy-"));
  const folder = join(source, policyId, policyVersion);
  mkdirSync(folder, { recursive: true });
  const bytes = JSON.stringify(policyOf(rules));
  writeFileSync(join(folder, "policy.json"), bytes);
  const environment = await createTestEnvironment({
    policies: [folder],
    modules: [import.meta.resolve("../packages/execution/dist/index.js")],
    now: Date.now(),
  });
  try {
    const paths = JSON.stringify(environment.paths);
    const self = fileURLToPath(import.meta.url);
    const cold = times(rounds, () =>
      JSON.parse(execFileSync(process.execPath, [self, "--once", paths], { encoding: "utf8" })),
    );
    const warm = [];
    for (let round = -5; round < rounds; round += 1) {
      const found = await load(environment.paths);
      if (round >= 0) warm.push(found);
    }
    console.log(
      `${rules} rules, ${(bytes.length / 1024).toFixed(0)} KiB, Node ${process.versions.node}; ms, medians of ${rounds} (min to max):`,
    );
    console.log(`  cold  ${shown(cold)}`);
    console.log(`  warm  ${shown(warm)}`);
  } finally {
    environment.remove();
    rmSync(source, { recursive: true, force: true });
  }
}

/** @returns milliseconds, by step and together */
async function load({ policiesRootPath, trustRootPath, trustPublicKeyPath }) {
  const { value: trustRoot } = await readTrustRoot({ trustRootPath, trustPublicKeyPath });
  const started = performance.now();
  const { policy } = await loadPolicyBundle(policiesRootPath, policyId, policyVersion, trustRoot);
  const loaded = performance.now();
  const compiled = compilePolicy(policy);
  const ended = performance.now();
  // That what was compiled decides is no part of loading.
  compiled.decide({
    region: "region-7",
    product: 3,
    amount: 100,
    price: "9.99",
    day: "2026-11-21",
    note: "-",
  });
  return { loading: loaded - started, compiling: ended - loaded, together: ended - started };
}

function times(count, perform) {
  return Array.from({ length: count }, () => perform());
}

function shown(found) {
  const column = (name) => {
    const milliseconds = found.map((one) => one[name]);
    const [low, high] = [Math.min(...milliseconds), Math.max(...milliseconds)];
    return `${name} ${median(milliseconds).toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
  };
  return ["loading", "compiling", "together"].map(column).join("   ");
}

/** Rules of every shape that large policies have: rows of tables, ranges, patterns, alternatives. */
function policyOf(count) {
  const shapes = [
    (index) => ({
      all: [
        { signal: "region", equals: `region-${index % 40}` },
        { signal: "product", equals: index },
      ],
    }),
    (index) => ({
      all: [
        { signal: "product", in: [index, index + 1, index + 2] },
        { signal: "amount", between: [index * 10, index * 10 + 9] },
        { signal: "price", greater_than: `${index}.50` },
      ],
    }),
    (index) => ({
      any: [
        { signal: "note", matches: `INV-${index}-[0-9]{1,8}` },
        {
          all: [
            { signal: "note", exists: true },
            { signal: "note", starts_with: `refund-${index}` },
          ],
        },
      ],
    }),
    (index) => ({
      all: [{ signal: "day", less_than: "2026-01-01" }, { not: { signal: "amount", less_than: index } }],
    }),
  ];
  return {
    policyId,
    policyVersion,
    schemaVersion: "1.0.0",
    signalsSchema: {
      region: { type: "string", maxLength: 32 },
      product: { type: "integer", minimum: 0, maximum: 1_000_000 },
      amount: { type: "integer", minimum: 0, maximum: 100_000_000 },
      price: { type: "decimal", scale: 2 },
      day: { type: "date" },
      note: { type: "string", maxLength: 256, optional: true },
    },
    rules: [
      ...Array.from({ length: count - 1 }, (_, index) => ({
        id: `rule-${index}`,
        condition: shapes[index % shapes.length](index),
        outcome: { decision: "approved", action: "approve", reason: `rule ${index} of a large policy` },
      })),
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "rejected", action: "reject", reason: "nothing approves it" },
      },
    ],
  };
}
