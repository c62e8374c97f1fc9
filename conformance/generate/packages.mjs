// The packages as they are built, which is all of our code that the kit is made with.
export * from "../../packages/canonical/dist/index.js";
export * from "../../packages/signing/dist/index.js";
export {
  createBundleManifest,
  createPolicyIndexDocument,
  createReleaseManifestDocument,
  createTrustRootDocument,
  parsePolicy,
  runtimeHashOf,
  validateSignals,
} from "../../packages/governance/dist/index.js";
export { interpretPolicy } from "../../packages/execution/dist/index.js";
export {
  checkCatalogue,
  formatCheckpoint,
  leafHash,
  nodeHash,
  resolutionCatalogue,
} from "../../packages/verifier/dist/index.js";
