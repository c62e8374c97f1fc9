import type { VersionMemory } from "@parmanasystems/execution-runtime";
import type { PolicyIndex, PolicyName, TrustRoot } from "@parmanasystems/governance";
import {
  deprecateInIndex,
  type OpenedDocument,
  type PolicyVersionInput,
  publishToIndex,
  readPolicyIndex,
  readTrustRoot,
  revokeInIndex,
} from "@parmanasystems/governance/node";
import type { Signer } from "@parmanasystems/signing";
import { type Home, requireHome } from "./home.js";
import { openHomeLedger } from "./home-ledger.js";
import { DAY_MS, INDEX_DAYS } from "./lifetimes.js";
import { requireMemory } from "./seen-versions.js";
import { readSigners, type SignerOptions } from "./signers.js";

/** What is needed to sign for the policy role and to change the index of a home. */
export interface Publication {
  readonly policiesRootPath: string;
  readonly trustRoot: TrustRoot;
  readonly signers: readonly Signer[];
  readonly versions: VersionMemory;
}

/** Opens what publishing needs and closes it again. @throws CliError CLI-002, CLI-008, CLI-020 */
export async function withPublication<Result>(
  home: Home,
  options: SignerOptions,
  work: (publication: Publication) => Promise<Result>,
): Promise<Result> {
  requireHome(home);
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const { policiesRootPath } = home.environment;
  const signers = await readSigners(options, "policy", home);
  // The ledger remembers which index was in force last: an older one put in its place is not signed anew.
  const { value: index } = await readPolicyIndex(policiesRootPath, trustRoot);
  requireMemory(home, index);
  const ledger = await openHomeLedger(home);
  try {
    return await work({ policiesRootPath, trustRoot, signers, versions: ledger.versions });
  } finally {
    await ledger.close();
  }
}

/** How a listed version may change, and how a change of the index is made. */
export const indexChanges = {
  active: publishToIndex,
  deprecated: deprecateInIndex,
  revoked: revokeInIndex,
} as const satisfies Record<string, (input: PolicyVersionInput) => Promise<OpenedDocument<PolicyIndex>>>;

/** Signs the next version of the index, in force from now on, and remembers it. */
export async function changeIndex(
  { policiesRootPath, trustRoot, signers, versions }: Publication,
  { policyId, policyVersion }: PolicyName,
  status: keyof typeof indexChanges,
): Promise<PolicyIndex> {
  const now = Date.now();
  const { value: index } = await indexChanges[status]({
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
  return index;
}
