// The server of the benches, in a process of its own as in production; told over IPC what to measure.
import "./start-tracing.mjs";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger } from "../../packages/audit-db/dist/index.js";
import { createExecutionRuntime } from "../../packages/execution-runtime/dist/index.js";
import { createApiKey } from "../../packages/governance/dist/index.js";
import { createServer } from "../../packages/server/dist/index.js";
import { createTestEnvironment } from "../../packages/testkit/dist/index.js";
import { factsOf } from "./facts.mjs";

const { default: Fastify } = createRequire(new URL("../../packages/server/package.json", import.meta.url))(
  "fastify",
);
const limits = JSON.parse(process.argv[2]);
const directory = mkdtempSync(join(tmpdir(), "parmana-bench-"));
const environment = await createTestEnvironment({
  policies: [fileURLToPath(new URL("../../policies/claims-approval/1.0.0", import.meta.url))],
  modules: [fileURLToPath(new URL("../../packages/execution-runtime/dist/index.js", import.meta.url))],
  now: Date.now(),
});
const { paths, signer, verifier } = environment;
const ledger = openLedger(join(directory, "ledger.db"));
const runtime = createExecutionRuntime({ environment: paths, signer, verifier, replayStore: ledger });
await runtime.ready();
const { key, record } = createApiKey({
  name: "bench",
  roles: ["evaluator", "operator"],
  approverRoles: [],
  policies: null,
  createdAt: Date.now(),
  expiresAt: null,
});
const server = createServer({
  runtime,
  records: ledger,
  authentication: { apiKeys: () => [record] },
  probes: {},
  // Every line is made, as in production; where it goes is not measured.
  log: { level: "info", stream: { write() {} } },
  limits: { requestsPerSecond: 0, ...limits },
});
const bare = Fastify();
bare.post("/simulate", async () => ({
  authoritative: false,
  decision: "approved",
  rule_id: "small-claim",
  action: "approve",
  reason: "small claim",
  signalsValidated: true,
}));
const host = "127.0.0.1";
const url = await server.listen({ host, port: 0, backlog: 4_096 });
const bareUrl = await bare.listen({ host, port: 0 });

const answers = {
  memory: async () => process.memoryUsage(),
  async collected() {
    globalThis.gc();
    return process.memoryUsage();
  },
  cpu: async () => ({ seconds: Object.values(process.cpuUsage()).reduce((sum, us) => sum + us, 0) / 1e6 }),
  /** Not over the network: under overload that question would wait with all others. */
  async inside() {
    const { body } = await server.inject({ url: "/metrics", headers: { authorization: `Bearer ${key}` } });
    return Number(/^parmana_requests_in_progress (\d+)$/m.exec(body)?.[1] ?? NaN);
  },
  library: ({ seconds, inFlight, from }) => library(seconds, inFlight, from),
  async close() {
    await bare.close();
    await server.close();
    await runtime.close();
    environment.remove();
    rmSync(directory, { recursive: true, force: true });
    process.disconnect();
    return {};
  },
};
process.on("message", async ({ id, ask, ...words }) => {
  const answer = await answers[ask](words);
  if (process.connected) process.send({ id, answer });
});
process.send({ url, bareUrl, key });

/** The same executions without HTTP. */
async function library(seconds, inFlight, from) {
  const began = performance.now();
  const ends = began + seconds * 1_000;
  let done = 0;
  let amount = from;
  const worker = async () => {
    while (performance.now() < ends) {
      amount += 1;
      await runtime.execute({
        policyId: "claims-approval",
        policyVersion: "1.0.0",
        signals: factsOf(amount),
        requester: "bench",
      });
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { done, duration: (performance.now() - began) / 1_000, last: amount };
}
