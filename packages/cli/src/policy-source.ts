import { existsSync } from "node:fs";
import { join } from "node:path";
import { decodeUtf8, sha256 } from "@parmanasystems/canonical";
import { locatePointer, type Policy } from "@parmanasystems/governance";
import { checkPolicyDirectory } from "@parmanasystems/governance/node";
import { parseCases, type PolicyCases } from "@parmanasystems/policy-analysis";
import { CliError } from "./errors.js";
import { readInput } from "./read-input.js";

export const TEST_FILE = "policy.test.json";

/** A policy that loads, and the text that findings point into. */
export interface PolicySource {
  readonly directory: string;
  readonly file: string;
  readonly policy: Policy;
  readonly text: string;
}

/** @throws GovernanceError POL-001 to -029, TRUST-002 to -006; CliError CLI-011 */
export async function readPolicySource(directory: string): Promise<PolicySource> {
  const policy = await checkPolicyDirectory(directory);
  const file = join(directory, "policy.json");
  const bytes = readInput(file);
  if (sha256(bytes) !== policy.policyHash) {
    throw new CliError("CLI-011", `The file ${file} changed while it was read.`);
  }
  return { directory, file, policy, text: decodeUtf8(bytes) };
}

/** The tests beside a policy. */
export interface CasesSource {
  readonly file: string;
  readonly text: string;
  readonly cases: PolicyCases;
}

/** undefined when there are none. @throws PolicyAnalysisError POL-060 to -064 */
export function readCasesBeside({ directory, policy }: PolicySource): CasesSource | undefined {
  const file = join(directory, TEST_FILE);
  if (!existsSync(file)) return undefined;
  const bytes = readInput(file);
  return { file, cases: parseCases(bytes, { policy, file }), text: decodeUtf8(bytes) };
}

/** `policies/…/policy.json:12:5`, as editors and terminals take it. */
export function placeOf(
  { file, text }: { readonly file: string; readonly text: string },
  pointer: string,
): string {
  const { line, column } = locatePointer(text, pointer);
  return `${file}:${String(line)}:${String(column)}`;
}
