import type { Condition, Policy } from "@parmanasystems/governance";
import { conditionPointer } from "../condition-paths.js";
import type { Goal } from "../space/find-input.js";
import type { CoverageGap } from "./coverage-meter.js";

type Hold = Goal["hold"][number];

/** What an input must do to close the gap. */
export function goalOf(policy: Policy, gap: CoverageGap): Goal {
  const reach = gap.ruleIndex;
  const condition = policy.rules[reach]?.condition;
  if (condition === undefined) return { reach, hold: [] };
  if (gap.kind === "rule") return { reach, hold: [{ condition, truth: true }] };
  const steps = gap.pointer.slice(conditionPointer(reach).length).split("/").slice(1);
  return { reach, hold: [...askedWhen(condition, steps), { condition: gap.leaf, truth: gap.truth }] };
}

/** What must be so for the evaluator to come to the condition at the end of the steps. */
function askedWhen(condition: Condition, steps: readonly string[]): readonly Hold[] {
  switch (condition.kind) {
    case "all":
    case "any": {
      const index = Number(steps[1]);
      const next = condition.conditions[index];
      if (next === undefined) return [];
      const truth = condition.kind === "all";
      const before = condition.conditions.slice(0, index).map((part) => ({ condition: part, truth }));
      return [...before, ...askedWhen(next, steps.slice(2))];
    }
    case "not":
      return askedWhen(condition.condition, steps.slice(1));
    case "comparison":
    case "exists":
      return [];
  }
}
