import { requirePassing, requireSound, runCases } from "@parmanasystems/policy-analysis";
import { describeFindings, INCOMPLETE, lintSource } from "./lint-report.js";
import type { Output } from "./output.js";
import {
  type CasesSource,
  type PolicySource,
  readCasesBeside,
  readPolicySource,
  TEST_FILE,
} from "./policy-source.js";

/** A policy that may be signed. */
export interface JudgedPolicy {
  readonly source: PolicySource;
  readonly tests: CasesSource | undefined;
  /** How many cases passed; null where there are none or they were skipped. */
  readonly cases: number | null;
}

export interface PolicyGateOptions {
  /** Let the policy pass although its tests were not run. */
  readonly unsafeSkipTests?: boolean;
}

/**
 * What must hold before anybody signs a policy: it loads, lint finds no error, and the tests beside it pass.
 * @throws GovernanceError POL-001 to -029; PolicyAnalysisError POL-060 to POL-065, POL-067
 */
export async function judgePolicy(
  directory: string,
  options: PolicyGateOptions,
  output: Output,
): Promise<JudgedPolicy> {
  const source = await readPolicySource(directory);
  const findings = await lintSource(source, output);
  const worthSaying = findings.findings.filter(({ severity }) => severity !== "note");
  for (const line of describeFindings(source, { ...findings, findings: worthSaying })) output.note(line);
  if (!findings.complete) output.note(INCOMPLETE);
  requireSound(findings);
  const tests = readCasesBeside(source);
  const { policyId, policyVersion } = source.policy;
  if (tests === undefined) {
    output.note(`${policyId}@${policyVersion} has no ${TEST_FILE}: nothing shows that it decides as meant.`);
    return { source, tests, cases: null };
  }
  if (options.unsafeSkipTests === true) {
    output.note(`The tests of ${policyId}@${policyVersion} were not run (--unsafe-skip-tests).`);
    return { source, tests, cases: null };
  }
  requirePassing(runCases(source.policy, tests.cases));
  return { source, tests, cases: tests.cases.cases.length };
}
