import { executionFingerprint, interpretPolicy, type DecisionResult } from "@parmanasystems/execution";
import { EVALUATOR_SEMANTICS, type PolicyBundle } from "@parmanasystems/governance";
import type { Evidence, SignalValues } from "@parmanasystems/provenance";
import type { PresentedAttestation } from "./statement-kind.js";
import type { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, type Known } from "./known.js";

export function checkFingerprint(
  checks: Checklist,
  presented: Known<PresentedAttestation>,
  evidence: Known<Evidence>,
): void {
  checks.confirm("decision.fingerprint", both(presented, evidence), ([{ attestation }, { signals }]) => {
    const { policyId, policyVersion, execution_fingerprint } = attestation;
    const actual = executionFingerprint({ policyId, policyVersion, signals });
    if (actual !== execution_fingerprint) {
      throw new VerifierError(
        "INV-074",
        `the attestation states ${execution_fingerprint}, and the policy version with these signals gives ${actual}.`,
      );
    }
    return "The fingerprint follows from the policy version and the signals.";
  });
}

/** Applies the policy to the signals again, with an interpreter that shares no code with the runtime's evaluator. */
export function checkDecisionRepeats(
  checks: Checklist,
  presented: Known<PresentedAttestation>,
  bundle: Known<PolicyBundle>,
  signals: Known<SignalValues>,
): void {
  const understood = checks.establish("decision.semantics", presented, (value) => {
    const { evaluatorSemantics } = value.attestation.provenance;
    if (evaluatorSemantics !== EVALUATOR_SEMANTICS) {
      throw new VerifierError(
        "INV-076",
        `the attestation was decided by the rules ${evaluatorSemantics}, and this verifier implements ${EVALUATOR_SEMANTICS}.`,
      );
    }
    return {
      value,
      detail: `This verifier implements the evaluation rules that the attestation names, ${evaluatorSemantics}.`,
    };
  });

  const repeated = checks.establish(
    "decision.repeated",
    both(both(understood, bundle), signals),
    ([[, { policy }], values]) => ({
      value: interpretPolicy(policy, values),
      detail: "The policy was applied to the signals again, and it reaches a decision.",
    }),
  );
  compareDecision(checks, presented, repeated);
}

function compareDecision(
  checks: Checklist,
  presented: Known<PresentedAttestation>,
  repeated: Known<DecisionResult>,
): void {
  const given = both(presented, repeated);

  checks.confirm("decision.rule", given, ([{ attestation }, { rule_id }]) => {
    requireRepeated(attestation.rule_id, rule_id);
    return `The same rule of the policy decides: ${rule_id}.`;
  });

  checks.confirm("decision.outcome", given, ([{ attestation }, { decision }]) => {
    requireRepeated(attestation.decision, decision);
    return `The policy gives the same decision: ${decision}.`;
  });

  checks.confirm("decision.action", given, ([{ attestation }, { action }]) => {
    requireRepeated(attestation.action, action);
    return `The policy demands the same action: ${action}.`;
  });

  checks.confirm("decision.reason", given, ([{ attestation }, { reason }]) => {
    requireRepeated(attestation.reason, reason);
    return `The policy gives the same reason: ${reason}.`;
  });
}

/** Needs nothing but the attestation itself. */
export function checkState(checks: Checklist, presented: Known<PresentedAttestation>): void {
  checks.confirm("decision.state", presented, ({ attestation }) => {
    const { decision, execution_state } = attestation;
    const expected = decision === "pending_override" ? "pending_override" : "completed";
    if (execution_state !== expected) {
      throw new VerifierError(
        "INV-077",
        `a decision "${decision}" leaves the execution ${expected}, and the attestation says ${execution_state}.`,
      );
    }
    return `The execution state, ${execution_state}, fits the decision.`;
  });
}

function requireRepeated(attested: string, repeated: string): void {
  if (attested !== repeated)
    throw new VerifierError(
      "INV-075",
      `the attestation states "${attested}", and the policy gives "${repeated}" for these signals.`,
    );
}
