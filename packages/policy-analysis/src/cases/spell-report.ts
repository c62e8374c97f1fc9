import type { Policy } from "@parmanasystems/governance";
import { spellLeaf } from "../spell-condition.js";
import type { Coverage, Covered } from "./coverage.js";
import type { CoverageGap } from "./coverage-meter.js";
import type { CaseOutcome, Difference } from "./cases-report.js";

/** `decision: expected approved, got rejected` */
export function spellDifference({ member, expected, actual }: Difference): string {
  return `${member}: expected ${expected}, got ${actual}`;
}

/** What was decided and by which rule, or what was refused and why. */
export function spellCaseOutcome(actual: CaseOutcome): string {
  if (actual.kind === "refused") return `refused: ${actual.message}`;
  const { decision, rule_id, action, reason } = actual.result;
  return `${decision} by rule ${rule_id}, action ${action}: ${reason}`;
}

/** `rules: 3 of 4 covered (75 %), 100 % must be` */
export function spellCoverage(part: string, { covered, total, share, required }: Covered): string {
  const demand = required > 0 ? `, ${spellShare(required)} must be` : "";
  return `${part}: ${covered} of ${total} covered (${spellShare(share)})${demand}`;
}

/** `; for 3 of what is missing it was too large a question whether any input shows it`, or nothing. */
export function spellUndecided({ undecided }: Pick<Coverage, "undecided">): string {
  if (undecided.length === 0) return "";
  return `; for ${undecided.length} of what is missing it was too large a question whether any input shows it`;
}

/** In whole percents, rounded down: what is not all must not read as 100 %. */
function spellShare(share: number): string {
  // 0.29 * 100 is a little less than 29.
  return `${Math.floor(Number((share * 100).toFixed(6)))} %`;
}

/** `rule high-risk never decides`, or `risk_score greater_than 80 (rule high-risk) is never false`. */
export function spellGap(policy: Policy, gap: CoverageGap): string {
  const id = policy.rules[gap.ruleIndex]?.id ?? "";
  if (gap.kind === "rule") return `rule ${id} never decides`;
  return `${spellLeaf(gap.leaf)} (rule ${id}) is never ${gap.truth ? "true" : "false"}`;
}
