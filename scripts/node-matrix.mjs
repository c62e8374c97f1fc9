#!/usr/bin/env node
// Promise 1 on other runtimes: this Node, Node 22 and 24, and Chromium give every vector the same verdict, code and sentence, by one bundle
// without Node's modules; evidence bundles of conformance/ are among them. Prints runtimes x sets -> disagreements. The last line is a run
// that must fail: a weakened judge has to be noticed.
// The binaries of Node come from npm and stay in node_modules/.cache; the packages must have been built.
//
//   node scripts/node-matrix.mjs [--short] [22 24]
import { parseArgs } from "node:util";
import { browserBundle } from "./lib/browser-bundle.mjs";
import { disagreements, total } from "./lib/matrix/disagreements.mjs";
import { fetchNode, judgeInChromium, judgeOnNode, prepare } from "./lib/matrix/runtimes.mjs";
import { vectorSets } from "./lib/matrix/vectors.mjs";
import { root } from "./lib/workspace.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: "boolean", default: false } },
});
const versions = positionals.length > 0 ? positionals : ["22", "24"];
const { sets, expected, notes } = await vectorSets(values.short);
prepare(
  await browserBundle(`export { judge } from ${JSON.stringify(`${root}scripts/lib/matrix/judge.mjs`)};`),
  sets,
);

const [reference, ...others] = await Promise.all([
  judgeOnNode("this", process.execPath),
  ...versions.map(async (version) => judgeOnNode(version, await fetchNode(version))),
  judgeInChromium(),
]);
const compared = others.filter((other) => other !== undefined);
if (compared.length < others.length) {
  if (process.env.CI === "true") throw new Error("Chromium is required when CI=true.");
  notes.push("SKIPPED: Chromium is not compared, it is not installed (set PARMANA_TEST_CHROMIUM).");
}

const names = Object.keys(sets);
const row = (name, cells) =>
  console.log(
    [name.padEnd(24), ...cells.map((cell, at) => String(cell).padStart(names[at].length + 2))].join(""),
  );
row("disagreements", names);
row(
  "(outcomes)",
  names.map((name) => reference.outcomes[name].length),
);
const published = disagreements(expected, reference.outcomes);
row(
  "as published",
  names.map((name) => published[name]?.length ?? "-"),
);
row(
  reference.version,
  names.map(() => "="),
);
const differing = compared.map(({ version, outcomes }) => {
  const found = disagreements(reference.outcomes, outcomes);
  row(
    version,
    names.map((name) => found[name].length),
  );
  return found;
});

const weakened = await judgeWeakened();
row(
  "weakened, must differ",
  names.map((name) => weakened[name].length),
);
for (const note of notes) console.log(note);

const wrong = total(published) + differing.reduce((sum, found) => sum + total(found), 0);
if (wrong > 0) explain();
const isNoticed = ["signatures", "verdicts", "kit"].every(
  (name) => sets[name].length === 0 || weakened[name].length > 0,
);
if (!isNoticed) console.log("A weakened judge was not noticed, so the comparison shows nothing.");
console.log(`${compared.length + 1} runtimes, ${wrong} disagreements`);
if (wrong > 0 || !isNoticed || compared.length === 0) process.exitCode = 1;

/** Signatures by the cofactored rule, verdicts without log proofs. */
async function judgeWeakened() {
  const { judge } = await import(`${root}node_modules/.cache/parmana/judge.mjs`);
  return disagreements(reference.outcomes, judge(sets, true));
}

function explain() {
  for (const [at, found] of differing.entries())
    for (const [name, [position]] of Object.entries(found)) {
      if (position === undefined) continue;
      const [here, there] = [reference, compared[at]].map(({ outcomes }) => outcomes[name][position]);
      console.log(
        `${name} ${position}: ${reference.version} says ${here}\n  ${compared[at].version} says ${there}`,
      );
    }
}
