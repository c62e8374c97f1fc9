import { canonicalize } from "@parmanasystems/canonical";
import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { Signer, Verifier } from "@parmanasystems/signing";
import {
  createExecutionRuntime,
  type ExecutionRuntime,
  type ExecutionRuntimeOptions,
  requireReplayStore,
} from "./create-execution-runtime.js";
import { RuntimeError } from "./errors.js";
import type { ExecutionRequest } from "./execution-request.js";
import type { ReplayStore } from "./ports.js";
import { getRuntimePaths, type RuntimeEnvironment } from "./runtime-paths.js";

/** The object form: the request and everything it is executed with. */
export interface ExecuteFromSignalsInput extends ExecutionRequest {
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly replayStore: ReplayStore;
  /** Paths; the `PARMANA_*` variables when omitted. */
  readonly runtimeEnvironment?: RuntimeEnvironment;
}

/**
 * One governed execution: decided by a signed policy, once, attested, recorded before it answers.
 * @throws RuntimeError INV-REPLAY-001 without a replay store, INV-013 on a replay; see docs/errors.md
 */
export function executeFromSignals(input: ExecuteFromSignalsInput): Promise<ExecutionAttestation>;
export function executeFromSignals(
  input: ExecutionRequest,
  signer: Signer,
  verifier: Verifier,
  runtimeEnvironment?: RuntimeEnvironment,
  replayStore?: ReplayStore,
): Promise<ExecutionAttestation>;
export async function executeFromSignals(
  input: ExecutionRequest | ExecuteFromSignalsInput,
  signer?: Signer,
  verifier?: Verifier,
  runtimeEnvironment?: RuntimeEnvironment,
  replayStore?: ReplayStore,
): Promise<ExecutionAttestation> {
  const parts = "signer" in input ? input : { signer, verifier, runtimeEnvironment, replayStore };
  requireReplayStore(parts.replayStore);
  if (parts.signer === undefined || parts.verifier === undefined) {
    throw new RuntimeError("INV-016", "A signer and a verifier are required.");
  }
  const runtime = runtimeFor({
    replayStore: parts.replayStore,
    signer: parts.signer,
    verifier: parts.verifier,
    environment: parts.runtimeEnvironment ?? getRuntimePaths(),
    watchFiles: true,
  });
  return runtime.execute(input);
}

/** One runtime per store, signer and environment, so that repeated calls verify the same files once. */
const runtimes = new WeakMap<ReplayStore, WeakMap<Signer, Map<string, ExecutionRuntime>>>();

function runtimeFor(options: ExecutionRuntimeOptions): ExecutionRuntime {
  const bySigner = runtimes.get(options.replayStore) ?? new WeakMap<Signer, Map<string, ExecutionRuntime>>();
  runtimes.set(options.replayStore, bySigner);
  const byPaths = bySigner.get(options.signer) ?? new Map<string, ExecutionRuntime>();
  bySigner.set(options.signer, byPaths);
  const key = canonicalize({ ...options.environment, verifier: options.verifier.keyId });
  const runtime = byPaths.get(key) ?? createExecutionRuntime(options);
  byPaths.set(key, runtime);
  return runtime;
}
