import { createPolicyIndex, createTrust } from "@parmanasystems/governance/node";
import { LocalSigner } from "@parmanasystems/signing";
import { columns, type Output, print } from "../output.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, keyPath, keyRoles } from "../home.js";
import { DAY_MS, INDEX_DAYS, readDays } from "../lifetimes.js";
import { keepOutOfGit, requireUnused } from "../new-home.js";

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

function keyIds(keys: readonly { readonly role: string; readonly keyId: string }[]): Record<string, string> {
  return Object.fromEntries(keys.map(({ role, keyId }) => [role, keyId]));
}
