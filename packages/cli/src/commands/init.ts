import { type CreatedKey, createPolicyIndex, createTrust } from "@parmanasystems/governance/node";
import { LocalSigner, type PrivateKey } from "@parmanasystems/signing";
import { columns, type Output, print } from "../output.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, type KeyRole, keyPath, keyRoles } from "../home.js";
import { DAY_MS, INDEX_DAYS, readDays } from "../lifetimes.js";
import { derivedOrigin, requireOrigin, writeOrigin } from "../log-origin.js";
import { keepOutOfGit, requireUnused } from "../new-home.js";

export interface InitOptions {
  readonly operator: string;
  readonly days: string;
  /** The name of the log; one made of its key when absent. */
  readonly origin?: string;
  readonly json?: boolean;
}

/** `parmana init`: one key for each role, a trust root of threshold 1, an empty policy index. Overwrites nothing. */
export async function initCommand(home: Home, options: InitOptions, output: Output): Promise<ExitCode> {
  const days = readDays(options.days);
  if (options.origin !== undefined) requireOrigin(options.origin, "CLI-001", "--origin");
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
  const policyKey = madeKey(keys, "policy");
  const origin = options.origin ?? derivedOrigin(madeKey(keys, "log").publicKey);
  await writeOrigin(home, origin);
  await createPolicyIndex({
    policiesRootPath: home.environment.policiesRootPath,
    trustRoot,
    signers: [new LocalSigner(policyKey)],
    now,
    expiresAt: now + Math.min(days, INDEX_DAYS) * DAY_MS,
  });
  const made = { home: home.directory, trustRootVersion: trustRoot.version, origin, keys: keyIds(keys) };
  print(output, options.json, made, [
    `Made ${home.directory}`,
    ...columns(keyRoles.map((role): [string, string] => [`${role} key`, keyPath(home, role)])),
    ...columns([
      ["trust root", home.environment.trustRootPath],
      ["audit log", origin],
      ["valid for", `${String(days)} days; the policy index for ${String(Math.min(days, INDEX_DAYS))}`],
    ]),
    "Next: parmana policy sign <directory>, then parmana release build.",
  ]);
  return exitCodes.done;
}

function madeKey(keys: readonly CreatedKey[], role: KeyRole): PrivateKey {
  const key = keys.find((made) => made.role === role)?.privateKey;
  if (key === null || key === undefined) throw new TypeError(`createTrust made no ${role} key.`);
  return key;
}

function keyIds(keys: readonly { readonly role: string; readonly keyId: string }[]): Record<string, string> {
  return Object.fromEntries(keys.map(({ role, keyId }) => [role, keyId]));
}
