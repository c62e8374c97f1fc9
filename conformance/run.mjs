#!/usr/bin/env node
// Holds a verifier against the cases: node conformance/run.mjs --verifier "<command>" [--family f] [--case c] [--json] [--one-by-one]
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readCases } from "./lib/cases.mjs";
import { difference } from "./lib/compare.mjs";
import { materialise } from "./lib/materialise.mjs";
import { judge } from "./lib/verifier.mjs";

const SHOWN = 40;

const { values } = parseArgs({
  options: {
    verifier: { type: "string" },
    family: { type: "string" },
    case: { type: "string" },
    json: { type: "boolean", default: false },
    "one-by-one": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(`Usage: node conformance/run.mjs [options]

Holds a verifier against the cases; exit code 1 when it disagrees with one.

  --verifier <command>  an executable that follows section 15 of docs/attestation-format.md; our own when absent
  --family <name>       the cases of one family
  --case <name>         one case
  --one-by-one          a process for each input, instead of many inputs in one
  --json                every disagreement, for machines`);
  process.exit(0);
}
// Our own, as it is built, when none is named.
const own = [process.execPath, fileURLToPath(new URL("../packages/cli/dist/bin.js", import.meta.url))];
const command = values.verifier === undefined ? own : values.verifier.trim().split(/\s+/);

const cases = readCases({ family: values.family, name: values.case });
if (cases.length === 0) {
  console.error("There is no such case.");
  process.exit(2);
}
const started = performance.now();
const directory = mkdtempSync(join(tmpdir(), "conformance-"));
try {
  const calls = materialise(cases, directory, { oneByOne: values["one-by-one"] });
  const disagreements = await judgeAll(calls);
  report(calls, disagreements);
  process.exitCode = disagreements.length === 0 ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** As many at once as there are cores. */
async function judgeAll(calls) {
  const disagreements = [];
  const waiting = [...calls];
  const worker = async () => {
    for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) {
      const { results, problem } = await judge(command, call);
      for (const { family, name, input, path, expect } of call.inputs) {
        const differs = difference(expect, results.get(path));
        if (differs !== undefined)
          disagreements.push({
            family,
            case: name,
            input,
            differs: problem === undefined ? differs : `${differs} (${problem})`,
          });
      }
      if (problem !== undefined && results.size > 0) {
        const [{ family, name }] = call.inputs;
        disagreements.push({ family, case: name, input: `${call.inputs.length} inputs`, differs: problem });
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return disagreements;
}

function report(calls, disagreements) {
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  const families = tableOf(calls, disagreements);
  if (values.json) {
    console.log(JSON.stringify({ families, disagreements, processes: calls.length, seconds }, undefined, 2));
    return;
  }
  const width = Math.max(...families.map(({ family }) => family.length));
  for (const { family, cases: known, inputs, agreed } of families) {
    console.log(
      `${family.padEnd(width)}  ${String(known).padStart(4)} cases  ${String(agreed).padStart(6)} of ${inputs} inputs agree`,
    );
  }
  for (const { family, case: name, input, differs } of disagreements.slice(0, SHOWN)) {
    console.log(`✗ ${family}/${name}${input === undefined ? "" : ` (${input})`}: ${differs}`);
  }
  if (disagreements.length > SHOWN)
    console.log(`… and ${disagreements.length - SHOWN} more; --json lists all`);
  const inputs = families.reduce((sum, { inputs: count }) => sum + count, 0);
  console.log(
    `${disagreements.length} disagreements in ${inputs} inputs of ${cases.length} cases; ${calls.length} processes, ${seconds} s`,
  );
}

function tableOf(calls, disagreements) {
  const inputs = calls.flatMap((call) => call.inputs);
  return [...new Set(cases.map(({ family }) => family))].map((family) => {
    const own = inputs.filter((input) => input.family === family).length;
    const wrong = new Set(
      disagreements
        .filter((found) => found.family === family)
        .map(({ case: name, input }) => `${name}/${input}`),
    ).size;
    return {
      family,
      cases: cases.filter((found) => found.family === family).length,
      inputs: own,
      agreed: Math.max(0, own - wrong),
    };
  });
}
