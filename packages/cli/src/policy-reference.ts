import { shorten } from "@parmanasystems/canonical";
import type { PolicyName } from "@parmanasystems/governance";
import { readPolicyIndex, readTrustRoot } from "@parmanasystems/governance/node";
import { CliError } from "./errors.js";
import type { Home } from "./home.js";

/** Reads "claims-approval@1.0.0"; the version may be left out while exactly one is active. @throws CliError CLI-005 */
export async function resolvePolicy(home: Home, text: string): Promise<PolicyName> {
  const at = text.indexOf("@");
  if (at !== -1) return { policyId: text.slice(0, at), policyVersion: text.slice(at + 1) };
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const { value: index } = await readPolicyIndex(home.environment.policiesRootPath, trustRoot);
  const versions = [...(index.policies.get(text)?.active.keys() ?? [])];
  const [only, ...others] = versions;
  if (only === undefined || others.length > 0) {
    const found = only === undefined ? "none" : versions.join(", ");
    throw new CliError(
      "CLI-005",
      `The index lists no single active version of ${shorten(text)} (found: ${found}).`,
    );
  }
  return { policyId: text, policyVersion: only };
}
