// packages/governance/schema/policy.schema.json, for editors: the JSON Schema of policy.json, as the built package exports it. `--update`
// writes the file; without it a file that is out of date is an error.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import prettier from "prettier";
import { root } from "./lib/workspace.mjs";

const governance = join(root, "packages", "governance");
const file = join(governance, "schema", "policy.schema.json");

const { policyDocumentSchema } = await import(pathToFileURL(join(governance, "dist", "index.js")).href);
const text = await prettier.format(JSON.stringify(policyDocumentSchema), {
  ...(await prettier.resolveConfig(file)),
  parser: "json",
});

if (process.argv.includes("--update")) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
} else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.log(
    "packages/governance/schema/policy.schema.json is out of date: npm run schema:update, and commit it",
  );
  process.exitCode = 1;
}
