import { existsSync } from "node:fs";
import { openLedger } from "@parmanasystems/audit-db";
import type { VersionMemory } from "@parmanasystems/execution-runtime";
import type { TrustRoot } from "@parmanasystems/governance";
import {
  checkPolicyDirectory,
  publishToIndex,
  readPolicyIndex,
  readPrivateKey,
  readTrustRoot,
  signPolicyBundle,
} from "@parmanasystems/governance/node";
import { LocalSigner } from "@parmanasystems/signing";
import { type Output, print } from "../output.js";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, keyPath, requireHome } from "../home.js";
import { DAY_MS, INDEX_DAYS } from "../lifetimes.js";

export interface PolicySignOptions {
  readonly json?: boolean;
}

/** `parmana policy sign`: checks, signs and publishes policies. A published version never changes. */
export async function policySignCommand(
  home: Home,
  directories: readonly string[],
  options: PolicySignOptions,
  output: Output,
): Promise<ExitCode> {
  requireHome(home);
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const signers = [new LocalSigner(await readPrivateKey(keyPath(home, "policy")))];
  // The ledger remembers which index was in force last: an older one put in its place is not signed anew.
  await requireMemory(home, trustRoot);
  const ledger = openLedger(home.ledger);
  try {
    const published: Published[] = [];
    for (const sourceDir of directories) {
      published.push(await publish(sourceDir, { home, trustRoot, signers, versions: ledger.versions }));
    }
    print(output, options.json, published, published.map(describePublished));
    return exitCodes.done;
  } finally {
    await ledger.close();
  }
}

/** Without the ledger nobody could tell a rolled-back index from the newest. @throws CliError CLI-008 */
async function requireMemory(home: Home, trustRoot: TrustRoot): Promise<void> {
  if (existsSync(home.ledger)) return;
  const { value: index } = await readPolicyIndex(home.environment.policiesRootPath, trustRoot);
  if (index.version === 1) return;
  throw new CliError(
    "CLI-008",
    `The ledger ${home.ledger} is missing, and the policy index is at version ${String(index.version)}.`,
  );
}

interface Publishing {
  readonly home: Home;
  readonly trustRoot: TrustRoot;
  readonly signers: readonly LocalSigner[];
  readonly versions: VersionMemory;
}

interface Published {
  readonly policyId: string;
  readonly policyVersion: string;
  readonly bundleHash: string;
  readonly created: boolean;
  readonly indexVersion: number;
}

async function publish(
  sourceDir: string,
  { home, trustRoot, signers, versions }: Publishing,
): Promise<Published> {
  const { policiesRootPath } = home.environment;
  await checkPolicyDirectory(sourceDir);
  const now = Date.now();
  const { bundle, created } = await signPolicyBundle({
    sourceDir,
    policiesRootPath,
    trustRoot,
    signers,
    now,
  });
  const { policyId, policyVersion } = bundle.policy;
  const { value: index } = await publishToIndex({
    policiesRootPath,
    trustRoot,
    signers,
    policyId,
    policyVersion,
    now,
    expiresAt: Math.min(now + INDEX_DAYS * DAY_MS, trustRoot.expiresAt),
    remembered: await versions.highest("policy-index"),
  });
  await versions.remember("policy-index", { version: index.version, hash: index.hash });
  return { policyId, policyVersion, bundleHash: bundle.bundleHash, created, indexVersion: index.version };
}

function describePublished({
  policyId,
  policyVersion,
  bundleHash,
  created,
  indexVersion,
}: Published): string {
  const what = created ? "Signed" : "Unchanged";
  return `${what}: ${policyId}@${policyVersion} ${bundleHash} (index version ${String(indexVersion)})`;
}
