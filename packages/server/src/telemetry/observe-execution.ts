import type { ExecutionObserver } from "@parmanasystems/execution-runtime";
import type { FastifyRequest } from "fastify";
import type { Metrics } from "../metrics.js";

/** Counts the steps of an execution, and traces them where the request is traced. */
export function observeExecution(
  metrics: Metrics,
  request: FastifyRequest,
  index?: number,
): ExecutionObserver {
  const { trace } = request;
  return {
    step(report) {
      metrics.stepped(report);
      trace?.step(report, index);
    },
  };
}
