import { canonicalize, ownMembers } from "@parmanasystems/canonical";
import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { Signer, Verifier } from "@parmanasystems/signing";
import {
  createExecutionRuntime,
  type ExecutionRuntime,
  type ExecutionRuntimeOptions,
} from "./create-execution-runtime.js";
import type { ExecutionRequest } from "./execution-request.js";
import type { ReplayStore } from "./ports.js";
import { requireReplayStore, unusable } from "./replay-arguments.js";
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
  if (typeof input !== "object") throw unusable("input", "an object");
  const { request, ...parts } = Object.hasOwn(input, "signer")
    ? objectForm(input)
    : { request: input, signer, verifier, replayStore, runtimeEnvironment };
  requireReplayStore(parts.replayStore);
  if (parts.signer === undefined) throw unusable("signer", "a Signer");
  if (parts.verifier === undefined) throw unusable("verifier", "a Verifier");
  const runtime = runtimeFor({
    replayStore: parts.replayStore,
    signer: parts.signer,
    verifier: parts.verifier,
    environment: parts.runtimeEnvironment ?? getRuntimePaths(),
    watchFiles: true,
  });
  return runtime.execute(request);
}

/** Splits the object form into the request and what it is executed with. */
function objectForm(input: Partial<ExecuteFromSignalsInput> & ExecutionRequest) {
  const { signer, verifier, replayStore, runtimeEnvironment, ...request } = ownMembers(input);
  return { request, signer, verifier, replayStore, runtimeEnvironment };
}

/** One runtime per store, signer and verifier (the objects, so keep them) and environment: files are verified once. */
const runtimes = new WeakMap<
  ReplayStore,
  WeakMap<Signer, WeakMap<Verifier, Map<string, ExecutionRuntime>>>
>();

function runtimeFor(options: ExecutionRuntimeOptions): ExecutionRuntime {
  const bySigner = entry(runtimes, options.replayStore, () => new WeakMap());
  const byVerifier = entry(bySigner, options.signer, () => new WeakMap());
  const byPaths = entry(byVerifier, options.verifier, () => new Map<string, ExecutionRuntime>());
  const {
    policiesRootPath,
    trustRootPath,
    trustPublicKeyPath,
    releaseManifestPath,
    releaseSignaturePath = null,
    trustRootHash = null,
  } = options.environment;
  const paths = [
    policiesRootPath,
    trustRootPath,
    trustPublicKeyPath,
    releaseManifestPath,
    releaseSignaturePath,
    trustRootHash,
  ];
  return entry(byPaths, canonicalize(paths), () => createExecutionRuntime(options));
}

interface Cache<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

function entry<Key, Value>(cache: Cache<Key, Value>, key: Key, make: () => Value): Value {
  const value = cache.get(key) ?? make();
  cache.set(key, value);
  return value;
}
