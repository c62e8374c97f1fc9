// The public surface, by name. Nothing is defined here.
export { openLedger, type SqliteLedger } from "@parmanasystems/audit-db";
export {
  canonicalize,
  type JsonObject,
  type JsonValue,
  ParmanaError,
  parseStrict,
  sha256,
  type Sha256,
} from "@parmanasystems/canonical";
export {
  attestationHash,
  type CompiledPolicy,
  compilePolicy,
  type DecisionResult,
  executeDecision,
  type ExecutionAttestation,
  executionFingerprint,
  type ExecutionToken,
  fromEnvelope,
  interpretPolicy,
  issueExecutionToken,
  parseAttestation,
  type SignedExecutionToken,
  toEnvelope,
  toStatement,
  verifyExecutionToken,
} from "@parmanasystems/execution";
export {
  addReviewTask,
  type AuditSink,
  BatchError,
  type Clock,
  createExecutionRuntime,
  type DryRunResult,
  evaluateDryRun,
  executeBatch,
  executeFromSignals,
  type ExecuteFromSignalsInput,
  type ExecutionRequest,
  type ExecutionRuntime,
  type ExecutionRuntimeOptions,
  getAllTasks,
  getRuntimePaths,
  type Ledger,
  MemoryReplayStore,
  type MemoryReplayStoreOptions,
  type ReplayStore,
  resolveOverride,
  type ReviewTask,
  type ReviewTasks,
  type RuntimeEnvironment,
} from "@parmanasystems/execution-runtime";
export { type Policy, parsePolicy, signalsJsonSchema, validateSignals } from "@parmanasystems/governance";
export { loadPolicyBundle, readBundleContent } from "@parmanasystems/governance/node";
export { type Evidence, evidenceBytes, normalizeGovernedSignals } from "@parmanasystems/provenance";
export {
  generatePrivateKey,
  importPrivateKey,
  importPublicKey,
  LocalSigner,
  LocalVerifier,
  type PrivateKey,
  type PublicKey,
  type Signer,
  type Verifier,
} from "@parmanasystems/signing";
export { type VerificationReport, verifyAttestation } from "@parmanasystems/verifier";
