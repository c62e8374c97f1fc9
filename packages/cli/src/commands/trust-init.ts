import { isComplete, parseCeremony, signatureNeeds, type TrustRoot } from "@parmanasystems/governance";
import {
  type CreatedKey,
  installPolicyIndex,
  proposePolicyIndex,
  proposeTrust,
  readPublicKey,
  readTrustRoot,
  type TrustRoleInput,
  writePrivateKey,
} from "@parmanasystems/governance/node";
import { signedDocumentOf } from "@parmanasystems/governance";
import { LocalSigner, type Signer } from "@parmanasystems/signing";
import { dirname, join } from "node:path";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { freeKeyPath } from "../home-keys.js";
import { readKeyAssignment, readThresholds, rolesOf } from "../key-assignments.js";
import { DAY_MS, INDEX_DAYS, readDays } from "../lifetimes.js";
import { keepOutOfGit, requireUnused } from "../new-home.js";
import type { Output } from "../output.js";
import { handOut, type HandOutOptions } from "../proposal-hand-out.js";
import { readInput } from "../read-input.js";
import { readNamedSigners, type SignerOptions } from "../signers.js";

export interface TrustInitOptions extends SignerOptions, Pick<HandOutOptions, "out" | "json"> {
  /** A ceremony file; in place of --role and --threshold. */
  readonly from?: string;
  /** role:operator=file, or role:operator for a key to be made here. */
  readonly role?: readonly string[];
  readonly threshold?: readonly string[];
  readonly days?: string;
  readonly keyDays?: string;
}

interface Plan {
  readonly roles: Readonly<Record<string, TrustRoleInput>>;
  readonly days: number;
  readonly keyDays: number | undefined;
}

/** `parmana trust init`: version 1 of a trust root that several parties hold. */
export async function trustInitCommand(
  home: Home,
  options: TrustInitOptions,
  output: Output,
): Promise<ExitCode> {
  requireUnused(home);
  const plan = await readPlan(options);
  const signers = await readNamedSigners(options);
  requireInPlan(plan, signers);
  const now = Date.now();
  const expiresAt = now + plan.days * DAY_MS;
  const { proposal, keys } = await proposeTrust({
    roles: withRootSigners(plan.roles, signers),
    now,
    expiresAt,
    ...(plan.keyDays === undefined ? {} : { keysValidUntil: now + plan.keyDays * DAY_MS }),
  });
  const install = isComplete(signatureNeeds(proposal, undefined));
  const terms = { inForce: {}, options: { ...options, install }, output, now };
  await handOut(home, proposal, terms, async () => {
    keepOutOfGit(home);
    await writeKeys(home, keys, output);
    noteMissingRoles(plan.roles, output);
  });
  if (install) await makeIndex(home, [...signers, ...policySigners(keys)], now, output);
  else output.note("The policy index is made afterwards: parmana trust propose index");
  return exitCodes.done;
}

async function readPlan({ from, role, threshold, days, keyDays }: TrustInitOptions): Promise<Plan> {
  if (from === undefined) {
    if (role === undefined) throw new CliError("CLI-001", "Say who holds the keys, with --role or --from.");
    const assignments = [];
    for (const text of role) assignments.push(await readKeyAssignment(text, "--role"));
    return {
      roles: rolesOf(assignments, readThresholds(threshold ?? [])),
      days: readDays(days ?? "365"),
      keyDays: keyDays === undefined ? undefined : readDays(keyDays, "--key-days"),
    };
  }
  if ([role, threshold, days, keyDays].some((option) => option !== undefined)) {
    throw new CliError("CLI-001", "--from says all that --role, --threshold, --days and --key-days could.");
  }
  const ceremony = parseCeremony(readInput(from));
  const roles: [string, TrustRoleInput][] = [];
  for (const [name, terms] of ceremony.roles) {
    const keys = [];
    for (const { operator, publicKey, file } of terms.keys) {
      const key = file === undefined ? publicKey : await readPublicKey(join(dirname(from), file));
      keys.push(key === undefined ? { operator } : { operator, publicKey: key });
    }
    roles.push([name, { keys, threshold: terms.threshold }]);
  }
  return { roles: Object.fromEntries(roles), days: ceremony.days, keyDays: ceremony.keyDays };
}

/** A signer of no role is a mistake that would otherwise pass unnoticed. @throws CliError CLI-001 */
function requireInPlan({ roles }: Plan, signers: readonly Signer[]): void {
  const planned = new Set(
    Object.values(roles).flatMap(({ keys }) => keys.map(({ publicKey }) => publicKey?.keyId)),
  );
  const stranger = signers.find(({ keyId }) => !planned.has(keyId));
  if (stranger === undefined) return;
  throw new CliError("CLI-001", `The key ${stranger.keyId} can sign, and no role lists it.`);
}

function withRootSigners(
  roles: Plan["roles"],
  signers: readonly Signer[],
): Readonly<Record<string, TrustRoleInput>> {
  const { root, ...others } = roles;
  if (root === undefined) return roles;
  const keys = root.keys.map((key) => {
    const signer = signers.find(({ keyId }) => keyId === key.publicKey?.keyId);
    return signer === undefined ? key : { ...key, signer };
  });
  return { root: { ...root, keys }, ...others };
}

function noteMissingRoles(roles: Plan["roles"], output: Output): void {
  const effects = {
    policy: "nothing can be published",
    release: "no runtime can be released, so nothing can be executed",
    log: "nobody can sign checkpoints of the audit log, so nobody can prove what is in it",
    runtime: "every verifier has to choose by itself which runtime keys it believes",
  };
  for (const [role, effect] of Object.entries(effects)) {
    if (roles[role] === undefined) output.note(`No key has the role ${role}: ${effect}.`);
  }
}

async function writeKeys(home: Home, keys: readonly CreatedKey[], output: Output): Promise<void> {
  for (const { role, privateKey } of keys) {
    if (privateKey === null) continue;
    const path = freeKeyPath(home, role, []);
    await writePrivateKey(path, privateKey);
    output.note(`Wrote the ${role} key ${path}`);
  }
}

function policySigners(keys: readonly CreatedKey[]): readonly Signer[] {
  return keys.flatMap(({ role, privateKey }) =>
    role === "policy" && privateKey !== null ? [new LocalSigner(privateKey)] : [],
  );
}

/** An empty index, where the keys at hand are enough for it. */
async function makeIndex(
  home: Home,
  candidates: readonly Signer[],
  now: number,
  output: Output,
): Promise<void> {
  const { policiesRootPath } = home.environment;
  const { value: trustRoot } = await readTrustRoot(home.environment);
  if (!trustRoot.roles.has("policy")) return;
  const signers = candidates.filter(({ keyId }) => isPolicyKey(trustRoot, keyId));
  const expiresAt = Math.min(now + INDEX_DAYS * DAY_MS, trustRoot.expiresAt);
  const proposal = await proposePolicyIndex({ policiesRootPath, trustRoot, signers, now, expiresAt });
  if (!isComplete(signatureNeeds(proposal, trustRoot))) {
    output.note(
      "The policy keys are elsewhere; the policy index is still to be made: parmana trust propose index",
    );
    return;
  }
  const signed = signedDocumentOf(proposal);
  await installPolicyIndex({ policiesRootPath, trustRoot, signed, now, remembered: undefined });
  output.note(`Made an empty policy index, ${join(policiesRootPath, "index.json")}`);
}

function isPolicyKey({ roles }: TrustRoot, keyId: string): boolean {
  return roles.get("policy")?.keyids.includes(keyId) === true;
}
