#!/usr/bin/env node
// Whether our own verifier agrees with every case, the runner tells verifiers apart that say the same of everything, and the generator makes
// these very cases.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readCases } from "./lib/cases.mjs";

const problems = [];
const expectations = readCases().flatMap(({ family, expect, inputs }) =>
  inputs.map((input) => ({ family, verified: (input.expect ?? expect).exitCode === 0 })),
);
const families = [...new Set(expectations.map(({ family }) => family))];

const own = runKit();
console.log(own.summary);
if (own.code !== 0) problems.push(`our own verifier disagrees:\n${own.disagreements}`);
noticed("verified", ({ verified }) => !verified);
noticed("refused", ({ verified }) => verified);
const generator = fileURLToPath(new URL("generate.mjs", import.meta.url));
const generated = spawnSync(process.execPath, [generator, "--check"], { encoding: "utf8" });
if (generated.status !== 0)
  problems.push(`the kit is not what generate.mjs makes:\n${generated.stdout}${generated.stderr}`);

for (const problem of problems) console.log(`✗ ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** A verifier that always says so must be told wrong in every family that has a case against it. */
function noticed(verdict, contradicts) {
  const always = fileURLToPath(new URL("always.mjs", import.meta.url));
  const { code, report } = runKit("--verifier", `${process.execPath} ${always} ${verdict}`);
  if (code !== 1) problems.push(`the runner ended with ${code} for a verifier that always says ${verdict}`);
  for (const family of families) {
    const against = expectations.filter((found) => found.family === family && contradicts(found)).length;
    const found = report.disagreements.filter((disagreement) => disagreement.family === family).length;
    if (found < against)
      problems.push(
        `${family}: ${against} inputs contradict a verifier that always says ${verdict}, and ${found} were noticed`,
      );
  }
}

function runKit(...words) {
  const runner = fileURLToPath(new URL("run.mjs", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [runner, "--json", ...words], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  const report = JSON.parse(stdout);
  const inputs = report.families.reduce((sum, { inputs: count }) => sum + count, 0);
  return {
    code: status,
    report,
    summary: `${inputs} inputs of ${families.length} families, ${report.disagreements.length} disagreements, ${report.processes} processes, ${report.seconds} s`,
    disagreements: report.disagreements
      .slice(0, 20)
      .map((found) => `${found.family}/${found.case} (${found.input}): ${found.differs}`)
      .join("\n"),
  };
}
