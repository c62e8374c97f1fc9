import {
  expiryWarnings,
  GovernanceError,
  type PolicyIndex,
  type TrustRoot,
} from "@parmanasystems/governance";
import { readPolicyIndex, readTrustRoot } from "@parmanasystems/governance/node";
import type { Home } from "./home.js";
import type { Output } from "./output.js";

/**
 * Notes what of trust root, policy index and the keys in use ends soon. What cannot be opened is not noted: the command
 * itself refuses it.
 */
export async function noteExpiries(
  home: Home,
  keyIds: readonly string[],
  output: Output,
  now = Date.now(),
): Promise<void> {
  const trustRoot = await unlessRefused(async () => (await readTrustRoot(home.environment)).value);
  if (trustRoot === undefined) return;
  const policyIndex = await openIndex(home, trustRoot);
  for (const { message } of expiryWarnings({ trustRoot, policyIndex, keyIds, now })) {
    output.note(`Warning: ${message}`);
  }
}

/** The index in force, if it opens. */
export async function openIndex(home: Home, trustRoot: TrustRoot): Promise<PolicyIndex | undefined> {
  return unlessRefused(
    async () => (await readPolicyIndex(home.environment.policiesRootPath, trustRoot)).value,
  );
}

async function unlessRefused<Value>(open: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof GovernanceError) return undefined;
    throw error;
  }
}
