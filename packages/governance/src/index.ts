export { apiKeyId, callerRoles, createApiKey, encodeApiKeys, parseApiKeys } from "./api-keys.js";
export type { ApiKeyRecord, ApiKeyTerms, CallerRole } from "./api-keys.js";
export { createBundleManifest, isBundlePath, openPolicyBundle } from "./bundle.js";
export type {
  BundleContent,
  BundleManifest,
  BundleManifestInput,
  PolicyBundle,
  PolicyName,
} from "./bundle.js";
export { describeProposal } from "./describe-proposal.js";
export type { InForce, ProposalDescription } from "./describe-proposal.js";
export { GovernanceError, governanceErrors } from "./errors.js";
export type { GovernanceErrorCode } from "./errors.js";
export { daysLeft, expiryWarnings } from "./expiry.js";
export type { ExpiryInput, ExpiryWarning } from "./expiry.js";
export type { FileEntry } from "./file-entry.js";
export { parsePolicy } from "./parse-policy.js";
export type { PolicySource } from "./parse-policy.js";
export type { ExpectedIdentity } from "./policy/policy-document.js";
export { decimalToScaled } from "./policy/decimal.js";
export type { ScaledDecimal } from "./policy/decimal.js";
export { isPolicyId, isPolicyVersion } from "./policy/identity.js";
export { locatePointer } from "./policy/locate-pointer.js";
export type { TextPosition } from "./policy/locate-pointer.js";
export { suggestion } from "./policy/nearest-name.js";
export { EVALUATOR_SEMANTICS, SCHEMA_VERSION } from "./policy.js";
export type {
  BooleanDeclaration,
  Declared,
  ComparisonOperator,
  Condition,
  DateDeclaration,
  DecimalDeclaration,
  DecisionOutcome,
  EnumDeclaration,
  IntegerDeclaration,
  ListDeclaration,
  NumberDeclaration,
  Operand,
  Operator,
  Outcome,
  OverrideTerms,
  Pattern,
  Policy,
  ProvenanceRequirement,
  ReplayTerms,
  Rule,
  ScalarDeclaration,
  SignalDeclaration,
  SignalType,
  StringDeclaration,
  StringFormat,
  TimestampDeclaration,
} from "./policy.js";
export { policyDocumentSchema } from "./policy-document-schema.js";
export {
  createPolicyIndexDocument,
  findVersion,
  openPolicyIndex,
  requireIndexNotRolledBack,
  requireIndexUnexpired,
  requireListed,
} from "./policy-index.js";
export type {
  ListedVersion,
  PolicyIndex,
  PolicyIndexDraft,
  PolicyVersions,
  VersionStatus,
} from "./policy-index.js";
export {
  createReleaseManifestDocument,
  openReleaseManifest,
  requireReleasedRuntime,
  runtimeHashOf,
} from "./release-manifest.js";
export type { ReleaseManifest, ReleaseManifestDraft } from "./release-manifest.js";
export { requireProvenance } from "./require-provenance.js";
export type { ProvenanceInput } from "./require-provenance.js";
export { signalsJsonSchema } from "./signals-json-schema.js";
export { isComplete, requireWantedSigner, signatureNeeds } from "./signature-needs.js";
export type { SignatureNeed } from "./signature-needs.js";
export {
  createProposal,
  encodeProposal,
  mergeProposals,
  parseProposal,
  signedDocumentOf,
  signProposal,
} from "./signature-proposal.js";
export type { SignatureProposal } from "./signature-proposal.js";
export type { SignedDocument } from "./signed-document.js";
export type { SignedContent } from "./signed-kinds.js";
export { parseCeremony } from "./trust-root/ceremony.js";
export type { Ceremony, CeremonyKey, CeremonyRole } from "./trust-root/ceremony.js";
export { openTrustRootChain, walkTrustRootChain } from "./trust-root/chain.js";
export type { TrustRootChainInput } from "./trust-root/chain.js";
export { newestTrustRoot, requireTrustRootNotRolledBack, requireUnexpired } from "./trust-root/continuity.js";
export { describeTrustRootChanges } from "./trust-root/differences.js";
export { createTrustRootDocument } from "./trust-root/document.js";
export type { TrustRootDraft } from "./trust-root/document.js";
export { keyValidUntil } from "./trust-root/lifetimes.js";
export { openTrustRoot } from "./trust-root/open.js";
export type { TrustRootInput, TrustRootStep } from "./trust-root/open.js";
export { requireSigningKey, roleKey, verifyForRole } from "./trust-root/roles.js";
export type { RoleSignatureInput } from "./trust-root/roles.js";
export { createNextTrustRoot } from "./trust-root/rotation.js";
export type {
  AddedKey,
  ExtendedKey,
  RetiredKey,
  RevokedKey,
  TrustRootChanges,
} from "./trust-root/rotation.js";
export type {
  KeyStatus,
  RememberedVersion,
  RoleDelegation,
  TrustedKey,
  TrustRoot,
} from "./trust-root/trust-root.js";
export { validateSignals } from "./validate-signals.js";
