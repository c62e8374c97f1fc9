import type { DecisionOutcome, Rule } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { always, conditionHolds } from "../space/condition-holds.js";
import { negate, TRUE } from "../space/literal.js";
import { signalsReadBy } from "../signals-read.js";
import type { Finding } from "./finding.js";
import type { Inquiry } from "./inquiry.js";

/** Lenient decisions are higher. */
const leniency: Readonly<Record<DecisionOutcome, number>> = { rejected: 0, pending_override: 1, approved: 2 };

/**
 * Rules before the given one that take inputs from it and decide them otherwise, where their order looks like chance.
 *
 * That rules overlap is what first-match policies are made of: strict rules stand before lenient ones, and exceptions
 * before what they are exceptions from. So a pair is reported if neither rule contains the other, and moreover the earlier
 * one is the more lenient, or both read one and the same signal only, so that they look like alternatives.
 */
export function overlaps(
  inquiry: Inquiry,
  later: number,
  reachable: (rule: number) => boolean,
): readonly Finding[] {
  const { policy, space } = inquiry;
  const rule = policy.rules[later];
  // The catch-all, and whatever else matches every input, overlaps with all rules by design.
  if (rule === undefined || space.condition(later) === TRUE) return [];
  return policy.rules.slice(0, later).flatMap((earlier, index): Finding | readonly Finding[] => {
    const severity = inquiry.exhausted ? undefined : severityOf(earlier, rule);
    if (severity === undefined || !reachable(index)) return [];
    const signals = sharedInput(inquiry, index, later);
    // Since the later rule decides some input, it is not contained in the earlier one.
    if (signals === undefined || !goesBeyond(inquiry, index, later)) return [];
    return {
      rule: "overlap",
      severity,
      pointer: `/rules/${later}`,
      message: `Rules "${earlier.id}" (${earlier.outcome.decision}) and "${rule.id}" (${rule.outcome.decision}) both match some inputs, and neither is an exception from the other: "${earlier.id}" decides them only because it stands first.`,
      ruleId: rule.id,
      signals,
    };
  });
}

/** An input that the earlier rule decides and the later one matches as well. */
function sharedInput(inquiry: Inquiry, earlier: number, later: number): SignalValues | undefined {
  const { policy, space } = inquiry;
  const condition = policy.rules[later]?.condition ?? always;
  const confirms = (signals: SignalValues): boolean =>
    inquiry.decider(signals) === earlier && conditionHolds(policy, condition, signals);
  const known = inquiry.sample(({ decider, matches }) => decider === earlier && matches[later] === true);
  if (known !== undefined && confirms(known.signals)) return known.signals;
  // The two conditions first: most pairs contradict each other, and then the rules between need not be looked at.
  const search = inquiry.find(
    [space.condition(later), space.condition(earlier), space.reached(earlier)],
    confirms,
  );
  return search.status === "found" ? search.signals : undefined;
}

/** Whether the earlier rule matches an input that the later one does not. */
function goesBeyond(inquiry: Inquiry, earlier: number, later: number): boolean {
  if (inquiry.sample(({ matches }) => matches[earlier] === true && matches[later] === false) !== undefined)
    return true;
  const { space } = inquiry;
  return inquiry.find([space.condition(earlier), negate(space.condition(later))]).status === "found";
}

function severityOf(earlier: Rule, later: Rule): "warning" | "note" | undefined {
  const one = leniency[earlier.outcome.decision];
  const other = leniency[later.outcome.decision];
  if (one === other) return undefined;
  const read = signalsReadBy(earlier.condition);
  const alsoRead = signalsReadBy(later.condition);
  const alternatives =
    read.size === 1 && alsoRead.size === 1 && [...read].every((signal) => alsoRead.has(signal));
  if (alternatives || one - other === 2) return "warning";
  return one > other ? "note" : undefined;
}
