import { ownMembers } from "@parmanasystems/canonical";
import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { Signer, Verifier } from "@parmanasystems/signing";
import { EnvironmentSource } from "./environment-source.js";
import { RuntimeError } from "./errors.js";
import { type DryRunRequest, type DryRunResult, dryRun } from "./evaluate-dry-run.js";
import { execute, type ExecutionContext } from "./execute.js";
import { type ExecutionObserver, observed } from "./execution-observer.js";
import type { ExecutionRequest } from "./execution-request.js";
import type { InForce } from "./in-force.js";
import { inSequence } from "./in-sequence.js";
import { processReviewTasks } from "./memory-review-tasks.js";
import { MemoryVersions } from "./memory-versions.js";
import {
  type AuditSink,
  type Clock,
  isLedger,
  type ReplayStore,
  systemClock,
  type VersionMemory,
} from "./ports.js";
import type { ReviewTasks } from "./review-ports.js";
import { createRecorder } from "./recorder.js";
import { MAX_LEASE_MS, requireReplayStore, unusable } from "./replay-arguments.js";
import { type RefusedResolution, settleOverride } from "./resolve-override.js";
import { createReviews, type Reviews } from "./reviews.js";
import type { RuntimeEnvironment } from "./runtime-paths.js";
import { uuidV7 } from "./uuid-v7.js";

export interface ExecutionRuntimeOptions {
  readonly environment: RuntimeEnvironment;
  readonly signer: Signer;
  /** Must verify what `signer` signs. */
  readonly verifier: Verifier;
  /** Where identities are consumed. A `Ledger` is replay store, log and review tasks in one. */
  readonly replayStore: ReplayStore;
  readonly auditSink?: AuditSink;
  readonly reviewTasks?: ReviewTasks;
  /** Remembers accepted versions of trust root and index; when absent the ledger's, or for the life of this runtime. */
  readonly versions?: VersionMemory;
  readonly clock?: Clock;
  /** Makes execution ids for requests without one. */
  readonly ids?: (nowMs: number) => string;
  /** How long a reservation is exclusive, in milliseconds. Default 30,000. */
  readonly leaseMs?: number;
  /** `import.meta.url` of further modules whose packages must be the released ones. */
  readonly modules?: readonly string[];
  /** Load again when a signed file changes on disk, looking before every decision. Default false: see `reload`. */
  readonly watchFiles?: boolean;
}

export interface ExecutionRuntime {
  /** @param observer hears of each step of this execution */
  execute(request: ExecutionRequest, observer?: ExecutionObserver): Promise<ExecutionAttestation>;
  /** In sequence, stopping at the first failure. @throws BatchError */
  executeBatch(requests: readonly ExecutionRequest[]): Promise<ExecutionAttestation[]>;
  evaluateDryRun(request: DryRunRequest): Promise<DryRunResult>;
  /** Where people decide what policies leave to them. */
  readonly reviews: Reviews;
  /** Ends a pending override as refused, without a signature; an approval takes votes. */
  resolveOverride(executionId: string, resolution?: RefusedResolution): Promise<void>;
  /** Loads and checks everything signed, so that what is wrong shows at start and not at the first request. */
  ready(): Promise<void>;
  /** Loads everything signed again; when that fails, what was in force stays in force. */
  reload(): Promise<void>;
  /** What decisions stand on now, as it was verified when it was loaded; it may have expired since. */
  inForce(): Promise<InForce>;
  /** Waits for what is under way, then closes store and log. */
  close(): Promise<void>;
}

const DEFAULT_LEASE_MS = 30_000;

/**
 * The composition root: parts in, runtime out. Nothing is read before `ready` or the first request.
 * @throws RuntimeError INV-REPLAY-001, INV-017, INV-081
 */
