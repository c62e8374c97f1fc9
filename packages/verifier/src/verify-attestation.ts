import type { PolicyBundle, PolicyIndex, ReleaseManifest, TrustRoot } from "@parmanasystems/governance";
import {
  checkBinding,
  checkDate,
  checkForm,
  checkSignature,
  type AttestationInput,
} from "./attestation-checks.js";
import { checkBundle, checkBundleNamed } from "./bundle-checks.js";
import { Checklist } from "./checklist.js";
import { conclude } from "./conclude.js";
import { checkDecisionRepeats, checkFingerprint, checkState } from "./decision-checks.js";
import { checkEvidence, checkProvenanceMet, checkSignalsValid } from "./evidence-checks.js";
import { known, supplied, type Known } from "./known.js";
import { checkLog } from "./log-checks.js";
import { checkPolicyIndex, checkPolicyListed, openFormerIndexes } from "./policy-index-checks.js";
import { checkRelease, checkReleaseNamed } from "./release-checks.js";
import { checkSigningKey, pinRuntimeKeys, type RuntimeKeys } from "./signing-key-checks.js";
import { checkTrustRoot, checkTrustRootNamed, type TrustRootChain } from "./trust-root-checks.js";
import {
  readAttestationMaterial,
  readMaterial,
  readSharedMaterial,
  type AttestationMaterial,
  type ReadMaterial,
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

interface OpenedMaterial {
  readonly checks: Checklist;
  readonly now: Known<number>;
  readonly chain: Known<TrustRootChain>;
  readonly trustRoot: Known<TrustRoot>;
  readonly bundle: Known<PolicyBundle>;
  readonly policyIndex: Known<PolicyIndex>;
  readonly formerIndexes: ReadonlyMap<number, PolicyIndex>;
  readonly release: Known<ReleaseManifest>;
  readonly runtimeKeys: RuntimeKeys;
  readonly bundleSupplied: boolean;
}

/** What can be said about the material before any attestation is seen. */
function openMaterial(material: ReadMaterial): OpenedMaterial {
  const checks = new Checklist();
  const now = supplied(material.now, "no time of verification was given");

  // 1. The trust root, from the pinned key through every version; everything else is trusted only through it.
  const chain = checkTrustRoot(checks, material.trustRoot, now);
  const trustRoot = chain.known ? known(chain.value.newest) : chain;
  // 2. The policy bundle: the rules, as their owners signed them.
  const bundle = checkBundle(checks, supplied(material.bundle, "no policy bundle was supplied"), trustRoot);
  // 3. The policy index: which versions are in use.
  const policyIndex = checkPolicyIndex(
    checks,
    supplied(material.policyIndex, "no policy index was supplied"),
    trustRoot,
    now,
  );
  const formerIndexes = openFormerIndexes(material.formerPolicyIndexes, trustRoot);
  // 4. The release manifest: which runtime files were shipped.
  const release = checkRelease(
    checks,
    supplied(material.release, "no release manifest was supplied"),
    trustRoot,
  );

  const runtimeKeys = pinRuntimeKeys(material.runtimeKeys);
  return {
    checks,
    now,
    chain,
    trustRoot,
    bundle,
    policyIndex,
    formerIndexes,
    release,
    runtimeKeys,
    bundleSupplied: material.bundle !== undefined,
  };
}

function judge(
  input: AttestationInput,
  material: AttestationMaterial,
  opened: OpenedMaterial,
): VerificationReport {
  const { now, trustRoot, bundle, policyIndex, release } = opened;
  const checks = new Checklist(opened.checks);

  // 5. It is an attestation, and what is signed is what it shows.
  const presented = checkForm(checks, input);
  const payload = checkBinding(checks, presented);
  checkDate(checks, presented, now);
  // 6. It was made under this trust root, and a key that was trusted then signed it.
  checkTrustRootNamed(checks, presented, opened.chain);
  const key = checkSigningKey(checks, presented, trustRoot, opened.runtimeKeys);
  checkSignature(checks, presented, payload, key);
  // 7. It names this bundle, a policy version in use, and this release.
  checkBundleNamed(checks, presented, bundle);
  checkPolicyListed(checks, presented, policyIndex, opened.formerIndexes);
  checkReleaseNamed(checks, presented, release);
  // 8. It is in the audit log.
  checkLog(checks);
  // 9. The evidence is the one it was made on, and the policy accepts it and where it comes from.
  const evidence = checkEvidence(checks, supplied(material.evidence, "no evidence was supplied"), presented);
  const signals = checkSignalsValid(checks, evidence, bundle);
  checkProvenanceMet(checks, presented, evidence, signals, bundle, trustRoot);
  // 10. The policy, applied to the evidence again, yields what it states.
  checkFingerprint(checks, presented, evidence);
  checkDecisionRepeats(checks, presented, bundle, signals);
  checkState(checks, presented);

  return conclude(checks.list(), material.requiredLevel ?? defaultLevel(opened, material));
}

function defaultLevel({ bundleSupplied }: OpenedMaterial, { evidence }: AttestationMaterial): RequiredLevel {
  if (!bundleSupplied) return "L1";
  return evidence === undefined ? "L2" : "L4";
}
