import type { Condition } from "@parmanasystems/governance";
import { negate } from "../space/literal.js";
import { spellLeaf } from "../spell-condition.js";
import type { Finding } from "./finding.js";
import type { Inquiry } from "./inquiry.js";

/** Whether a rule is proved never to decide. */
export function isUnreachable(inquiry: Inquiry, rule: number): boolean {
  if (inquiry.sample(({ decider }) => decider === rule) !== undefined) return false;
  const decides = inquiry.space.decides(rule);
  return inquiry.find([decides], (signals) => inquiry.decider(signals) === rule).status === "impossible";
}

/** Says why a rule that is proved never to decide never does. */
export function unreachableRule(inquiry: Inquiry, rule: number): Finding {
  const { policy, space } = inquiry;
  const ruleId = policy.rules[rule]?.id ?? "";
  return {
    rule: "unreachable-rule",
    severity: "error",
    pointer: `/rules/${rule}`,
    message: `Rule "${ruleId}" never decides: ${reason()}.`,
    ruleId,
  };

  function reason(): string {
    const condition = space.condition(rule);
    if (inquiry.isImpossible([condition])) return contradiction(inquiry, policy.rules[rule]?.condition);
    const before = policy.rules.slice(0, rule).map(({ id }, index) => ({
      id,
      passed: negate(space.condition(index)),
    }));
    const core = inquiry.coreOf([condition, ...new Set(before.map(({ passed }) => passed))]);
    const covering = core
      .filter((literal) => literal !== condition)
      .flatMap((literal) => before.find(({ passed }) => passed === literal)?.id ?? []);
    const [only] = covering;
    return only !== undefined && covering.length === 1
      ? `whatever it matches, rule "${only}" matches before it`
      : `whatever it matches, one of the rules ${listOf(covering.map((id) => `"${id}"`))} matches before it`;
  }
}

/** Names the parts of a condition that never holds, if they are few. */
function contradiction(inquiry: Inquiry, condition: Condition | undefined): string {
  const parts = condition?.kind === "all" ? condition.conditions : [];
  const literals = parts.map((part) => inquiry.space.literalOf(part));
  const core = inquiry.coreOf([...new Set(literals)]);
  const leaves = core.flatMap((literal) => parts[literals.indexOf(literal)] ?? []);
  const spelled = leaves.flatMap((leaf) =>
    leaf.kind === "comparison" || leaf.kind === "exists" ? spellLeaf(leaf) : [],
  );
  if (spelled.length === 0 || spelled.length < leaves.length || spelled.length > 4)
    return "its condition holds for no input";
  return spelled.length === 1 ? `no input has ${listOf(spelled)}` : `no input has ${listOf(spelled)} at once`;
}

/** "a", "a and b", "a, b and c". */
function listOf(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}
