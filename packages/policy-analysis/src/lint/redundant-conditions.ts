import type { Condition } from "@parmanasystems/governance";
import { conditionPointer } from "../condition-paths.js";
import { always, conditionHolds } from "../space/condition-holds.js";
import { type Literal, negate } from "../space/literal.js";
import { spellLeaf } from "../spell-condition.js";
import { pointerOf } from "./condition-tree.js";
import type { Finding } from "./finding.js";
import type { Inquiry } from "./inquiry.js";
import { redundantParts, type Removal, type Why } from "./redundant-parts.js";

/** Parts of a rule's condition without which every input meets the same rule. */
export function redundantConditions(inquiry: Inquiry, rule: number): readonly Finding[] {
  const { condition, id: ruleId } = inquiry.policy.rules[rule] ?? { condition: always, id: "" };
  const parts = redundantParts(condition, (removal) => whyRedundant(inquiry, rule, removal));
  return parts.map(({ path, part, why }) => ({
    rule: "redundant-condition",
    severity: why.kind === "decided before" ? "note" : "warning",
    pointer: pointerOf(condition, path, conditionPointer(rule)),
    message: `In rule "${ruleId}", ${spell(part)} ${consequence(why)}.`,
    ruleId,
  }));
}

function whyRedundant(
  inquiry: Inquiry,
  rule: number,
  { part, given, whole, without }: Removal,
): Why | undefined {
  const { policy, space } = inquiry;
  const context = given.map((other) => space.literalOf(other));
  const differ = space.space.formula.differ(space.literalOf(whole), space.literalOf(without));
  const differs = inquiry.find(
    [space.reached(rule), ...context, differ],
    (signals) => conditionHolds(policy, whole, signals) !== conditionHolds(policy, without, signals),
  );
  if (differs.status !== "impossible") return undefined;
  const literal = space.literalOf(part);
  if (inquiry.isImpossible([literal])) return { kind: "always false" };
  if (inquiry.isImpossible([negate(literal)])) return { kind: "always true" };
  if (inquiry.isImpossible([...context, differ])) return { kind: "implied" };
  const by = coveringRule(inquiry, rule, [...context, differ]);
  return by === undefined ? undefined : { kind: "decided before", by: policy.rules[by]?.id ?? "" };
}

/**
 * The rule before that alone matches every input with these properties. If it takes several rules, nothing is said: in a
 * table whose rows go through all values of a signal, the last row repeats what the others leave over.
 */
function coveringRule(inquiry: Inquiry, rule: number, properties: readonly Literal[]): number | undefined {
  const { policy, space } = inquiry;
  const matching = (rules: readonly number[]): readonly number[] =>
    rules.filter((other) => space.space.isTrue(space.condition(other)));
  if (inquiry.find(properties).status !== "found") return undefined;
  let candidates = matching([...policy.rules.keys()].slice(0, rule));
  for (let [first] = candidates; first !== undefined; [first] = candidates) {
    const { status } = inquiry.find([...properties, negate(space.condition(first))]);
    if (status === "impossible") return first;
    candidates = status === "found" ? matching(candidates) : candidates.slice(1);
  }
  return undefined;
}

function consequence(why: Why): string {
  switch (why.kind) {
    case "always true":
      return "is always true, so it can be left out";
    case "always false":
      return "is never true, so it can be left out";
    case "implied":
      return "changes nothing beside the rest of the condition, so it can be left out";
    case "decided before":
      return `changes nothing, as rule "${why.by}" before it takes all inputs that it turns away`;
  }
}

function spell(part: Condition): string {
  return part.kind === "comparison" || part.kind === "exists"
    ? `"${spellLeaf(part)}"`
    : `this "${part.kind}"`;
}
