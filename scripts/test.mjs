#!/usr/bin/env node
// `npm test`: sets up, then checks everything that must hold. The last line is always "N passed, N failed", tests and steps together.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { run, runTool } from "./lib/run.mjs";
import { runSteps } from "./lib/steps.mjs";
import { readJson, root } from "./lib/workspace.mjs";
import { build, install, requireNode, SetupError } from "./setup.mjs";

const tool =
  (dependency, toolArguments, options = {}) =>
  () =>
    runTool(dependency, toolArguments, options);
const script =
  (name, ...scriptArguments) =>
  () =>
    run(process.execPath, [join(root, "scripts", name), ...scriptArguments]);

/**
 * In the order in which they start, long ones first so that both cores stay busy to the end.
 * @type {import("./lib/steps.mjs").Step[]}
 */
const steps = [
  { name: "build", about: "every package builds", perform: buildPackages },
  { name: "unit", about: "unit, property and conformance tests", needs: ["build"], perform: unitTests },
  { name: "lint", about: "ESLint, strict and type-aware", perform: tool("eslint", ["."]) },
  {
    name: "typecheck",
    about: "types of sources and tests; portable packages also without Node's",
    perform: typecheck,
  },
  {
    name: "packed",
    about: "the tarballs in an empty project: contents, doors, examples",
    needs: ["build"],
    perform: script("packed-examples.mjs"),
  },
  {
    name: "faults",
    about: "processes killed and paused, servers cut off: nothing is attested twice or lost",
    needs: ["build"],
    perform: script("faults.mjs", "--seconds", "5"),
  },
  {
    name: "runtimes",
    about:
      "Node 20, 22, 24 and Chromium give every vector and case of the kit the same verdict; a weakened judge is noticed",
    needs: ["build"],
    perform: script("node-matrix.mjs", "--short"),
  },
  {
    name: "sizes",
    about: "what a browser loads: the verifier and the verification page, gzipped",
    needs: ["build"],
    perform: script("browser-sizes.mjs"),
  },
  {
    name: "conformance",
    about:
      "the built verifier agrees with every case of conformance/, which the generator makes again, and the runner notices one that does not",
    needs: ["build"],
    perform: () => run(process.execPath, [join(root, "conformance", "test.mjs")]),
  },
  {
    name: "attw",
    about: "published types, as every module resolution sees them",
    needs: ["build"],
    perform: script("published-packages.mjs", "attw"),
  },
  {
    name: "publint",
    about: "published manifests",
    needs: ["build"],
    perform: script("published-packages.mjs", "publint"),
  },
  {
    name: "api",
    about: "public surface as committed (npm run api:update)",
    needs: ["build"],
    perform: script("api-reports.mjs"),
  },
  {
    name: "docs",
    about: "docs/errors.md (npm run docs:update); every code thrown and tested",
    needs: ["build"],
    perform: script("errors-doc.mjs"),
  },
  {
    name: "threats",
    about: "docs/threat-model.md and the tests name the same threats",
    perform: script("threat-model.mjs"),
  },
  {
    name: "schema",
    about: "the JSON Schema of policy.json (npm run schema:update)",
    needs: ["build"],
    perform: script("policy-schema.mjs"),
  },
  {
    name: "openapi",
    about: "openapi.json (npm run export:openapi); every route documents its statuses",
    needs: ["build"],
    perform: script("openapi.mjs"),
  },
  {
    name: "image",
    about: "the steps of the Dockerfile outside Docker; rules for Dockerfile and docker-compose.yml",
    needs: ["build"],
    perform: image,
  },
  {
    name: "dashboard",
    about: "dashboard and alerts ask only for metrics that the server has",
    perform: script("dashboard.mjs"),
  },
  {
    name: "client",
    about: "the types of packages/client are those of openapi.json (npm run export:openapi)",
    perform: script("client-types.mjs"),
  },
  { name: "graph", about: "which package may import which", perform: graph },
  {
    name: "knip",
    about: "unused files, exports and dependencies",
    perform: tool("knip", ["--no-config-hints"]),
  },
  { name: "format", about: "Prettier", perform: tool("prettier", ["--check", "--log-level", "warn", "."]) },
];

const help = `Usage: npm test [-- --only <step>[,<step>...]]

Sets up what is missing, then runs:
${steps.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join("\n")}

A step that builds on another brings it along. Exit code 0 when everything passed.`;

try {
  requireNode();
  const selected = selectSteps();
  if (selected === undefined) console.log(help);
  else await check(selected);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.log(`${error.message}\n\n0 passed, 1 failed`);
  process.exitCode = 1;
}

async function check(selected) {
  await install();
  const { passed, failed } = await runSteps(selected);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** @returns the steps asked for with what they need, or undefined when help was asked for */
function selectSteps() {
  const { values } = parseArgs({
    options: { only: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return undefined;
  if (values.only === undefined) return steps;
  const names = values.only.split(",");
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) throw new SetupError(`There is no step "${unknown}".\n\n${help}`);
  const needed = steps.filter(({ name }) => names.includes(name)).flatMap(({ needs = [] }) => needs);
  return steps.filter(({ name }) => names.includes(name) || needed.includes(name));
}

async function buildPackages() {
  try {
    await build(() => {});
    return { code: 0, output: "" };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { code: 1, output: error.message };
  }
}

/** Portable sources once more where Node's types do not exist, so that nothing of Node slips in by its type. */
async function typecheck() {
  const everything = await runTool("typescript", ["--noEmit", "-p", "tsconfig.json"], { bin: "tsc" });
  const portable = await runTool("typescript", ["--noEmit", "-p", "tsconfig.portable.json"], { bin: "tsc" });
  return { code: everything.code + portable.code, output: everything.output + portable.output };
}

async function image() {
  const rules = await script("image-lint.mjs")();
  const made = await script("image-steps.mjs")();
  return { code: rules.code + made.code, output: rules.output + made.output };
}

function graph() {
  const folders = ["packages", "apps"].filter((folder) => existsSync(join(root, folder)));
  return runTool("dependency-cruiser", [...folders, "--config", ".dependency-cruiser.cjs"], {
    bin: "depcruise",
  });
}

async function unitTests() {
  const report = join(root, "node_modules", ".cache", "parmana", "vitest.json");
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const { code, output } = await runTool("vitest", [
    "run",
    "--reporter=dot",
    "--reporter=json",
    `--outputFile=${report}`,
  ]);
  if (!existsSync(report)) return { code: code || 1, output };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = readJson(report);
  const late = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, failureMessages }) => status === "passed" && failureMessages.length > 0);
  return {
    code,
    output,
    notes: [
      ...(output.match(/^SKIPPED.*$/gm) ?? []),
      ...late.map(({ fullName }) => `RUN TWICE, out of time at first: ${fullName}`),
    ],
    tests: { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests },
  };
}
