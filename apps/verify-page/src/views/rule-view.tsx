import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { Policy, Rule } from "@parmanasystems/governance";
import type { Explanation } from "@parmanasystems/policy-analysis";
import { countOf } from "../judge/headline.js";
import { showCondition } from "../judge/shown-condition.js";
import type { Shown } from "../judge/shown-facts.js";
import { Badge } from "./badge.js";
import { ConditionView } from "./condition-view.js";
import { Foreign } from "./text.js";

interface Properties {
  readonly statement: ExecutionAttestation;
  readonly policy: Shown<Policy>;
  readonly explanation: Explanation | undefined;
  readonly isTrusted: boolean;
}

/** Rules before the one that decided did not match; so many of them are shown. */
const SHOWN_BEFORE = 10;

/** Why: the rules in their order, up to the one that decided. */
export function RuleView({ statement, policy, explanation, isTrusted }: Properties) {
  const { rules } = policy.value;
  const decidedBy = explanation?.decision.rule_id ?? statement.rule_id;
  const at = rules.findIndex(({ id }) => id === decidedBy);
  const shownRules = explanation === undefined ? rules.slice(at, at + 1) : rules.slice(0, at + 1);
  const shownFrom = Math.max(0, shownRules.length - 1 - SHOWN_BEFORE);
  return (
    <section class="card" aria-labelledby="rule-title">
      <header>
        <h2 id="rule-title">The rule that decided</h2>
        <Badge isConfirmed={policy.isConfirmed} isTrusted={isTrusted} />
      </header>
      {policy.value.description !== undefined && (
        <p class="hint">
          <Foreign text={policy.value.description} />
        </p>
      )}
      <p class="hint">{introduction(explanation, at)}</p>
      {decidedBy !== statement.rule_id && (
        <p class="warning">
          The attestation names another rule: <Foreign text={statement.rule_id} mono />.
        </p>
      )}
      {shownFrom > 0 && <p class="hint">{countOf(shownFrom, "rule")} before these did not match.</p>}
      <ol class="rules" start={explanation === undefined ? at + 1 : shownFrom + 1}>
        {shownRules.slice(shownFrom).map((rule) => (
          <RuleRow key={rule.id} rule={rule} explanation={explanation} isDecisive={rule.id === decidedBy} />
        ))}
      </ol>
      {at !== -1 && at < rules.length - 1 && (
        <p class="hint">
          {countOf(rules.length - at - 1, "rule")} after it: not asked, since the first match decides.
        </p>
      )}
    </section>
  );
}

function introduction(explanation: Explanation | undefined, at: number): string {
  if (explanation !== undefined) return "Rules are tried in their order, and the first that matches decides.";
  return at === -1
    ? "The policy has no rule of the name that the attestation gives."
    : "Without signals that the policy accepts, the page cannot show why this rule matched.";
}

interface RuleProperties {
  readonly rule: Rule;
  readonly explanation: Explanation | undefined;
  readonly isDecisive: boolean;
}

function RuleRow({ rule, explanation, isDecisive }: RuleProperties) {
  const { decision, action, reason } = rule.outcome;
  const explained = explanation?.rules.find(({ id }) => id === rule.id)?.condition;
  return (
    <li class={isDecisive ? "rule is-decisive" : "rule"}>
      <p class="rule-head">
        <Foreign text={rule.id} mono />
        {explanation !== undefined && <span class="pill">{isDecisive ? "decided" : "did not match"}</span>}
      </p>
      <ConditionView condition={showCondition(rule.condition, explained)} />
      {isDecisive && (
        <p class="consequence">
          Then <strong>{decision.replace("_", " ")}</strong>, with action <Foreign text={action} mono />:{" "}
          <Foreign text={reason} />
        </p>
      )}
    </li>
  );
}
