// Installs Stryker beside the workspace and runs it on files of packages/verifier/src.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.mjs";
import { readJson, root } from "../workspace.mjs";

const VERSION = "9.6.1";
const STATIC = /^Static mutant/;
const home = join(root, "node_modules", ".cache", `stryker-${VERSION}`);
const program = join(home, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
/** Not below node_modules, where Vite takes sources as they are. */
const work = join(root, ".parmana", "mutation", String(process.pid));
const source = "packages/verifier/src";

/**
 * @typedef {{ file: string, line: number, place: string, within: string, original: string, replacement: string, status: string, statusReason?: string }} Mutant
 * @param {string} file relative to packages/verifier/src
 * @param {readonly string[]} tests relative to packages/verifier/test
 * @returns {Promise<Mutant[]>} without those that Stryker ignored
 */
export async function mutate(file, tests) {
  await install();
  const first = await runStryker([`${source}/${file}`], tests);
  // What runs while modules are loaded is seen by every test, so it is mutated apart.
  const atLoading = first.filter(isStatic);
  const places = [...new Set(atLoading.map(({ place }) => `${source}/${file}:${place}`))];
  const second = places.length === 0 ? [] : await runStryker(places, tests, { ignoreStatic: false });
  const wanted = new Set(atLoading.map(identify));
  return [
    ...first.filter((mutant) => !isStatic(mutant)),
    ...second.filter((found) => wanted.has(identify(found))),
  ]
    .filter(({ status }) => status !== "Ignored")
    .sort((left, right) => left.line - right.line);
}

const isStatic = ({ status, statusReason = "" }) => status === "Ignored" && STATIC.test(statusReason);
const identify = ({ place, replacement }) => JSON.stringify([place, replacement]);

async function install() {
  if (existsSync(program)) return;
  mkdirSync(home, { recursive: true });
  // So that npm installs here and not in the workspace around it.
  writeFileSync(join(home, "package.json"), '{ "private": true }\n');
  const packages = ["core", "vitest-runner"].map((name) => `@stryker-mutator/${name}@${VERSION}`);
  // The runner's peer is the workspace's own vitest.
  const options = ["--prefix", home, "--no-audit", "--no-fund", "--legacy-peer-deps"];
  const { code, output } = await run("npm", ["install", ...options, ...packages], {
    cwd: home,
    shell: process.platform === "win32",
  });
  if (code !== 0 || !existsSync(program))
    throw new Error(`npm install ${packages.join(" ")} failed:\n${output}`);
}

/** @returns {Promise<Mutant[]>} */
async function runStryker(mutated, tests, changes = {}) {
  mkdirSync(work, { recursive: true });
  const [configuration, report] = ["configuration.json", "report.json"].map((name) => join(work, name));
  writeFileSync(configuration, JSON.stringify({ ...configure(mutated, report), ...changes }));
  await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, "run", configuration], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, MUTATION_TESTS: tests.join(",") },
    });
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`Stryker ended with ${code}.`))));
  });
  const { files } = readJson(report);
  rmSync(work, { recursive: true });
  return Object.entries(files).flatMap(([path, { source: text, mutants }]) =>
    mutants.map((mutant) => describe(path.slice(source.length + 1), text.split("\n"), mutant)),
  );
}

function configure(mutated, report) {
  return {
    testRunner: "vitest",
    // pnpm hides packages from each other, so plugins must be named.
    plugins: ["@stryker-mutator/vitest-runner", join(root, "scripts", "lib", "mutation", "prose.mjs")],
    ignorers: ["prose"],
    vitest: { configFile: "scripts/lib/mutation/vitest.config.mjs", related: false },
    coverageAnalysis: "perTest",
    ignoreStatic: true,
    concurrency: 2,
    timeoutMS: 20_000,
    mutate: mutated,
    ignorePatterns: [
      "**",
      "!vitest.config.ts",
      "!tsconfig*.json",
      "!packages/*/package.json",
      "!packages/*/src/**",
      "!packages/verifier/test/**",
      "!scripts/lib/mutation/**",
    ],
    tempDirName: join(work, "sandbox"),
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: report },
    allowConsoleColors: false,
  };
}

function describe(file, lines, mutant) {
  const { location, replacement, statusReason, testsCompleted } = mutant;
  const { start, end } = location;
  // The runner takes a module that does not even load for one whose tests pass.
  const status = mutant.status === "Survived" && testsCompleted === 0 ? "Killed" : mutant.status;
  const text = lines.slice(start.line - 1, end.line);
  const within = text[0].trim();
  text.push(text.pop().slice(0, end.column - 1));
  text[0] = text[0].slice(start.column - 1);
  const oneLine = (code) => code.replace(/\s+/g, " ");
  return {
    file,
    line: start.line,
    place: `${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`,
    within,
    original: oneLine(text.join("\n")),
    replacement: oneLine(replacement),
    status,
    statusReason,
  };
}
