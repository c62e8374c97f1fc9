import type { Condition } from "@parmanasystems/governance";
import { conditionPointer } from "../condition-paths.js";
import { always, conditionHolds } from "../space/condition-holds.js";
import { negate } from "../space/literal.js";
import { spellLeaf } from "../spell-condition.js";
import { pointerOf } from "./condition-tree.js";
import type { Finding } from "./finding.js";
import type { Inquiry } from "./inquiry.js";
import { redundantParts, type Removal, type Why } from "./redundant-parts.js";

/** Parts of a rule's condition without which every input meets the same rule. */
export function redundantConditions(inquiry: Inquiry, rule: number): readonly Finding[] {
  const { policy, space } = inquiry;
  const { condition, id: ruleId } = policy.rules[rule] ?? { condition: always, id: "" };
  const judge = ({ part, given, whole, without }: Removal): Why | undefined => {
    const context = given.map((other) => space.literalOf(other));
    const differ = space.space.formula.differ(space.literalOf(whole), space.literalOf(without));
    const differs = inquiry.find(
      [space.reached(rule), ...context, differ],
      (signals) => conditionHolds(policy, whole, signals) !== conditionHolds(policy, without, signals),
    );
    if (differs.status !== "impossible") return undefined;
    const literal = space.literalOf(part);
    if (inquiry.isImpossible([literal])) return "always false";
    if (inquiry.isImpossible([negate(literal)])) return "always true";
    return inquiry.isImpossible([...context, differ]) ? "implied" : "decided before";
  };
  return redundantParts(condition, judge).map(({ path, part, why }) => ({
    rule: "redundant-condition",
    severity: why === "decided before" ? "note" : "warning",
    pointer: pointerOf(condition, path, conditionPointer(rule)),
    message: `In rule "${ruleId}", ${spell(part)} ${consequences[why]}.`,
    ruleId,
  }));
}

const consequences: Readonly<Record<Why, string>> = {
  "always true": "is always true, so it can be left out",
  "always false": "is never true, so it can be left out",
  implied: "changes nothing beside the rest of the condition, so it can be left out",
  "decided before": "changes nothing for the inputs that the rules before it leave over",
};

function spell(part: Condition): string {
  return part.kind === "comparison" || part.kind === "exists"
    ? `"${spellLeaf(part)}"`
    : `this "${part.kind}"`;
}
