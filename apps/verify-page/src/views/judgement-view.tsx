import type { Judgement } from "../judge/judge-case.js";
import { explanationOf, shownEvidence, shownPolicy } from "../judge/shown-facts.js";
import { CheckList } from "./check-list.js";
import { DecisionView } from "./decision-view.js";
import { attestationLevels, resolutionLevels } from "./level-names.js";
import { RuleView } from "./rule-view.js";
import { SignalsView } from "./signals-view.js";
import { VerdictView } from "./verdict-view.js";
import { VotesView } from "./votes-view.js";

/** The verdict first; then what was decided, by which rule, on which facts; then every check. */
export function JudgementView({ judgement }: { readonly judgement: Judgement }) {
  const { attestation, resolution, facts, terms } = judgement;
  const isTrusted = !terms.isUnsafe;
  const judged = attestation ?? resolution;
  const policy = judged === undefined ? undefined : shownPolicy(facts, judged);
  const evidence = attestation === undefined ? undefined : shownEvidence(facts, attestation);
  const explanation = explanationOf(policy, evidence);
  return (
    <>
      <VerdictView judgement={judgement} />
      {attestation?.statement !== undefined && (
        <DecisionView statement={attestation.statement} judged={attestation} isTrusted={isTrusted} />
      )}
      {attestation?.statement !== undefined && policy !== undefined && (
        <RuleView
          statement={attestation.statement}
          policy={policy}
          explanation={explanation}
          isTrusted={isTrusted}
        />
      )}
      {attestation !== undefined && (
        <SignalsView judged={attestation} evidence={evidence} policy={policy?.value} isTrusted={isTrusted} />
      )}
      {resolution !== undefined && <VotesView judged={resolution} facts={facts} isTrusted={isTrusted} />}
      {attestation !== undefined && (
        <CheckList
          title={resolution === undefined ? "Every check" : "Every check of the attestation"}
          judged={attestation}
          names={attestationLevels}
        />
      )}
      {resolution !== undefined && (
        <CheckList title="Every check of the resolution" judged={resolution} names={resolutionLevels} />
      )}
    </>
  );
}
