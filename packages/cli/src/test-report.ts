import { suggestion } from "@parmanasystems/governance";
import {
  type CaseResult,
  type CasesReport,
  type Coverage,
  explainDecision,
  reasonsFor,
  spellCoverage,
  spellDifference,
  spellGap,
  spellReason,
} from "@parmanasystems/policy-analysis";
import { columns } from "./output.js";
import { type CasesSource, placeOf, type PolicySource } from "./policy-source.js";
import { countOf } from "./policy-terms.js";

/** A table of so many cases is read; of a longer one only what failed. */
const SHOWN_CASES = 50;
const SHOWN_FAILURES = 20;
const SHOWN_GAPS = 10;
const SHOWN_REASONS = 3;

/** What ran, what differs and why, and what nothing covers. */
export function describeReport(
  source: PolicySource,
  tests: CasesSource,
  report: CasesReport,
): readonly string[] {
  const { results, coverage, passed } = report;
  const { policyId, policyVersion } = source.policy;
  const failed = results.filter(({ difference }) => difference !== undefined);
  const headline = `${passed ? "PASSED" : "FAILED"}: ${policyId}@${policyVersion}, ${summaryOf(report)}`;
  const shown = results.length <= SHOWN_CASES ? results : failed.slice(0, SHOWN_FAILURES);
  const hidden = results.length <= SHOWN_CASES ? 0 : failed.length - shown.length;
  return [
    headline,
    ...columns(shown.map((result): [string, string] => [markOf(result), outcomeOf(result)])),
    ...(hidden > 0 ? [`  … and ${String(hidden)} more failed; --json has them all`] : []),
    ...failed.slice(0, SHOWN_FAILURES).flatMap((result) => describeFailure(source, tests, result)),
    ...describeCoverage(source, coverage),
  ];
}

function summaryOf({ results, passed }: CasesReport): string {
  const failed = results.filter(({ difference }) => difference !== undefined).length;
  if (passed) return countOf(results.length, "case");
  if (failed > 0) return `${String(failed)} of ${countOf(results.length, "case")}`;
  return `too little is covered by ${countOf(results.length, "case")}`;
}

function markOf({ case: { name }, difference }: CaseResult): string {
  return `${difference === undefined ? "✓" : "✗"} ${name}`;
}

function outcomeOf({ actual }: CaseResult): string {
  return actual.kind === "refused"
    ? `refused ${actual.code}`
    : `${actual.result.decision}, ${actual.result.rule_id}`;
}

function describeFailure(source: PolicySource, tests: CasesSource, result: CaseResult): readonly string[] {
  const { case: each, actual, difference } = result;
  if (difference === undefined) return [];
  return [
    `${placeOf(tests, each.pointer)}: ${each.name}`,
    `  ${spellDifference(difference)}`,
    ...(actual.kind === "refused" ? [`  ${actual.message}`] : describeWhy(source, result)),
  ];
}

/** Why the rule that decided did, and why the one that was expected did not. */
function describeWhy(
  { policy }: PolicySource,
  { case: { expected }, actual }: CaseResult,
): readonly string[] {
  if (actual.kind === "refused") return [];
  const { rules } = explainDecision(policy, actual.signals);
  const wanted = expected.kind === "decides" ? expected.rule : undefined;
  const lines: string[] = [];
  for (const { id, status, condition } of rules) {
    if (status !== "decided" && id !== wanted) continue;
    const reasons = reasonsFor(condition).slice(0, SHOWN_REASONS).map(spellReason);
    lines.push(`  ${id} ${STATUSES[status]}${reasons.length === 0 ? "" : `, as ${reasons.join("; ")}`}`);
  }
  if (wanted !== undefined && !rules.some(({ id }) => id === wanted)) {
    const known = rules.map(({ id }) => id);
    lines.push(`  the policy has no rule "${wanted}"${suggestion(wanted, known)}`);
  }
  return lines;
}

const STATUSES = {
  decided: "decided",
  did_not_match: "did not match",
  not_reached: "was not reached",
} as const;

function describeCoverage({ policy }: PolicySource, coverage: Coverage): readonly string[] {
  const { rules, conditions, gaps, impossible, undecided } = coverage;
  const shown = gaps.slice(0, SHOWN_GAPS).map((gap) => `    ${spellGap(policy, gap)}`);
  const rest = gaps.length - shown.length;
  return [
    `Coverage of ${spellCoverage("rules", rules)}`,
    `Coverage of ${spellCoverage("conditions", conditions)}`,
    ...(gaps.length === 0 ? [] : ["  Not covered; --suggest prints cases for it:", ...shown]),
    ...(rest > 0 ? [`    … and ${String(rest)} more`] : []),
    ...(undecided.length === 0
      ? []
      : [
          `  Too large to decide whether any input shows it, so it counts: ${String(undecided.length)} of these.`,
        ]),
    ...(impossible.length === 0
      ? []
      : [
          "  Does not count, since no input can show it:",
          ...impossible.slice(0, SHOWN_GAPS).map((gap) => `    ${spellGap(policy, gap)}`),
        ]),
  ];
}
