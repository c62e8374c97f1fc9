import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPolicyIndex, createTrust } from "@parmanasystems/governance/node";
import { LocalSigner } from "@parmanasystems/signing";
import { columns, type Console, print } from "../console.js";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, keyPath, type KeyRole } from "../home.js";

export interface InitOptions {
  readonly operator: string;
  readonly days: string;
  readonly json?: boolean;
}

const ROLES = ["root", "policy", "release", "runtime"] as const satisfies readonly KeyRole[];
const DAY_MS = 24 * 60 * 60 * 1000;
/** The index is signed anew with every change, so it may expire sooner: that is what makes a withheld revocation show. */
const INDEX_DAYS = 90;

/** `parmana init`: one key for each role, a trust root of threshold 1, an empty policy index. Overwrites nothing. */
export async function initCommand(home: Home, options: InitOptions, console: Console): Promise<ExitCode> {
  const days = readDays(options.days);
  if (existsSync(home.environment.trustRootPath) || existsSync(home.keys)) {
    throw new CliError("CLI-003", `There is a Parmana home at ${home.directory} already.`);
  }
  const now = Date.now();
  keepOutOfGit(home);
  const { trustRoot, keys } = await createTrust({
    trustDir: home.trust,
    keysDir: home.keys,
    roles: Object.fromEntries(ROLES.map((role) => [role, { keys: [{ operator: options.operator }] }])),
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
  print(console, options.json, made, [
    `Made ${home.directory}`,
    ...columns(ROLES.map((role): [string, string] => [`${role} key`, keyPath(home, role)])),
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

/** Private keys lie below, and a home is often made inside a checkout. */
function keepOutOfGit(home: Home): void {
  mkdirSync(home.directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(home.directory, ".gitignore"), "*\n");
}

function keyIds(keys: readonly { readonly role: string; readonly keyId: string }[]): Record<string, string> {
  return Object.fromEntries(keys.map(({ role, keyId }) => [role, keyId]));
}
