import { checkBundleNamed } from "./bundle-checks.js";
import { checkStatement } from "./check-statement.js";
import { Checklist } from "./checklist.js";
import { conclude } from "./conclude.js";
import { checkDecisionRepeats, checkFingerprint, checkState } from "./decision-checks.js";
import { checkEvidence, checkProvenanceMet, checkSignalsValid } from "./evidence-checks.js";
import { known, supplied } from "./known.js";
import { checkLog } from "./log-checks.js";
import { askedOfLog } from "./log-material.js";
import { openMaterial, type OpenedMaterial } from "./opened-material.js";
import { checkPolicyListed } from "./policy-index-checks.js";
import { checkReleaseDecides, checkReleaseNamed } from "./release-checks.js";
import { checkKeyInForce } from "./signing-key-checks.js";
import type { AttestationInput } from "./statement-checks.js";
import { attestationKind } from "./statement-kind.js";
import {
  readAttestationMaterial,
  readMaterial,
  readSharedMaterial,
  type AttestationMaterial,
  type RequiredLevel,
  type VerificationMaterial,
} from "./verification-material.js";
import type { VerificationReport } from "./verification-report.js";

export interface AttestationVerifier {
  /** Never throws on hostile input. @throws VerifierError INV-060 when the options are unusable */
  verify(attestation: AttestationInput, material?: AttestationMaterial): VerificationReport;
}

/**
 * Judges one attestation against everything supplied, offline and without a clock. Never throws on hostile input: what is wrong is in the report.
 * @throws VerifierError INV-060 when the options themselves are unusable
 */
export function verifyAttestation(
  attestation: AttestationInput,
  options: VerificationMaterial & AttestationMaterial,
): VerificationReport {
  const { shared, own } = readMaterial(options);
  return judge(attestation, own, openMaterial(shared));
}

/**
 * The same for many attestations: trust root, bundle, index and release are judged once.
 * @throws VerifierError INV-060 when the options themselves are unusable
 */
export function createAttestationVerifier(options: VerificationMaterial): AttestationVerifier {
  const opened = openMaterial(readSharedMaterial(options));
  return Object.freeze({
    verify: (attestation: AttestationInput, material: AttestationMaterial = {}) =>
      judge(attestation, readAttestationMaterial(material), opened),
  });
}

function judge(
  input: AttestationInput,
  material: AttestationMaterial,
  opened: OpenedMaterial,
): VerificationReport {
  const { trustRoot, bundle, policyIndex, release } = opened;
  const checks = new Checklist(opened.checks);

  // 5. + 6. It is an attestation, made under this trust root, and a trusted key signed what it shows.
  const { presented, key } = checkStatement(checks, attestationKind, known(input), opened);
  // 7. It names this bundle, a policy version in use, and this release.
  checkBundleNamed(checks, presented, bundle);
  checkPolicyListed(checks, presented, policyIndex, opened.formerIndexes);
  checkReleaseNamed(checks, presented, release);
  checkReleaseDecides(checks, presented, release);
  // 8. It is in the audit log, and the key was in force: of one that was revoked since, only the log can tell.
  const logProof = supplied(material.logProof, "no log proof was supplied");
  const logged = checkLog(checks, attestationKind, presented, logProof, opened);
  checkKeyInForce(checks, presented, key, opened, logged);
  // 9. The evidence is the one it was made on, and the policy accepts it and where it comes from.
  const evidence = checkEvidence(checks, supplied(material.evidence, "no evidence was supplied"), presented);
  const signals = checkSignalsValid(checks, evidence, bundle);
  checkProvenanceMet(checks, presented, evidence, signals, bundle, trustRoot);
  // 10. The policy, applied to the evidence again, yields what it states.
  checkFingerprint(checks, presented, evidence);
  checkDecisionRepeats(checks, presented, bundle, signals);
  checkState(checks, presented);

  const requiredLevel = material.requiredLevel ?? defaultLevel(opened, material);
  return conclude(checks.list(), requiredLevel, askedOfLog(opened.log));
}

function defaultLevel(
  { bundleSupplied }: OpenedMaterial,
  { evidence, logProof }: AttestationMaterial,
): RequiredLevel {
  if (!bundleSupplied) return "L1";
  if (evidence !== undefined) return "L4";
  return logProof === undefined ? "L2" : "L3";
}
