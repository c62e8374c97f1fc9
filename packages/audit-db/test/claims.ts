import { fileURLToPath } from "node:url";
import {
  createExecutionRuntime,
  type ExecutionRequest,
  type ExecutionRuntime,
  type ReplayStore,
  type VersionMemory,
} from "@parmanasystems/execution-runtime";
import { createTestEnvironment, type TestEnvironment } from "@parmanasystems/testkit";
import { afterAll, beforeAll } from "vitest";

const sources = new URL("../../..", import.meta.url);

/** A governed environment with the sample policy. */
export function createClaimsEnvironment(now: number): Promise<TestEnvironment> {
  return createTestEnvironment({
    policies: [fileURLToPath(new URL("policies/claims-approval/1.0.0", sources))],
    modules: [fileURLToPath(new URL("packages/execution-runtime/src/index.ts", sources))],
    now,
  });
}

/** One for the tests around the call; there is one once they run. */
export function claimsEnvironment(now: number): () => TestEnvironment {
  let environment: TestEnvironment;
  beforeAll(async () => {
    environment = await createClaimsEnvironment(now);
  });
  afterAll(() => {
    environment.remove();
  });
  return () => environment;
}

/** A runtime of the environment on the ledger, by the clock of this machine. */
export function runtimeOn(
  { paths, signer, verifier }: TestEnvironment,
  replayStore: ReplayStore,
  versions?: VersionMemory,
): ExecutionRuntime {
  return createExecutionRuntime({
    environment: paths,
    signer,
    verifier,
    replayStore,
    ...(versions && { versions }),
  });
}

/** A small one is approved, one of millions waits for people. */
export const claim = (executionId: string, amount: number, riskScore = 10): ExecutionRequest => ({
  executionId,
  policyId: "claims-approval",
  policyVersion: "1.0.0",
  signals: { claim_amount: amount, risk_score: riskScore, vip_customer: false },
});
