export { changeApiKeys, readApiKeys } from "./api-keys-file.js";
export { readBundleContent } from "./bundle-directory.js";
export { countersignPolicies } from "./countersign-policies.js";
export type { CountersignedPolicies, CountersignPoliciesInput } from "./countersign-policies.js";
export { createTrust, proposeTrust } from "./create-trust.js";
export type { CreatedTrust, CreateTrustInput, ProposedTrust } from "./create-trust.js";
export {
  readPolicyIndex,
  readReleaseManifest,
  readTrustRoot,
  readTrustRootPredecessors,
} from "./environment.js";
export type { EnvironmentPaths, OpenedTrustRoot, TrustRootPaths } from "./environment.js";
export { installTrustRoot } from "./install-trust-root.js";
export type { InstallTrustRootInput } from "./install-trust-root.js";
export { readPinnedKey, readPrivateKey, readPublicKey, writePrivateKey } from "./key-files.js";
export { checkPolicyDirectory, loadPolicyBundle } from "./load-policy-bundle.js";
export { measureRuntimeFiles } from "./measure-runtime.js";
export { archivedPathsOf } from "./archive-document.js";
export { privateKeyFile } from "./plan-trust.js";
export type { CreatedKey, TrustInput, TrustKeyInput, TrustRoleInput } from "./plan-trust.js";
export type { IndexChange } from "./policy-index-change.js";
export {
  createPolicyIndex,
  deprecateInIndex,
  installPolicyIndex,
  proposeIndexChange,
  proposePolicyIndex,
  publishToIndex,
  revokeInIndex,
} from "./policy-index-file.js";
export type { InstallPolicyIndexInput, PolicyIndexInput, PolicyVersionInput } from "./policy-index-file.js";
export { assertMatchesPolicySchema } from "./policy-schema-gate.js";
export { readFileSafely } from "./read-file-safely.js";
export type { SafeReadOptions } from "./read-file-safely.js";
export { runtimePackageRoots } from "./runtime-packages.js";
export type { SigningTerms } from "./sign-document.js";
export {
  installPolicyBundle,
  proposePolicyBundle,
  requireManifestFiles,
  signPolicyBundle,
} from "./sign-policy-bundle.js";
export type {
  InstallPolicyBundleInput,
  SignedPolicyBundle,
  SignPolicyBundleInput,
} from "./sign-policy-bundle.js";
export { installRelease, proposeRelease, signRelease } from "./sign-release.js";
export type { InstallReleaseInput, SignReleaseInput } from "./sign-release.js";
export { withDirectoryLock } from "./directory-lock.js";
export type { OpenedDocument, SignedPaths } from "./signed-document-files.js";
export { compileSignalsSchema } from "./signals-schema-gate.js";
export { writeFileAtomically } from "./write-file-atomically.js";
export type { WriteOptions } from "./write-file-atomically.js";
