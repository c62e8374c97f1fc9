#!/usr/bin/env node
// Promise 1 on other Nodes: the stored corpus is decided alike, to the byte, by every Node that we support. The binaries come from
// npm and stay in node_modules/.cache; the packages must have been built.
//
//   node scripts/node-matrix.mjs [22 24]
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./lib/run.mjs";
import { root } from "./lib/workspace.mjs";

const versions = process.argv.length > 2 ? process.argv.slice(2) : ["22", "24"];
const system = process.platform === "win32" ? "win" : process.platform;
const dependency = `node-${system}-${process.arch}`;

const results = await Promise.all([
  decideWith("this", process.execPath),
  ...versions.map(async (version) => decideWith(version, await fetchNode(version))),
]);
for (const { name, version, output } of results)
  console.log(`${name.padEnd(5)} ${version.padEnd(10)} ${output}`);

const hashes = new Set(results.map(({ output }) => output));
if (results.some(({ code }) => code !== 0) || hashes.size !== 1) {
  console.log("The Nodes do not decide alike.");
  process.exitCode = 1;
}

/** @returns {Promise<string>} the path of the binary, fetched unless it is there */
async function fetchNode(version) {
  const folder = join(root, "node_modules", ".cache", `node-${version}`);
  const binary = join(folder, "node_modules", dependency, "bin", system === "win" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  // So that npm installs here and not in the workspace around it.
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const { code, output } = await run(
    "npm",
    ["install", "--prefix", folder, "--no-audit", "--no-fund", `${dependency}@${version}`],
    { cwd: folder, shell: system === "win" },
  );
  if (code !== 0 || !existsSync(binary))
    throw new Error(`npm install ${dependency}@${version} failed:\n${output}`);
  return binary;
}

async function decideWith(name, binary) {
  const [version, decided] = await Promise.all([
    run(binary, ["--version"]),
    run(binary, [join(root, "scripts", "lib", "decide-corpus.mjs")], { timeoutMs: 60_000 }),
  ]);
  return { name, version: version.output.trim(), code: decided.code, output: decided.output.trim() };
}
