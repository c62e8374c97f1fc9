// The runtimes that are compared: this Node, others from npm, and Chromium.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { run } from "../run.mjs";
import { readJson, root } from "../workspace.mjs";

const cache = join(root, "node_modules", ".cache");
const folder = join(cache, "parmana");
const bundlePath = join(folder, "judge.mjs");
const vectorsPath = join(folder, "vectors.json");

/** Writes down what all runtimes share. */
export function prepare(bundle, sets) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(bundlePath, bundle);
  writeFileSync(vectorsPath, JSON.stringify(sets));
}

/** @returns {Promise<{ version: string, outcomes: Record<string, string[]> }>} */
export async function judgeOnNode(name, binary) {
  const outcomesPath = join(folder, `outcomes-${name}.json`);
  const [version, judged] = await Promise.all([
    run(binary, ["--version"]),
    run(binary, [
      join(root, "scripts", "lib", "matrix", "run-judge.mjs"),
      bundlePath,
      vectorsPath,
      outcomesPath,
    ]),
  ]);
  if (judged.code !== 0) throw new Error(`Node ${name} could not judge:\n${judged.output}`);
  return { version: `Node ${version.output.trim()}`, outcomes: readJson(outcomesPath) };
}

/** The same bundle in an empty page. */
export async function judgeInChromium() {
  const executablePath = process.env.PARMANA_TEST_CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) return undefined;
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
  ];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage();
    const module = `data:text/javascript;base64,${Buffer.from(readFileSync(bundlePath)).toString("base64")}`;
    const outcomes = await page.evaluate(
      async ([source, vectors]) => {
        const { judge } = await import(source);
        return JSON.stringify(judge(JSON.parse(vectors)));
      },
      [module, readFileSync(vectorsPath, "utf8")],
    );
    return { version: `Chromium ${browser.version()}`, outcomes: JSON.parse(outcomes) };
  } finally {
    await browser.close();
  }
}

/** @returns {Promise<string>} the path of the binary, fetched from npm unless it is there */
export async function fetchNode(version) {
  const system = process.platform === "win32" ? "win" : process.platform;
  const dependency = `node-${system}-${process.arch}`;
  const home = join(cache, `node-${version}`);
  const binary = join(home, "node_modules", dependency, "bin", system === "win" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  mkdirSync(home, { recursive: true });
  // So that npm installs here and not in the workspace around it.
  writeFileSync(join(home, "package.json"), '{ "private": true }\n');
  const { code, output } = await run(
    "npm",
    ["install", "--prefix", home, "--no-audit", "--no-fund", `${dependency}@${version}`],
    { cwd: home, shell: system === "win" },
  );
  if (code !== 0 || !existsSync(binary))
    throw new Error(`npm install ${dependency}@${version} failed:\n${output}`);
  return binary;
}
