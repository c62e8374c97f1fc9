// The cases as they lie below cases/<family>/<case>/case.json.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const casesRoot = fileURLToPath(new URL("../cases/", import.meta.url));

/**
 * @param {{ family?: string, name?: string }} selection
 * @returns {{ family: string, name: string, directory: string, why: string, arguments?: unknown[], home?: string, inputs: any[] }[]}
 */
export function readCases({ family, name } = {}) {
  return below(casesRoot)
    .filter((found) => family === undefined || found === family)
    .flatMap((found) =>
      below(join(casesRoot, found))
        .filter((known) => name === undefined || known === name)
        .map((known) => readCase(found, known)),
    );
}

function readCase(family, name) {
  const directory = join(casesRoot, family, name);
  return { family, name, directory, ...JSON.parse(readFileSync(join(directory, "case.json"), "utf8")) };
}

function below(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
