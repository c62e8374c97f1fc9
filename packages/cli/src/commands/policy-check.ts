import type { Finding, LintReport } from "@parmanasystems/policy-analysis";
import { columns, type Output, print } from "../output.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { describeFindings, INCOMPLETE, lintSource } from "../lint-report.js";
import {
  type CasesSource,
  placeOf,
  type PolicySource,
  readCasesBeside,
  readPolicySource,
} from "../policy-source.js";
import { countOf, describeOverride, describeReplay } from "../policy-terms.js";

export interface PolicyCheckOptions {
  /** Warnings count as errors. */
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `parmana policy check`: does this policy load, and does it say what its author meant? Nothing is run or signed. */
export async function policyCheckCommand(
  directory: string,
  options: PolicyCheckOptions,
  output: Output,
): Promise<ExitCode> {
  const source = await readPolicySource(directory);
  const tests = readCasesBeside(source);
  const report = await lintSource(source, output);
  const refused = report.findings.filter(
    ({ severity }) => severity === "error" || (options.strict === true && severity === "warning"),
  );
  const ok = refused.length === 0;
  print(output, options.json, resultOf(source, tests, report, ok), [
    ...describeSource(source, tests, report, ok),
    ...describeFindings(source, report),
  ]);
  return ok ? exitCodes.done : exitCodes.refused;
}

function resultOf(
  { policy, file, text }: PolicySource,
  tests: CasesSource | undefined,
  { findings, complete }: LintReport,
  ok: boolean,
): unknown {
  const { policyId, policyVersion, policyHash, replay, override } = policy;
  return {
    ok,
    policyId,
    policyVersion,
    policyHash,
    rules: policy.rules.length,
    signals: policy.signals.size,
    replay,
    override: override ?? null,
    cases: tests?.cases.cases.length ?? null,
    complete,
    findings: findings.map((finding) => ({ ...finding, place: placeOf({ file, text }, finding.pointer) })),
  };
}

function describeSource(
  { policy, directory }: PolicySource,
  tests: CasesSource | undefined,
  { findings, complete }: LintReport,
  ok: boolean,
): readonly string[] {
  const { policyId, policyVersion, policyHash } = policy;
  const count = (severity: Finding["severity"]) =>
    findings.filter((each) => each.severity === severity).length;
  const counts = (["error", "warning", "note"] as const)
    .filter((severity) => count(severity) > 0)
    .map((severity) => countOf(count(severity), severity));
  const headline = `${ok ? "OK" : "NOT OK"}: ${policyId}@${policyVersion}`;
  const cases =
    tests === undefined
      ? "none; policy.test.json is missing"
      : `${countOf(tests.cases.cases.length, "case")}; run them with parmana policy test ${directory}`;
  return [
    counts.length === 0 ? headline : `${headline}, ${counts.join(", ")}`,
    ...columns([
      ["rules", String(policy.rules.length)],
      ["signals", [...policy.signals.keys()].join(", ")],
      ["replay", describeReplay(policy)],
      ["override", describeOverride(policy)],
      ["tests", cases],
      ["policyHash", policyHash],
    ]),
    ...(complete ? [] : [`  ${INCOMPLETE}`]),
  ];
}
