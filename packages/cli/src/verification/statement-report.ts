import { type Check, checkCatalogue, resolutionCatalogue } from "@parmanasystems/verifier";
import { columns } from "../output.js";
import { countOf } from "../policy-terms.js";
import { claimOf } from "../presented-file.js";
import type { JudgedStatement } from "./judgement.js";

/** Every check of one statement; what decides comes first, what holds is for whoever wants to know more. */
export function describeStatement(judged: JudgedStatement): readonly string[] {
  const { presented, report } = judged;
  const { verdict, level, checks } = report;
  const claim = claimOf(presented);
  if (verdict === "verified") {
    const log = level === "L4" && !isLogChecked(checks) ? " (log not checked)" : "";
    return [`VERIFIED at level ${level}${log}: ${claim}`, ...describeChecks(checks)];
  }
  const failed = failedChecks(judged);
  const missing = missingChecks(judged);
  const others = checks.filter((check) => !failed.includes(check) && !missing.includes(check));
  const warning = failed.length > 0 ? `. Do not rely on the claim that ${claim}` : "";
  return [
    `REFUSED: ${whyRefused(judged)}${warning}`,
    ...[failed, missing, others].flatMap((group) => describeChecks(group)),
  ];
}

/** Why a statement is refused, in some words. */
export function whyRefused(judged: JudgedStatement): string {
  const failed = failedChecks(judged);
  if (failed.length > 0) return `${countOf(failed.length, "check")} failed`;
  const missing = missingChecks(judged);
  return `level ${judged.requiredLevel} was asked for, and material for ${String(missing.length)} of its checks is missing`;
}

/** The checks that decided against a statement; none of one that is verified. */
export function decisiveChecks(judged: JudgedStatement): readonly Check[] {
  if (judged.report.verdict === "verified") return [];
  const failed = failedChecks(judged);
  return failed.length > 0 ? failed : missingChecks(judged);
}

function failedChecks({ report }: JudgedStatement): readonly Check[] {
  return report.checks.filter(({ status }) => status === "fail");
}

/** Those not made, without which the level cannot be reached. Only L3 itself needs the log. */
function missingChecks({ report, requiredLevel }: JudgedStatement): readonly Check[] {
  return report.checks.filter(
    ({ id, level, status }) =>
      status === "not_checked" &&
      requiredIds.has(id) &&
      level <= requiredLevel &&
      (level !== "L3" || requiredLevel === "L3"),
  );
}

/** L4 does not need the log, and who reads "L4" would think that it stands above L3. */
export function isLogChecked(checks: readonly Check[]): boolean {
  return checks.some(({ id, status }) => id === "log.inclusion" && status === "pass");
}

const requiredIds: ReadonlySet<string> = new Set(
  [...checkCatalogue, ...resolutionCatalogue].filter(({ required }) => required).map(({ id }) => id),
);

const MARKS = { pass: "✓", fail: "✗", not_checked: "·" } as const satisfies Record<Check["status"], string>;

export function describeChecks(checks: readonly Check[]): readonly string[] {
  return columns(
    checks.map((check): [string, string] => [
      `${MARKS[check.status]} ${check.level} ${check.id}`,
      check.code === undefined ? check.detail : `[${check.code}] ${check.detail}`,
    ]),
  );
}
