// docs/threat-model.md against the tests: every row of the table is there once, every file it cites exists and names the row, and
// every test that names a row is cited for it. `--list` prints which files name which row.
import { existsSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { filesBelow, readJson, root, workspacePackages } from "./lib/workspace.mjs";

const rows = Array.from({ length: 62 }, (_, index) => index + 1);
const page = join(root, "docs", "threat-model.md");
const named = collectNamed();

if (process.argv.includes("--list")) {
  for (const row of rows) console.log(`${String(row)}: ${[...citationsOf(row)].sort().join(" ")}`);
} else {
  const problems = check(readFileSync(page, "utf8"));
  if (problems.length > 0) {
    console.log(problems.join("\n"));
    process.exitCode = 1;
  }
}

/** @returns {Map<string, Set<number>>} by file, or by family of conformance cases, the rows that it names */
function collectNamed() {
  const found = new Map();
  const add = (path, numbers) => {
    for (const row of numbers) {
      if (!found.has(path)) found.set(path, new Set());
      found.get(path).add(row);
    }
  };
  const folders = [
    ...workspacePackages().map(({ path }) => join(path, "test")),
    join(root, "packages", "testkit", "src"),
    join(root, "scripts", "faults"),
    join(root, "models"),
  ];
  for (const folder of folders.filter((path) => existsSync(path))) {
    for (const file of filesBelow(folder))
      add(fromRoot(join(folder, file)), rowsIn(readFileSync(join(folder, file), "utf8")));
  }
  const cases = join(root, "conformance", "cases");
  for (const file of filesBelow(cases).filter((path) => path.endsWith("/case.json"))) {
    add(`conformance/cases/${file.slice(0, file.indexOf("/"))}`, readJson(join(cases, file)).threats ?? []);
  }
  return found;
}

/** `threat 34`, `threats 24, 37`, `threats 41 and 43`, `threats 1 to 6` */
function rowsIn(text) {
  const numbers = [];
  for (const [, list] of text.matchAll(/\bthreats? (\d+(?:(?:, | and | to )(?:threats? )?\d+)*)/g)) {
    for (const part of list.split(/, | and /)) {
      const [first, last = first] = part
        .replaceAll(/threats? /g, "")
        .split(" to ")
        .map(Number);
      for (let row = first; row <= last; row++) numbers.push(row);
    }
  }
  return numbers;
}

/** @param {string} text of the page */
function check(text) {
  const problems = [];
  const cited = new Map();
  for (const line of text.split("\n")) {
    const match = /^\| (\d+) +\|/.exec(line);
    if (match === null) continue;
    const row = Number(match[1]);
    if (cited.has(row)) problems.push(`docs/threat-model.md has row ${String(row)} twice`);
    const codes = [...line.matchAll(/`([A-Z]+-\d{3})`/g)].map(([, code]) => code);
    const paths = [...line.matchAll(/`([^`\s]+\/[^`\s]+)`/g)].map(([, path]) => path);
    cited.set(row, new Set(paths));
    if (paths.length === 0 && !line.includes("**Not covered**"))
      problems.push(`row ${String(row)} cites no test, and does not say that it is not covered`);
    const texts = paths.filter((path) => /\.ts$/.test(path) && existsSync(join(root, path)));
    for (const code of codes) {
      if (!texts.some((path) => readFileSync(join(root, path), "utf8").includes(code)))
        problems.push(`row ${String(row)} says ${code}, which no test that it cites holds`);
    }
    for (const path of paths) {
      if (!existsSync(join(root, path)))
        problems.push(`row ${String(row)} cites ${path}, which does not exist`);
      else if (!named.get(path)?.has(row))
        problems.push(`row ${String(row)} cites ${path}, which does not name threat ${String(row)}`);
    }
  }
  for (const row of rows) {
    if (!cited.has(row)) problems.push(`docs/threat-model.md has no row ${String(row)}`);
    for (const path of citationsOf(row)) {
      if (!cited.get(row)?.has(path))
        problems.push(`${path} names threat ${String(row)}, and its row does not cite it`);
    }
  }
  for (const row of cited.keys()) if (!rows.includes(row)) problems.push(`there is no threat ${String(row)}`);
  for (const [path, numbers] of named) {
    for (const row of numbers)
      if (!rows.includes(row)) problems.push(`${path} names threat ${String(row)}, which there is not`);
  }
  return problems;
}

function citationsOf(row) {
  return [...named].filter(([, numbers]) => numbers.has(row)).map(([path]) => path);
}

function fromRoot(path) {
  return relative(root, path).split(sep).join("/");
}
