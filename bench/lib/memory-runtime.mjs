// A runtime with the memory store, and executions of it with facts of their own.
import { fileURLToPath } from "node:url";
import { createExecutionRuntime, MemoryReplayStore } from "../../packages/execution-runtime/dist/index.js";
import { createTestEnvironment } from "../../packages/testkit/dist/index.js";
import { factsOf } from "./facts.mjs";

export async function memoryRuntime() {
  const environment = await createTestEnvironment({
    policies: [fileURLToPath(new URL("../../policies/claims-approval/1.0.0", import.meta.url))],
    modules: [fileURLToPath(new URL("../../packages/execution-runtime/dist/index.js", import.meta.url))],
    now: Date.now(),
  });
  const { paths, signer, verifier } = environment;
  const replayStore = new MemoryReplayStore({ maxSize: 10_000_000 });
  const runtime = createExecutionRuntime({ environment: paths, signer, verifier, replayStore });
  await runtime.ready();
  let amount = 0;
  return {
    signer,
    verifier,
    /** @param {object} [observer] of the steps */
    execute(observer) {
      amount += 1;
      const executionId = `bench-${amount}`;
      const policy = { policyId: "claims-approval", policyVersion: "1.0.0" };
      return runtime.execute({ executionId, ...policy, signals: factsOf(amount) }, observer);
    },
    async close() {
      await runtime.close();
      environment.remove();
    },
  };
}
