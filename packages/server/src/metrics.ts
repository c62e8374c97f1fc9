import type { ExecutionAttestation } from "@parmanasystems/execution";
import { executionSteps, type InForce, type StepReport } from "@parmanasystems/execution-runtime";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { ClosedHistogram } from "./telemetry/closed-histogram.js";
import { knownMethod } from "./telemetry/known-method.js";

export interface Metrics {
  readonly contentType: string;
  decided(attestation: ExecutionAttestation): void;
  /** A step of an execution. */
  stepped(report: StepReport): void;
  /** An execution or a review that was refused. */
  refused(code: string): void;
  answered(request: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  /** A span or depth that could not be had. */
  watchFailed(): void;
  /** Prometheus text, with the gauges as of now. */
  text(state: MetricsState): Promise<string>;
}

interface MetricsState {
  readonly inside: number;
  /** By name: what waits. */
  readonly queues: Readonly<Record<string, number>>;
  readonly inForce: InForce | undefined;
  /** Undefined while the log does not answer. */
  readonly log: LogState | undefined;
}

export interface LogState {
  readonly entries: number;
  /** Entries that the latest checkpoint covers. */
  readonly checkpointed: number;
  /** Of the oldest entry that it does not cover; 0 when it covers all. */
  readonly lagMs: number;
}

const REPLAYS: ReadonlySet<string> = new Set(["INV-013", "INV-014", "INV-015", "HTTP-011"]);
/** From an evaluation in memory to a store that hardly answers. */
const STEP_BUCKETS = [
  ...[0.000_05, 0.000_1, 0.000_25, 0.000_5],
  ...[0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
];
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A registry of its own for each server: several may live in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const decisions = new Counter({
    name: "parmana_decisions_total",
    help: "Attested decisions",
    labelNames: ["policy", "version", "rule", "decision"],
    registers,
  });
  const replays = new Counter({
    name: "parmana_replays_refused_total",
    help: "Executions refused because their identity was used before or is in use",
    labelNames: ["code"],
    registers,
  });
  const refusals = new Counter({
    name: "parmana_refusals_total",
    help: "Requests that ended with a problem",
    labelNames: ["code"],
    registers,
  });
  const durations = new Histogram({
    name: "parmana_http_request_duration_seconds",
    help: "From the first byte of a request to the last of its answer",
    labelNames: ["method", "route", "status"],
    buckets: BUCKETS,
    registers,
  });
  const steps = new ClosedHistogram({
    name: "parmana_step_duration_seconds",
    help: "How long each step of an execution took; outcome is done or refused",
    labelNames: ["step", "outcome"],
    buckets: STEP_BUCKETS,
  });
  const [stepDone, stepRefused] = ["done", "refused"].map(
    (outcome) => new Map(executionSteps.map((step) => [step, steps.series(step, outcome)])),
  );
  const depths = new Gauge({
    name: "parmana_queue_depth",
    help: "Requests that wait for a place (door), and calls that wait for a store",
    labelNames: ["queue"],
    registers,
  });
  const watchFailures = new Counter({
    name: "parmana_telemetry_failures_total",
    help: "Spans and depths that could not be had; requests go on without them",
    registers,
  });
  const queue = new Gauge({
    name: "parmana_requests_in_progress",
    help: "Requests being worked on",
    registers,
  });
  const trustRootExpiry = new Gauge({
    name: "parmana_trust_root_expiry_timestamp_seconds",
    help: "When the trust root in force expires; 0 while none is loaded",
    registers,
  });
  const indexExpiry = new Gauge({
    name: "parmana_policy_index_expiry_timestamp_seconds",
    help: "When the policy index in force expires; 0 while none is loaded",
    registers,
  });
  const indexVersion = new Gauge({
    name: "parmana_policy_index_version",
    help: "Version of the policy index in force; 0 while none is loaded",
    registers,
  });
  const entries = new Gauge({
    name: "parmana_log_entries",
    help: "Entries of the audit log",
    registers,
  });
  const uncovered = new Gauge({
    name: "parmana_log_entries_without_checkpoint",
    help: "Entries of the audit log that no checkpoint covers yet",
    registers,
  });
  const lag = new Gauge({
    name: "parmana_log_checkpoint_lag_seconds",
    help: "Age of the oldest entry that no checkpoint covers; 0 while all are covered",
    registers,
  });
  return {
    contentType: registry.contentType,
    decided({ policyId, policyVersion, rule_id, decision }) {
      decisions.inc({ policy: policyId, version: policyVersion, rule: rule_id, decision });
    },
    stepped({ step, code, beganMs, endedMs }) {
      (code === null ? stepDone : stepRefused)?.get(step)?.((endedMs - beganMs) / 1_000);
    },
    watchFailed() {
      watchFailures.inc();
    },
    refused(code) {
      refusals.inc({ code });
      if (REPLAYS.has(code)) replays.inc({ code });
    },
    answered({ route, method, status, seconds }) {
      durations.observe({ method: knownMethod(method), route, status: String(status) }, seconds);
    },
    async text({ inside, queues, inForce, log }) {
      queue.set(inside);
      depths.reset();
      for (const [name, depth] of Object.entries(queues)) depths.set({ queue: name }, depth);
      if (log !== undefined) {
        entries.set(log.entries);
        uncovered.set(log.entries - log.checkpointed);
        lag.set(log.lagMs / 1_000);
      }
      trustRootExpiry.set((inForce?.trustRoot.expiresAt ?? 0) / 1_000);
      indexExpiry.set((inForce?.policyIndex.expiresAt ?? 0) / 1_000);
      indexVersion.set(inForce?.policyIndex.version ?? 0);
      return (await registry.metrics()) + steps.text();
    },
  };
}
