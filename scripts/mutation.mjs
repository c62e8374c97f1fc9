#!/usr/bin/env node
// Mutation testing of the verifier: one change at a time to what accepts or refuses, and the file's own tests must notice.
// Prints every change that none noticed, then the score of each file. Fails when a score is below the one recorded in
// scripts/lib/mutation/scores.json, or when an equivalent listed in equivalents.json is noticed or gone. Stryker comes from npm and stays in
// node_modules/.cache. All files take the better part of an hour on two cores.
//
//   node scripts/mutation.mjs [--only conclude.ts,log/checkpoint.ts] [--raise]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { assess } from "./lib/mutation/assess.mjs";
import { mutate } from "./lib/mutation/stryker.mjs";
import { testsOf } from "./lib/mutation/targets.mjs";
import { readJson, root } from "./lib/workspace.mjs";

const { values } = parseArgs({ options: { only: { type: "string" }, raise: { type: "boolean" } } });
const folder = join(root, "scripts", "lib", "mutation");
const scoresPath = join(folder, "scores.json");
const recorded = readJson(scoresPath);
const chosen = values.only?.split(",") ?? Object.keys(testsOf);
const unknown = chosen.filter((file) => !(file in testsOf));
if (unknown.length > 0) throw new Error(`Not among the mutated files: ${unknown.join(", ")}`);

const mutants = [];
for (const file of chosen) mutants.push(...(await mutate(file, testsOf[file])));
const { results, survivors, unfounded } = assess(mutants, readJson(join(folder, "equivalents.json")), chosen);
for (const { file, line, within, original, replacement, status } of survivors)
  console.log(
    `${status}: packages/verifier/src/${file}:${line}: ${within}\n  - ${original}\n  + ${replacement}`,
  );
for (const { file, within, replacement } of unfounded)
  console.log(`NOT EQUIVALENT, or gone: ${file}: ${replacement} in ${within}`);

console.log(`${"file".padEnd(32)}mutants  noticed  equivalent   score`);
const tooLow = [];
for (const { file, mutants, noticed, equivalent, score } of results) {
  console.log(
    [file.padEnd(30), mutants, noticed, equivalent, score.toFixed(2)]
      .map((cell, at) => String(cell).padStart([0, 9, 9, 12, 8][at]))
      .join(""),
  );
  const least = recorded[file];
  if (least === undefined) console.log(`${file} has no score on record: --raise records this one.`);
  if (score < least) tooLow.push(`${file}: ${score.toFixed(2)} is below ${least}`);
}
for (const line of tooLow) console.log(line);
if (values.raise) raise();
if (tooLow.length > 0 || unfounded.length > 0) process.exitCode = 1;

/** Down to two digits, so that the same run reaches it again; never lower than it was. */
function raise() {
  for (const { file, score } of results)
    recorded[file] = Math.max(recorded[file] ?? 0, Math.floor(score * 100) / 100);
  writeFileSync(scoresPath, `${JSON.stringify(recorded, Object.keys(recorded).sort(), 2)}\n`);
}
