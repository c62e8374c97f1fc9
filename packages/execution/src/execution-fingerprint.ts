import { canonicalize, sha256, type Sha256 } from "@parmanasystems/canonical";
import type { SignalValues } from "@parmanasystems/provenance";

/** What is decided, on which facts: plain, validated values without provenance. */
export interface Facts {
  readonly policyId: string;
  readonly policyVersion: string;
  readonly signals: SignalValues;
}

/** The replay identity of the facts: sha256 of the canonical `{policyId, policyVersion, signals}`. @throws CANONICAL-* */
export function executionFingerprint(facts: Facts): Sha256 {
  return fingerprintSignals(facts).executionFingerprint;
}

export interface SignalDigests {
  readonly executionFingerprint: Sha256;
  /** sha256 of the canonical signals alone, as in the runtime provenance. */
  readonly signalsHash: Sha256;
}

/** Fingerprint and signalsHash with the signals canonicalised once. @throws CANONICAL-* */
export function fingerprintSignals({ policyId, policyVersion, signals }: Facts): SignalDigests {
  const text = canonicalize(signals);
  // RFC 8785 sorts "policyId" < "policyVersion" < "signals", so the parts join into the canonical whole.
  const facts = `{"policyId":${canonicalize(policyId)},"policyVersion":${canonicalize(policyVersion)},"signals":${text}}`;
  return { executionFingerprint: sha256(facts), signalsHash: sha256(text) };
}
