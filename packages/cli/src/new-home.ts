import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CliError, reasonOf } from "./errors.js";
import type { Home } from "./home.js";

/** @throws CliError CLI-003 */
export function requireUnused(home: Home): void {
  for (const path of [home.keys, home.trust, home.ledger, home.audit, home.environment.policiesRootPath]) {
    if (existsSync(path)) throw new CliError("CLI-003", `There is a Parmana home already: ${path} exists.`);
  }
}

/** Private keys lie below, and a home is often made inside a checkout. @throws CliError CLI-003, CLI-004 */
export function keepOutOfGit(home: Home): void {
  const path = join(home.directory, ".gitignore");
  try {
    mkdirSync(home.directory, { recursive: true, mode: 0o700 });
    chmodSync(home.directory, 0o700);
    if (!existsSync(path)) writeFileSync(path, IGNORE_ALL, { flag: "wx" });
    if (readFileSync(path, "utf8") === IGNORE_ALL) return;
  } catch (cause) {
    throw new CliError("CLI-004", `The home ${home.directory} cannot be made: ${reasonOf(cause)}.`, {
      cause,
    });
  }
  throw new CliError("CLI-003", `${path} is of another project, and the keys must stay out of git.`);
}

const IGNORE_ALL = "*\n";
