import { fileURLToPath } from "node:url";
import type { ExecutionRequest } from "@parmanasystems/execution-runtime";
import { createTestEnvironment, type TestEnvironment } from "@parmanasystems/testkit";
import { afterAll, beforeAll } from "vitest";

const sources = new URL("../../..", import.meta.url);

/** A governed environment with the sample policy, for the tests around the call; there is one once they run. */
export function claimsEnvironment(now: number): () => TestEnvironment {
  let environment: TestEnvironment;
  beforeAll(async () => {
    environment = await createTestEnvironment({
      policies: [fileURLToPath(new URL("policies/claims-approval/1.0.0", sources))],
      modules: [fileURLToPath(new URL("packages/execution-runtime/src/index.ts", sources))],
      now,
    });
  });
  afterAll(() => {
    environment.remove();
  });
  return () => environment;
}

/** A small one is approved, one of millions waits for people. */
export const claim = (executionId: string, amount: number): ExecutionRequest => ({
  executionId,
  policyId: "claims-approval",
  policyVersion: "1.0.0",
  signals: { claim_amount: amount, risk_score: 10, vip_customer: false },
});
