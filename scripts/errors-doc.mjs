// docs/errors.md from the error tables that the built packages export, and the promises a code makes: declared once, thrown by some
// source file, asserted by some test. `--update` writes the page; without it a page that is out of date is an error.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import prettier from "prettier";
import { filesBelow, packageDoors, publicPackages, root, workspacePackages } from "./lib/workspace.mjs";

/** Families in the order in which a request meets them; a code without a family here fails the check. */
const families = {
  CANONICAL: "JSON, canonical form, hashes and timestamps",
  KEY: "Keys",
  SIG: "Signatures and envelopes",
  VAL: "Signals",
  POL: "Policies, bundles and the policy index",
  TRUST: "Trust root",
  INV: "Execution: identity, tokens, provenance, attestations",
  SYS: "Stores and logs",
  HTTP: "The HTTP server",
  CLIENT: "The HTTP client",
  CLI: "The parmana command",
};

const page = join(root, "docs", "errors.md");
const problems = [];

const entries = await collectEntries();
const text = await render(entries);

if (process.argv.includes("--update")) {
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, text);
} else {
  checkUse(entries);
  if (!existsSync(page) || readFileSync(page, "utf8") !== text) {
    problems.push("docs/errors.md is out of date: npm run docs:update, and commit it");
  }
}

if (problems.length > 0) {
  console.log(problems.join("\n"));
  process.exitCode = 1;
}

/** @returns {Promise<{ code: string, family: string, package: string, meaning: string, remedy: string }[]>} */
async function collectEntries() {
  /** One table may be seen through two doors, since doors of one package may share it. */
  const seen = new Set();
  const collected = new Map();
  for (const found of publicPackages()) {
    const modules = packageDoors(found).map(({ module }) => module);
    // A command has no door to export its table from, so its build keeps the table as a module.
    if (modules.length === 0) modules.push(join(found.path, "dist", "errors.js"));
    for (const module of modules) {
      for (const [exportName, table] of Object.entries(await import(pathToFileURL(module).href))) {
        if (!/^[a-z]\w*Errors$/.test(exportName) || seen.has(table)) continue;
        seen.add(table);
        for (const [code, { meaning, remedy }] of Object.entries(table)) {
          const other = collected.get(code);
          if (other !== undefined)
            problems.push(`${code} is declared by ${other.package} and by ${found.name}`);
          const family = code.slice(0, code.indexOf("-"));
          if (!(family in families))
            problems.push(`${code} of ${found.name} belongs to no family listed in scripts/errors-doc.mjs`);
          collected.set(code, { code, family, package: found.name, meaning, remedy });
        }
      }
    }
  }
  return [...collected.values()].sort((one, other) =>
    one.code.localeCompare(other.code, "en", { numeric: true }),
  );
}

/** A code that nothing throws is a lie in the page; one that no test asserts may stop being thrown unnoticed. */
function checkUse(declared) {
  const sources = textsBelow("src", (file) => !file.endsWith("errors.ts"));
  const tests = [...textsBelow("test"), ...textsBelow("src", (_, { shortName }) => shortName === "testkit")];
  for (const { code, package: owner } of declared) {
    const quoted = `"${code}"`;
    if (!sources.some((source) => source.includes(quoted)))
      problems.push(`${code} of ${owner} is thrown nowhere`);
    if (!tests.some((test) => test.includes(code)))
      problems.push(`${code} of ${owner} is asserted by no test`);
  }
}

function textsBelow(part, wanted = () => true) {
  return workspacePackages().flatMap((found) =>
    filesBelow(join(found.path, part))
      .filter((file) => file.endsWith(".ts") && wanted(file, found))
      .map((file) => readFileSync(join(found.path, part, file), "utf8")),
  );
}

async function render(all) {
  const sections = Object.entries(families).flatMap(([family, title]) => {
    const members = all.filter((entry) => entry.family === family);
    if (members.length === 0) return [];
    const rows = members.map(({ code, meaning, remedy, package: owner }) =>
      [`### ${code}`, meaning, `**What to do:** ${remedy}`, `Package: \`${owner}\``].join("\n\n"),
    );
    return [`## ${title} (\`${family}-*\`)`, ...rows];
  });
  const markdown = [
    "<!-- Generated from the packages' error tables by scripts/errors-doc.mjs; edit src/errors.ts there, then npm run docs:update. -->",
    "# Error codes",
    "Every error that Parmana throws is a `ParmanaError` with a `code`; `@parmanasystems/client` has errors of its own and hands on the codes of the server. Codes are stable: a program may branch on them, a message may be reworded.",
    ...sections,
  ].join("\n\n");
  return prettier.format(markdown, { ...(await prettier.resolveConfig(page)), parser: "markdown" });
}
