export { createBundleManifest, isBundlePath, openPolicyBundle } from "./bundle.js";
export type { BundleContent, BundleManifestInput, PolicyBundle, PolicyName } from "./bundle.js";
export { GovernanceError, governanceErrors } from "./errors.js";
export type { GovernanceErrorCode } from "./errors.js";
export type { FileEntry } from "./file-entry.js";
export { parsePolicy } from "./parse-policy.js";
export type { PolicySource } from "./parse-policy.js";
export type { ExpectedIdentity } from "./policy/policy-document.js";
export { decimalToScaled } from "./policy/decimal.js";
export type { ScaledDecimal } from "./policy/decimal.js";
export { isPolicyId, isPolicyVersion } from "./policy/identity.js";
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
  NumberDeclaration,
  Operand,
  Operator,
  Outcome,
  OverrideTerms,
  Policy,
  ReplayTerms,
  Rule,
  SignalDeclaration,
  SignalType,
  StringDeclaration,
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
export { signalsJsonSchema } from "./signals-json-schema.js";
export type { SignedDocument } from "./signed-document.js";
export { openTrustRootChain } from "./trust-root/chain.js";
export type { TrustRootChainInput } from "./trust-root/chain.js";
export { newestTrustRoot, requireTrustRootNotRolledBack, requireUnexpired } from "./trust-root/continuity.js";
export { createTrustRootDocument } from "./trust-root/document.js";
export type { TrustRootDraft } from "./trust-root/document.js";
export { openTrustRoot } from "./trust-root/open.js";
export type { TrustRootInput } from "./trust-root/open.js";
export { requireSigningKey, roleKey, verifyForRole } from "./trust-root/roles.js";
export type { RoleSignatureInput } from "./trust-root/roles.js";
export type {
  KeyStatus,
  RememberedVersion,
  RoleDelegation,
  TrustedKey,
  TrustRoot,
} from "./trust-root/trust-root.js";
export { validateSignals } from "./validate-signals.js";
