#!/usr/bin/env node
// A verifier that looks at nothing and always says the same, which the runner must notice: always.mjs verified|refused verify --json …
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const [verdict, ...words] = process.argv.slice(2);
const report = { verdict, level: verdict === "verified" ? "L4" : "none", checks: [] };
const exitCode = verdict === "verified" ? 0 : 1;

const paths = words.filter(
  (word, place) => word.endsWith(".json") && !words[place - 1].startsWith("--") && isFile(word),
);
const last = words.at(-1);
const files = isFile(last) ? paths : readdirSync(last).map((name) => join(last, name));
if (files.length === 1) console.log(JSON.stringify(report));
else for (const file of files) console.log(JSON.stringify({ file, exitCode, ...report }));
process.exitCode = exitCode;

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
