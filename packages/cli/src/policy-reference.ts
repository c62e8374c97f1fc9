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
  const listed = index.policies.get(text);
  if (listed === undefined) {
    const known = [...index.policies.keys()].join(", ");
    throw new CliError(
      "CLI-005",
      `There is no policy ${shorten(text)}; the index lists ${known === "" ? "none" : known}.`,
    );
  }
  const [only, ...others] = listed.active.keys();
  if (only === undefined || others.length > 0) {
    const versions = [...listed.active.keys()].join(", ");
    throw new CliError(
      "CLI-005",
      `Of ${text}, these versions are active: ${versions === "" ? "none" : versions}.`,
    );
  }
  return { policyId: text, policyVersion: only };
}
