import type { JsonObject, JsonValue } from "@parmanasystems/canonical";
import type { Policy } from "@parmanasystems/governance";
import type { SignalValues } from "@parmanasystems/provenance";
import { GoalSearch } from "../goal-search.js";
import { coverageOf } from "./coverage.js";
import { type CoverageGap, CoverageMeter } from "./coverage-meter.js";
import { suggestCases } from "./suggest-cases.js";

/** A first policy.test.json for a policy that has none. */
export interface StartedCases {
  readonly document: JsonObject;
  /** How many cases it has. */
  readonly cases: number;
  /** Gaps for which no case is suggested. */
  readonly open: readonly CoverageGap[];
}

/** Cases that cover the whole policy, as far as inputs are found; each expects what the policy decides now. */
export function startCases(policy: Policy): StartedCases {
  const defaults = usualSignals(policy);
  const terms = { rules: 1, conditions: 1 };
  const coverage = coverageOf(policy, new CoverageMeter(policy), [terms]);
  const { cases, open } = suggestCases(policy, { passed: false, results: [], coverage }, defaults);
  const document = {
    policyId: policy.policyId,
    defaults,
    cases,
    // What is left open could not be demanded.
    ...(open.length === 0 && { coverage: terms }),
  };
  return Object.freeze({ document, cases: cases.length, open });
}

/** Signals that only the last rule decides on, so that each case shows what its rule needs; if there are none, any signals. */
function usualSignals(policy: Policy): Readonly<Record<string, JsonValue>> {
  const goals = [{ reach: policy.rules.length - 1, hold: [] }, { hold: [] }];
  const search = new GoalSearch(policy);
  for (const goal of goals) {
    const found = search.find(goal);
    if (found.status === "found") return toRecord(found.signals);
  }
  return {};
}

function toRecord(signals: SignalValues): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(Object.entries(signals));
}
