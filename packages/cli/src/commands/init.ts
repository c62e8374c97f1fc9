import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPolicyIndex, createTrust } from "@parmanasystems/governance/node";
import { LocalSigner } from "@parmanasystems/signing";
import { columns, type Output, print } from "../output.js";
import { CliError, reasonOf } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, keyPath, keyRoles } from "../home.js";
import { DAY_MS, INDEX_DAYS } from "../lifetimes.js";

export interface InitOptions {
  readonly operator: string;
  readonly days: string;
  readonly json?: boolean;
}

/** `parmana init`: one key for each role, a trust root of threshold 1, an empty policy index. Overwrites nothing. */
export async function initCommand(home: Home, options: InitOptions, output: Output): Promise<ExitCode> {
  const days = readDays(options.days);
  requireUnused(home);
  const now = Date.now();
  keepOutOfGit(home);
  const { trustRoot, keys } = await createTrust({
    trustDir: home.trust,
    keysDir: home.keys,
    roles: Object.fromEntries(keyRoles.map((role) => [role, { keys: [{ operator: options.operator }] }])),
    now,
    expiresAt: now + days * DAY_MS,
  });
  const policyKey = keys.find(({ role }) => role === "policy")?.privateKey;
  if (policyKey === null || policyKey === undefined) throw new TypeError("createTrust made no policy key.");
  await createPolicyIndex({
    policiesRootPath: home.environment.policiesRootPath,
    trustRoot,
    signers: [new LocalSigner(policyKey)],
    now,
    expiresAt: now + Math.min(days, INDEX_DAYS) * DAY_MS,
  });
  const made = { home: home.directory, trustRootVersion: trustRoot.version, keys: keyIds(keys) };
  print(output, options.json, made, [
    `Made ${home.directory}`,
    ...columns(keyRoles.map((role): [string, string] => [`${role} key`, keyPath(home, role)])),
    ...columns([
      ["trust root", home.environment.trustRootPath],
      ["valid for", `${String(days)} days; the policy index for ${String(Math.min(days, INDEX_DAYS))}`],
    ]),
    "Next: parmana policy sign <directory>, then parmana release build.",
  ]);
  return exitCodes.done;
}

function readDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 3_650) {
    throw new CliError("CLI-001", "--days must be a whole number from 1 to 3650.");
  }
  return days;
}

/** @throws CliError CLI-003 */
function requireUnused(home: Home): void {
  for (const path of [home.keys, home.trust, home.ledger, home.environment.policiesRootPath]) {
    if (existsSync(path)) throw new CliError("CLI-003", `There is a Parmana home already: ${path} exists.`);
  }
}

/** Private keys lie below, and a home is often made inside a checkout. @throws CliError CLI-003, CLI-004 */
function keepOutOfGit(home: Home): void {
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

function keyIds(keys: readonly { readonly role: string; readonly keyId: string }[]): Record<string, string> {
  return Object.fromEntries(keys.map(({ role, keyId }) => [role, keyId]));
}
