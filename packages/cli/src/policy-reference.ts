import type { PolicyIndex } from "@parmanasystems/governance";
import { CliError } from "./errors.js";

export interface PolicyReference {
  readonly policyId: string;
  readonly policyVersion: string;
}

/** Reads "claims-approval@1.0.0"; the version may be left out while exactly one is active. @throws CliError CLI-005 */
export async function resolvePolicy(text: string, index: () => Promise<PolicyIndex>): Promise<PolicyReference> {
  const at = text.indexOf("@");
  if (at !== -1) return { policyId: text.slice(0, at), policyVersion: text.slice(at + 1) };
  const versions = [...((await index()).policies.get(text)?.active.keys() ?? [])];
  const [only, ...others] = versions;
  if (only === undefined || others.length > 0) {
    const found = only === undefined ? "none" : versions.join(", ");
    throw new CliError("CLI-005", `The index lists no single active version of ${text.slice(0, 64)} (found: ${found}).`);
  }
  return { policyId: text, policyVersion: only };
}
