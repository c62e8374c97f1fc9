import type { ResolutionAttestation } from "@parmanasystems/execution";
import { checkBundleNamed } from "./bundle-checks.js";
import { checkStatement } from "./check-statement.js";
import { Checklist } from "./checklist.js";
import { conclude } from "./conclude.js";
import { known, supplied } from "./known.js";
import { checkLog } from "./log-checks.js";
import { askedOfLog } from "./log-material.js";
import { openMaterial, type OpenedMaterial } from "./opened-material.js";
import { checkOriginal } from "./original-checks.js";
import { checkPolicyListed } from "./policy-index-checks.js";
import { checkReleaseNamed } from "./release-checks.js";
import { checkKeyInForce } from "./signing-key-checks.js";
import { resolutionCatalogue } from "./resolution-catalogue.js";
import type { ResolutionInput } from "./statement-checks.js";
import { resolutionKind } from "./statement-kind.js";
import { checkExpiry, checkQuorum, checkTerms } from "./terms-checks.js";
import {
  readResolutionMaterial,
  readResolutionOptions,
  readSharedMaterial,
  type RequiredLevel,
  type ResolutionMaterial,
  type VerificationMaterial,
} from "./verification-material.js";
import type { VerificationReport } from "./verification-report.js";
import { checkOutcome, checkVoters, checkVotesCounted, checkVoteSignatures } from "./votes-checks.js";

export interface ResolutionVerifier {
  /** Never throws on hostile input. @throws VerifierError INV-060 when the options are unusable */
  verify(resolution: ResolutionInput, material?: ResolutionMaterial): VerificationReport;
}

/**
 * Judges how a pending execution ended, offline and without a clock: the signed resolution, the attestation that it ends, the terms of
 * the policy and the votes. Never throws on hostile input: what is wrong is in the report.
 * @throws VerifierError INV-060 when the options themselves are unusable
 */
export function verifyResolution(
  resolution: ResolutionInput,
  options: VerificationMaterial & ResolutionMaterial,
): VerificationReport {
  const { shared, own } = readResolutionOptions(options);
  return judge(resolution, own, openMaterial(shared));
}

/**
 * The same for many resolutions: trust root, bundle, index and release are judged once.
 * @throws VerifierError INV-060 when the options themselves are unusable
 */
export function createResolutionVerifier(options: VerificationMaterial): ResolutionVerifier {
  const opened = openMaterial(readSharedMaterial(options));
  return Object.freeze({
    verify: (resolution: ResolutionInput, material: ResolutionMaterial = {}) =>
      judge(resolution, readResolutionMaterial(material), opened),
  });
}

/** `opened` holds 1. to 4.: the trust root, the policy bundle, the policy index and the release manifest. */
function judge(
  resolution: ResolutionInput,
  own: ResolutionMaterial,
  opened: OpenedMaterial,
): VerificationReport {
  const { trustRoot, bundle } = opened;
  const checks = new Checklist(opened.checks);

  // 5. + 6. It is a resolution, made under this trust root, and a trusted key signed what it shows.
  const { presented, key } = checkStatement(checks, resolutionKind, known(resolution), opened);
  // 7. It ends the attestation supplied, which is genuine, was pending, and says the same of the execution.
  const original = checkOriginal(
    checks,
    presented,
    supplied(own.original, "the attestation that it ends was not supplied"),
    opened,
  );
  // 8. It names this bundle, a policy version in use, and the release that resolved.
  checkBundleNamed(checks, presented, bundle);
  checkPolicyListed(checks, presented, opened.policyIndex, opened.formerIndexes, approves);
  checkReleaseNamed(checks, presented, opened.release);
  // 9. It is in the audit log, and the key was in force: of one that was revoked since, only the log can tell.
  const logProof = supplied(own.logProof, "no log proof was supplied");
  const logged = checkLog(checks, resolutionKind, presented, logProof, opened);
  checkKeyInForce(checks, presented, key, opened, logged);
  // 10. The votes are the ones that were counted, and the terms of the policy end it so.
  const terms = checkTerms(checks, bundle);
  const votes = checkVotesCounted(checks, supplied(own.votes, "no votes were supplied"), presented);
  checkQuorum(checks, presented, terms);
  checkExpiry(checks, presented, original, terms, votes);
  checkOutcome(checks, presented, votes);
  // 11. Everybody who voted was allowed to, then, and signed where that is demanded.
  checkVoters(checks, presented, original, terms, votes);
  checkVoteSignatures(checks, presented, terms, votes, trustRoot);

  const requiredLevel = own.requiredLevel ?? defaultLevel(opened.bundleSupplied, own);
  return conclude(checks.list(resolutionCatalogue), requiredLevel, askedOfLog(opened.log));
}

/** Only an approval lets the action happen, so only it needs a policy that is still in use. */
function approves({ resolution }: ResolutionAttestation): boolean {
  return resolution === "approved";
}

function defaultLevel(bundleSupplied: boolean, { votes, logProof }: ResolutionMaterial): RequiredLevel {
  if (!bundleSupplied) return "L1";
  if (votes !== undefined) return "L4";
  return logProof === undefined ? "L2" : "L3";
}
