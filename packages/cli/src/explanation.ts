import type { DecisionOutcome, Policy } from "@parmanasystems/governance";
import {
  type ExplainedCondition,
  type ExplainedRule,
  type Explanation,
  type NearestChange,
  spellReads,
  spellValue,
} from "@parmanasystems/policy-analysis";
import { columns } from "./output.js";
import { countOf } from "./policy-terms.js";

/** Longer policies show the end of what was asked: there the decision was made. */
const SHOWN_RULES = 30;

export function describeExplanation(
  policy: Policy,
  { decision, rules }: Explanation,
  withRest: boolean,
): readonly string[] {
  const decided = rules.findIndex(({ status }) => status === "decided");
  const asked = rules.slice(Math.max(0, decided + 1 - SHOWN_RULES), decided + 1);
  const skipped = decided + 1 - asked.length;
  const rest = rules.slice(decided + 1);
  return [
    `${decision.decision.toUpperCase()} by rule ${decision.rule_id} of ${policy.policyId}@${policy.policyVersion}: ${decision.reason}`,
    ...columns([["action", decision.action]]),
    ...(skipped > 0
      ? [`  … ${countOf(skipped, "rule")} before these did not match; --json has them all`]
      : []),
    ...asked.flatMap((rule, index) => describeRule(rule, skipped + index + 1)),
    ...(withRest
      ? rest.flatMap((rule, index) => describeRule(rule, decided + index + 2))
      : rest.length > 0
        ? [`  … ${countOf(rest.length, "rule")} after it not reached; --all shows them`]
        : []),
  ];
}

const STATUSES = {
  decided: "decided",
  did_not_match: "did not match",
  not_reached: "not reached",
} as const satisfies Record<ExplainedRule["status"], string>;

function describeRule({ id, status, condition }: ExplainedRule, number: number): readonly string[] {
  return [`${String(number)}. ${id}: ${STATUSES[status]}`, ...describeCondition(condition, "   ")];
}

/** A mark for each condition, nested as in the policy; what was compared stands behind. */
function describeCondition(condition: ExplainedCondition, indent: string): readonly string[] {
  const mark = condition.holds ? "✓" : "✗";
  if (condition.kind === "leaf") {
    return [`${indent}${mark} ${condition.text}    (${spellReads(condition)})`];
  }
  if (condition.conditions.length === 0) return [`${indent}${mark} always`];
  const inner = condition.conditions.flatMap((part) => describeCondition(part, `${indent}  `));
  return [`${indent}${mark} ${condition.kind}`, ...inner];
}

/** What would have to be otherwise for another decision. */
export function describeNearestChange(
  { decision }: Explanation,
  nearest: NearestChange,
  to: DecisionOutcome | undefined,
): readonly string[] {
  const wanted = to ?? `anything but ${decision.decision}`;
  switch (nearest.status) {
    case "impossible":
      return [`No signals at all get ${wanted}.`];
    case "undecided":
      return [`No change that gets ${wanted} was found, though there may be one.`];
    case "found": {
      if (nearest.changes.length === 0) return [`It is ${wanted} already.`];
      const { decision: other, rule_id } = nearest.decision;
      const nearness = nearest.nearest ? "Nearest change" : "A change, perhaps not the nearest,";
      return [
        `${nearness} for ${other}, by rule ${rule_id}:`,
        ...columns(
          nearest.changes.map(({ signal, from, to: after }): [string, string] => [
            signal,
            `${spellValue(from)} → ${spellValue(after)}`,
          ]),
        ),
      ];
    }
  }
}
