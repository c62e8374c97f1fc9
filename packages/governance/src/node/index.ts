export { readBundleContent } from "./bundle-directory.js";
export { createTrust } from "./create-trust.js";
export type {
  CreatedKey,
  CreatedTrust,
  CreateTrustInput,
  TrustKeyInput,
  TrustRoleInput,
} from "./create-trust.js";
export {
  readPolicyIndex,
  readReleaseManifest,
  readTrustRoot,
  readTrustRootPredecessors,
} from "./environment.js";
export type { EnvironmentPaths, OpenedTrustRoot } from "./environment.js";
export { readPinnedKey, readPrivateKey, writePrivateKey } from "./key-files.js";
export { checkPolicyDirectory, loadPolicyBundle } from "./load-policy-bundle.js";
export { measureRuntimeFiles } from "./measure-runtime.js";
export { createPolicyIndex, deprecateInIndex, publishToIndex, revokeInIndex } from "./policy-index-file.js";
export type { PolicyIndexInput, PolicyVersionInput } from "./policy-index-file.js";
export { assertMatchesPolicySchema } from "./policy-schema-gate.js";
export { readFileSafely } from "./read-file-safely.js";
export type { SafeReadOptions } from "./read-file-safely.js";
export { runtimePackageRoots } from "./runtime-packages.js";
export type { SigningTerms } from "./sign-document.js";
export { signPolicyBundle } from "./sign-policy-bundle.js";
export type { SignedPolicyBundle, SignPolicyBundleInput } from "./sign-policy-bundle.js";
export { signRelease } from "./sign-release.js";
export type { SignReleaseInput } from "./sign-release.js";
export type { OpenedDocument } from "./signed-document-files.js";
export { compileSignalsSchema } from "./signals-schema-gate.js";
export { writeFileAtomically } from "./write-file-atomically.js";
export type { WriteOptions } from "./write-file-atomically.js";
