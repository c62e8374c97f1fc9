export {
  createExecutionRuntime,
  type ExecutionRuntime,
  type ExecutionRuntimeOptions,
} from "./create-execution-runtime.js";
export { runtimeErrors, RuntimeError, type RuntimeErrorCode } from "./errors.js";
export { type DryRunRequest, type DryRunResult, evaluateDryRun } from "./evaluate-dry-run.js";
export { executeBatch } from "./execute-batch.js";
export { executeWithRedis } from "./execute-with-redis.js";
export { RedisReplayStore, type RedisReplayStoreOptions } from "./redis/redis-replay-store.js";
export type { RedisTls } from "./redis/redis-tls.js";
export { executeFromSignals, type ExecuteFromSignalsInput } from "./execute-from-signals.js";
export {
  type ExecutionObserver,
  type ExecutionStep,
  executionSteps,
  type StepFacts,
  type StepReport,
} from "./execution-observer.js";
export type { ExecutionRequest } from "./execution-request.js";
export { countedReview, type VoteJudgement } from "./counted-votes.js";
export type { InForce, InForceDocuments } from "./in-force.js";
export { BatchError } from "./in-sequence.js";
export { MemoryReplayStore, type MemoryReplayStoreOptions } from "./memory-replay-store.js";
export { addReviewTask, getAllTasks, MemoryReviewTasks } from "./memory-review-tasks.js";
export {
  type AttestedEntry,
  type AttestedRecord,
  type AuditEvent,
  auditEvents,
  type AuditReceipt,
  type AuditRecord,
  type AuditSink,
  type Clock,
  type ConfirmedEnd,
  type EventRecord,
  type ExecutionIdentity,
  isLedger,
  type Ledger,
  type OverrideResolution,
  overrideResolutions,
  type ReplayIdentity,
  replayIdentities,
  type ReplayRecord,
  type ReplayState,
  replayStates,
  type ReplayStore,
  type Reservation,
  type ReserveOutcome,
  type ReserveRequest,
  type ResolvedEntry,
  type ResolvedRecord,
  type SeenVersion,
  systemClock,
  type VersionedSubject,
  type VersionMemory,
} from "./ports.js";
export type {
  ReviewClaim,
  ReviewPage,
  ReviewRecord,
  ReviewState,
  ReviewTask,
  ReviewTasks,
  ReviewTerms,
  SamePerson,
  StoredReview,
} from "./review-ports.js";
export { overrideEnd } from "./override-end.js";
export { requireConfirmedEnd, requireReserveRequest, requireResolution } from "./replay-arguments.js";
export { type RefusedResolution, resolveOverride } from "./resolve-override.js";
export {
  type ReplayAnswer,
  type ReplayEvent,
  replayEvents,
  type ReplaySituation,
  replaySituations,
  type ReplayTransition,
  replayTransitions,
  situationOf,
} from "./replay-transitions.js";
export type { ReviewOutcome } from "./conclude-review.js";
export type { Reviews, ReviewVoteInput } from "./reviews.js";
export { type CheckedReviewPage, pendingReviews, reviewPage, unknownAfter } from "./review-page.js";
export { castVote, claimReview, newReview, notPending } from "./review-transitions.js";
export { getRuntimePaths, type RuntimeEnvironment } from "./runtime-paths.js";
export { runtimeVersion } from "./runtime-version.js";
export { MemoryVersions } from "./memory-versions.js";