export function createExecutionRuntime(options: ExecutionRuntimeOptions): ExecutionRuntime {
  // Inherited options are nobody's: a polluted Object.prototype must not choose a lease or a clock.
  const own = ownMembers(options);
  requireOptions(own);
  const { replayStore, signer, verifier, clock = systemClock } = own;
  const ledger = isLedger(replayStore) ? replayStore : undefined;
  const environment = new EnvironmentSource({
    paths: ownMembers(own.environment),
    clock,
    versions: own.versions ?? ledger?.versions ?? new MemoryVersions(),
    modules: [import.meta.url, ...(own.modules ?? [])],
    watchFiles: own.watchFiles ?? false,
  });
  const reviewTasks = own.reviewTasks ?? ledger?.reviewTasks ?? processReviewTasks;
  const recorder = createRecorder({ replayStore, auditSink: own.auditSink, reviewTasks });
  const context: ExecutionContext = {
    environment,
    signer,
    verifier,
    recorder,
    clock,
    ids: own.ids ?? uuidV7,
    leaseMs: own.leaseMs ?? DEFAULT_LEASE_MS,
  };
  const work = new WorkUnderWay();
  const reviews = createReviews(context, reviewTasks);

  const runtime: ExecutionRuntime = {
    execute: (request, observer) =>
      work.track(() => observed(observer, (watch) => execute(context, request, watch))),
    executeBatch: (requests) => inSequence(requests, (request) => runtime.execute(request)),
    evaluateDryRun: (request) => work.track(() => dryRun(request, () => environment.current(), clock)),
    reviews: Object.freeze({
      list: (page) => work.track(() => reviews.list(page)),
      find: (executionId) => work.track(() => reviews.find(executionId)),
      claim: (executionId, approver) => work.track(() => reviews.claim(executionId, approver)),
      vote: (vote, samePerson) => work.track(() => reviews.vote(vote, samePerson)),
      settle: () => work.track(() => reviews.settle()),
    } satisfies Reviews),
    resolveOverride: (executionId, resolution) =>
      work.track(() => settleOverride(recorder, executionId, resolution)),
    ready: () =>
      work.track(async () => {
        (await environment.current()).requireInForce(clock.now(), signer.keyId);
      }),
    reload: () =>
      work.track(async () => {
        await environment.reload();
      }),
    inForce: () => work.track(() => environment.current()),
    close: () => work.finish(() => recorder.close()),
  };
  return Object.freeze(runtime);
}

/** @throws RuntimeError INV-REPLAY-001, INV-017, INV-081 */
function requireOptions(options: Partial<ExecutionRuntimeOptions>): void {
  const {
    replayStore,
    signer,
    verifier,
    environment,
    leaseMs = DEFAULT_LEASE_MS,
    auditSink,
    reviewTasks,
  } = options;
  requireReplayStore(replayStore);
  if (typeof signer?.sign !== "function") throw unusable("signer", "a Signer");
  if (typeof verifier?.verify !== "function") throw unusable("verifier", "a Verifier");
  if (signer.keyId !== verifier.keyId) {
    throw new RuntimeError("INV-081", "The signer and the verifier must have the same key id.");
  }
  if (typeof environment !== "object") throw unusable("environment", "the paths of the signed files");
  if (!Number.isSafeInteger(leaseMs) || leaseMs < 1 || leaseMs > MAX_LEASE_MS) {
    throw unusable("leaseMs", "a whole number of milliseconds from 1 to 86400000");
  }
  if (reviewTasks !== undefined && auditSink === undefined && isLedger(replayStore)) {
    throw unusable("reviewTasks", "absent, because a ledger keeps its own");
  }
}

/** Lets `close` wait for everything that has begun, and refuses what comes later. */
class WorkUnderWay {
  #count = 0;
  #closed: Promise<void> | undefined;
  #idle: (() => void) | undefined;

  async track<T>(step: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw new RuntimeError("SYS-007", "The execution runtime is closed.");
    this.#count += 1;
    try {
      return await step();
    } finally {
      this.#count -= 1;
      if (this.#count === 0) this.#idle?.();
    }
  }

  finish(last: () => Promise<void>): Promise<void> {
    this.#closed ??= this.#untilIdle().then(last);
    return this.#closed;
  }

  async #untilIdle(): Promise<void> {
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }
}
