export type { AttestationInput } from "./attestation-checks.js";
export { checkCatalogue } from "./check-catalogue.js";
export type { CatalogueEntry, CheckId, Level } from "./check-catalogue.js";
export { VerifierError, verifierErrors } from "./errors.js";
export type { VerifierErrorCode } from "./errors.js";
export type {
  AttestationMaterial,
  PinnedTrustRoot,
  RequiredLevel,
  VerificationMaterial,
} from "./verification-material.js";
export type { Check, CheckStatus, VerificationReport } from "./verification-report.js";
export { createAttestationVerifier, verifyAttestation } from "./verify-attestation.js";
export type { AttestationVerifier } from "./verify-attestation.js";
