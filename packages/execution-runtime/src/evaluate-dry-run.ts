import type { DecisionOutcome } from "@parmanasystems/execution";
import { requireProvenance, validateSignals } from "@parmanasystems/governance";
import { EnvironmentSource } from "./environment-source.js";
import { type ExecutionRequest, snapshotRequest } from "./execution-request.js";
import type { GovernedEnvironment } from "./governed-environment.js";
import { type Clock, systemClock } from "./ports.js";
import { getRuntimePaths, type RuntimeEnvironment } from "./runtime-paths.js";
import { MemoryVersions } from "./memory-versions.js";

/** What the policy would decide. Not an attestation: nothing is reserved, signed or recorded. */
export interface DryRunResult {
  readonly decision: DecisionOutcome;
  readonly rule_id: string;
  readonly signalsValidated: true;
  readonly action: string;
  readonly reason: string;
  /** Says to every reader, machine or human, that nobody may act on this. */
  readonly authoritative: false;
}

/** The execution id consumes nothing: it is what sources signed their facts for. */
export type DryRunRequest = Pick<ExecutionRequest, "policyId" | "policyVersion" | "signals" | "executionId">;

/**
 * Evaluates the policy without replay protection, signature or side effect.
 * @param runtimeEnvironment paths; the `PARMANA_*` variables when omitted
 */
export async function evaluateDryRun(
  request: DryRunRequest,
  runtimeEnvironment: RuntimeEnvironment = getRuntimePaths(),
): Promise<DryRunResult> {
  const source = new EnvironmentSource({
    paths: runtimeEnvironment,
    clock: systemClock,
    versions: new MemoryVersions(),
    modules: [import.meta.url],
    watchFiles: false,
  });
  return dryRun(request, () => source.current(), systemClock);
}

export async function dryRun(
  request: DryRunRequest,
  current: () => Promise<GovernedEnvironment>,
  clock: Clock,
): Promise<DryRunResult> {
  const requested = snapshotRequest(request);
  const environment = await current();
  const { bundle, compiled } = await environment.policy(requested.policyId, requested.policyVersion);
  const signals = validateSignals(bundle.policy, requested.signals.values);
  requireProvenance({
    policy: bundle.policy,
    signals,
    provenance: requested.signals.provenance,
    executionId: requested.executionId,
    now: clock.now(),
    trustRoot: environment.trustRoot,
  });
  const { decision, rule_id, action, reason } = compiled.evaluate(signals);
  return Object.freeze({ decision, rule_id, signalsValidated: true, action, reason, authoritative: false });
}
