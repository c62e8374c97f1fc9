import { shorten } from "@parmanasystems/canonical";
import {
  type PolicyIndex,
  type PolicyName,
  type PolicyVersions,
  suggestion,
} from "@parmanasystems/governance";
import { readPolicyIndex, readTrustRoot } from "@parmanasystems/governance/node";
import { CliError } from "./errors.js";
import type { Home } from "./home.js";

/** Reads "claims-approval@1.0.0"; the version may be left out while exactly one is active. @throws CliError CLI-005 */
export async function resolvePolicy(home: Home, text: string): Promise<PolicyName> {
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const { value: index } = await readPolicyIndex(home.environment.policiesRootPath, trustRoot);
  return findPolicy(index, text);
}

/**
 * The listed version that the text names. Whether it may execute, revoked or not, is for whoever executes it.
 * @throws CliError CLI-005
 */
export function findPolicy({ policies }: Pick<PolicyIndex, "policies">, text: string): PolicyName {
  const at = text.indexOf("@");
  const policyId = at === -1 ? text : text.slice(0, at);
  const versions = policies.get(policyId);
  if (versions === undefined) {
    const known = [...policies.keys()];
    throw new CliError(
      "CLI-005",
      `There is no policy ${shorten(policyId)}${suggestion(policyId, known)}; the index lists ${listOf(known)}.`,
    );
  }
  if (at === -1) return { policyId, policyVersion: onlyActive(policyId, versions) };
  const policyVersion = text.slice(at + 1);
  const known = Object.values(versions).flatMap((table) => [...table.keys()]);
  if (known.includes(policyVersion)) return { policyId, policyVersion };
  throw new CliError(
    "CLI-005",
    `There is no version ${shorten(policyVersion)} of ${policyId}${suggestion(policyVersion, known)}; the index lists ${listOf(known)}.`,
  );
}

function onlyActive(policyId: string, { active }: PolicyVersions): string {
  const [only, ...others] = active.keys();
  if (only !== undefined && others.length === 0) return only;
  throw new CliError("CLI-005", `Of ${policyId}, these versions are active: ${listOf([...active.keys()])}.`);
}

/** A long list is no help. */
const SHOWN_NAMES = 20;

function listOf(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const shown = names.slice(0, SHOWN_NAMES).join(", ");
  return names.length > SHOWN_NAMES ? `${shown}, …` : shown;
}
