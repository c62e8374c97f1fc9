import type { Sha256 } from "@parmanasystems/canonical";
import {
  parseEvidence,
  signalProvenanceHash,
  signalsHash,
  type Evidence,
  type SignalValues,
} from "@parmanasystems/provenance";
import {
  requireProvenance,
  validateSignals,
  type PolicyBundle,
  type TrustRoot,
} from "@parmanasystems/governance";
import type { PresentedAttestation } from "./statement-kind.js";
import type { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, type Known } from "./known.js";
import { MAX_DOCUMENT_BYTES, requireSize } from "./limits.js";
import { requireSame } from "./require-same.js";

/** Whether the evidence is the one that was attested. */
export function checkEvidence(
  checks: Checklist,
  supplied: Known<Uint8Array>,
  presented: Known<PresentedAttestation>,
): Known<Evidence> {
  const evidence = checks.establish("evidence.form", supplied, (bytes) => {
    const value = parseEvidence(requireSize(bytes, MAX_DOCUMENT_BYTES, "the evidence file"));
    return {
      value,
      detail: `The evidence file is well-formed and holds ${Object.keys(value.signals).length} signals.`,
    };
  });
  const given = both(presented, evidence);

  checks.confirm("evidence.execution-id", given, ([{ attestation }, { execution_id }]) => {
    requireSame("INV-073", "the execution", attestation.execution_id, execution_id);
    return `The evidence belongs to execution ${execution_id}.`;
  });

  checks.confirm("evidence.signals-hash", given, ([{ attestation }, { signals }]) => {
    requireHash(attestation.provenance.signalsHash, signalsHash(signals), "the signals");
    return "The signals are the ones that were decided on: their hash is in the attestation.";
  });

  checks.confirm("evidence.signal-provenance-hash", given, ([{ attestation }, { signalProvenance }]) => {
    requireHash(
      attestation.provenance.signalProvenanceHash,
      signalProvenanceHash(signalProvenance),
      "the origin of the signals",
    );
    return "The origin recorded for the signals is the one that was attested: its hash is in the attestation.";
  });

  return evidence;
}

/** Returns the signals as the policy reads them. */
export function checkSignalsValid(
  checks: Checklist,
  evidence: Known<Evidence>,
  bundle: Known<PolicyBundle>,
): Known<SignalValues> {
  return checks.establish("evidence.signals-valid", both(evidence, bundle), ([{ signals }, { policy }]) => ({
    value: validateSignals(policy, signals),
    detail:
      "Every signal is declared by the policy, of the declared type and within its limits, and none is missing.",
  }));
}

/** As of the time the attestation is dated, by the keys of the newest trust root. */
export function checkProvenanceMet(
  checks: Checklist,
  presented: Known<PresentedAttestation>,
  evidence: Known<Evidence>,
  signals: Known<SignalValues>,
  bundle: Known<PolicyBundle>,
  trustRoot: Known<TrustRoot>,
): void {
  const given = both(both(presented, evidence), both(signals, both(bundle, trustRoot)));
  checks.confirm("evidence.provenance-met", given, ([[stated, facts], [values, [{ policy }, root]]]) => {
    const { attestation, issuedAt } = stated;
    const provenance = facts.signalProvenance;
    requireProvenance({
      policy,
      signals: values,
      provenance,
      executionId: attestation.execution_id,
      now: issuedAt,
      trustRoot: root,
    });
    const signed = Object.values(provenance).filter((record) => Object.hasOwn(record, "attestation")).length;
    return `The origin of the signals was what the policy demands at ${attestation.issuedAt}; signed by their sources: ${signed} of ${Object.keys(values).length}.`;
  });
}

function requireHash(attested: Sha256, actual: Sha256, what: string): void {
  if (attested !== actual)
    throw new VerifierError(
      "INV-074",
      `the attestation was made on ${what} with hash ${attested}; those supplied have ${actual}.`,
    );
}
