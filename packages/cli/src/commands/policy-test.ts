import { writeFileSync } from "node:fs";
import {
  type CasesReport,
  junitReport,
  runCases,
  spellJson,
  startCases,
  suggestCases,
  type Suggestions,
} from "@parmanasystems/policy-analysis";
import { CliError, reasonOf } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Output, print, printText } from "../output.js";
import { type PolicySource, readCasesBeside, readPolicySource, TEST_FILE } from "../policy-source.js";
import { countOf } from "../policy-terms.js";
import { withProgress } from "../progress.js";
import { describeReport } from "../test-report.js";

export interface PolicyTestOptions {
  /** The share that must be covered, of rules and of conditions, besides what the file demands. */
  readonly coverage?: string;
  /** A file for the report as JUnit XML. */
  readonly junit?: string;
  readonly suggest?: boolean;
  readonly json?: boolean;
}

/** `parmana policy test`: runs the cases of policy.test.json and says what they do not cover. */
export async function policyTestCommand(
  directory: string,
  options: PolicyTestOptions,
  output: Output,
): Promise<ExitCode> {
  const share = readShare(options.coverage);
  const source = await readPolicySource(directory);
  const tests = readCasesBeside(source);
  if (tests === undefined) return withoutTests(source, options, output);
  const { policy } = source;
  const coverage = { rules: share, conditions: share };
  const report = await withProgress(output, "Testing", (onProgress) =>
    runCases(policy, tests.cases, { coverage, onProgress }),
  );
  if (options.junit !== undefined) writeReport(options.junit, junitReport(policy, report));
  const suggestions =
    options.suggest === true ? suggestCases(policy, report, tests.cases.defaults) : undefined;
  const lines = describeReport(source, tests, report);
  if (suggestions === undefined || options.json === true) {
    print(output, options.json, resultOf(source, report, suggestions), lines);
  } else {
    // What is to be pasted has standard output for itself.
    for (const line of [...lines, ...describeOpen(suggestions)]) output.note(line);
    printText(output, spellJson(suggestions.cases));
  }
  return report.passed ? exitCodes.done : exitCodes.refused;
}

/** @throws CliError CLI-009 unless cases are to be suggested: then a whole file is printed */
function withoutTests(source: PolicySource, options: PolicyTestOptions, output: Output): ExitCode {
  if (options.suggest !== true) {
    throw new CliError("CLI-009", `There is no ${TEST_FILE} in ${source.directory}.`);
  }
  const { document, cases, open } = startCases(source.policy);
  if (options.json === true) print(output, true, { document, open }, []);
  else {
    output.note(
      `${countOf(cases, "case")}, each expecting what the policy decides now. Whether that is right is yours to judge.`,
    );
    for (const line of describeOpen({ open })) output.note(line);
    printText(output, spellJson(document));
  }
  return exitCodes.done;
}

function describeOpen({ open }: Pick<Suggestions, "open">): readonly string[] {
  if (open.length === 0) return [];
  return [
    `Still not covered: ${countOf(open.length, "gap")}. At most 100 cases are suggested at a time, and for some gaps no input may have been found.`,
  ];
}

function resultOf(
  { policy: { policyId, policyVersion, policyHash } }: PolicySource,
  { passed, results, coverage }: CasesReport,
  suggestions: Suggestions | undefined,
): unknown {
  return {
    passed,
    policyId,
    policyVersion,
    policyHash,
    cases: results.map(({ case: { name, pointer, expected }, actual, difference }) => ({
      name,
      pointer,
      passed: difference === undefined,
      expected,
      actual,
      ...(difference !== undefined && { difference }),
    })),
    coverage,
    ...(suggestions !== undefined && { suggestions }),
  };
}

/** @throws CliError CLI-004 */
function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new CliError("CLI-004", `The report ${path} cannot be written: ${reasonOf(cause)}.`, { cause });
  }
}

function readShare(text: string | undefined): number {
  if (text === undefined) return 0;
  const share = Number(text);
  if (/^[0-9.]+$/.test(text) && share >= 0 && share <= 1) return share;
  throw new CliError("CLI-001", "--coverage must be a share from 0 to 1, such as 0.9.");
}
