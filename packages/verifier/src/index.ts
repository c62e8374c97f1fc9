export type { CatalogueEntry, Level } from "./catalogue-entry.js";
export { checkCatalogue } from "./check-catalogue.js";
export type { CheckId } from "./check-id.js";
export { VerifierError, verifierErrors } from "./errors.js";
export type { VerifierErrorCode } from "./errors.js";
export {
  type EndOfOverride,
  type EvidenceBundle,
  formatEvidenceBundle,
  parseEvidenceBundle,
} from "./evidence-bundle/index.js";
export {
  type Checkpoint,
  type ConsistencyProof,
  emptyRoot,
  formatCheckpoint,
  formatLogProof,
  type InclusionProof,
  leafHash,
  type LogProof,
  nodeHash,
  parseCheckpoint,
  parseLogProof,
  verifyConsistency,
  verifyInclusion,
  readWitnessPolicy,
  type ReadWitnessPolicy,
  requireWitnesses,
  type Witness,
  type WitnessPolicy,
} from "./log/index.js";
export { logVerifierKeys } from "./log-keys.js";
export type { LogMaterial } from "./log-material.js";
export { resolutionCatalogue } from "./resolution-catalogue.js";
export type { AttestationInput, ResolutionInput } from "./statement-checks.js";
export type {
  AttestationMaterial,
  PinnedTrustRoot,
  RequiredLevel,
  ResolutionMaterial,
  VerificationMaterial,
} from "./verification-material.js";
export type { Check, CheckStatus, VerificationReport } from "./verification-report.js";
export { createAttestationVerifier, verifyAttestation } from "./verify-attestation.js";
export type { AttestationVerifier } from "./verify-attestation.js";
export { createResolutionVerifier, verifyResolution } from "./verify-resolution.js";
export type { ResolutionVerifier } from "./verify-resolution.js";
