import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { executionSteps } from "@parmanasystems/execution-runtime";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "./otlp-receiver.js";
import { parmana, prepareHome, type ServerProcess, startServer } from "./server-process.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-tracing-"));
const home = join(directory, "home");
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const CANARY = 31_337_424;
const running: ServerProcess[] = [];
let collector: OtlpReceiver;
let key: string;

beforeAll(() => {
  prepareHome(home);
  key = parmana(home, "keys", "new", "--name", "tester", "--role", "evaluator");
});
beforeEach(async () => {
  collector = await startOtlpReceiver();
});
afterEach(() => collector.close());
afterAll(async () => {
  for (const { process: child, ended } of running) {
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(directory, { recursive: true, force: true });
});

async function start(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const started = await startServer({
    PARMANA_HOME: home,
    PARMANA_LEDGER: join(directory, `${String(running.length)}.db`),
    PARMANA_CHECKPOINT_SECONDS: "0",
    ...settings,
  });
  running.push(started);
  return started;
}

function evaluate(url: string, amount: number): Promise<Response> {
  return fetch(`${url}/evaluate`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      traceparent: `00-${TRACE}-${PARENT}-01`,
    },
    body: JSON.stringify({
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      signals: { claim_amount: amount, risk_score: 10, vip_customer: false },
    }),
  });
}

async function stop(server: ServerProcess): Promise<void> {
  server.process.kill("SIGTERM");
  expect(await server.ended).toBe(0);
}

describe("a server process that is told of a collector", () => {
  it("sends one trace for a request: the caller's, with a span for every step in order", async () => {
    const server = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=collector-password",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
    });
    expect((await evaluate(server.url, CANARY)).status).toBe(200);
    // What is not sent yet is sent at the end.
    await stop(server);

    const [request] = collector.requests;
    expect(request?.path).toBe("/v1/traces");
    expect(request?.headers.authorization).toBe("collector-password");
    expect(collector.resource).toMatchObject({
      "service.name": "parmana-server",
      "deployment.environment.name": "test",
    });
    const spans = collector.spans.toSorted((one, other) => Number(one.startNs - other.startNs));
    const [outer, ...steps] = spans;
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(outer).toMatchObject({
      name: "POST /evaluate",
      parentSpanId: PARENT,
      attributes: { "http.route": "/evaluate", "parmana.decision": "pending_override" },
    });
    expect(steps.map(({ name }) => name)).toEqual(executionSteps.map((step) => `parmana.${step}`));
    for (const [index, step] of steps.entries()) {
      expect(step.parentSpanId).toBe(outer?.spanId);
      expect(step.endNs).toBeGreaterThanOrEqual(step.startNs);
      expect(step.startNs).toBeGreaterThanOrEqual(steps[index - 1]?.endNs ?? outer?.startNs ?? 0n);
    }
    const sent = collector.requests.map(({ body }) => body.toString()).join("\n");
    for (const secret of [key, String(CANARY), "collector-password", home])
      expect(sent).not.toContain(secret);
    expect(server.said()).not.toContain("collector-password");
  });

  it("speaks protobuf unless told otherwise", async () => {
    const server = await start({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/custom` });
    await evaluate(server.url, 1_000);
    await stop(server);
    const [request] = collector.requests;
    expect([request?.path, request?.headers["content-type"]]).toEqual(["/custom", "application/x-protobuf"]);
    const sent = request?.body.toString("latin1") ?? "";
    for (const step of executionSteps) expect(sent).toContain(`parmana.${step}`);
    expect(request?.body.includes(Buffer.from(TRACE, "hex"))).toBe(true);
  });

  it("works and stops as before when the collector is away", async () => {
    await collector.close();
    const server = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: "50" });
    expect((await evaluate(server.url, 2_000)).status).toBe(200);
    const began = performance.now();
    await stop(server);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it("says so when the collector takes no spans", async () => {
    collector.status = 403;
    const server = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: "50" });
    for (const amount of [2_100, 2_200]) expect((await evaluate(server.url, amount)).status).toBe(200);
    await stop(server);
    expect(server.said().match(/^Spans may be lost: /gm)).toHaveLength(1);
  });

  it.each([
    ["tracing that is switched off", { OTEL_SDK_DISABLED: "true" }],
    ["no exporter", { OTEL_TRACES_EXPORTER: "none" }],
  ])("sends nothing with %s", async (_, settings) => {
    const server = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...settings });
    await evaluate(server.url, 3_000);
    await stop(server);
    expect(collector.requests).toEqual([]);
  });

  it.each([
    ["gRPC", { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, /^OTEL_EXPORTER_OTLP_PROTOCOL must be http\/protobuf/],
    ["another exporter", { OTEL_TRACES_EXPORTER: "zipkin" }, /^OTEL_TRACES_EXPORTER must be otlp or none/],
    [
      "an address that is none",
      { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" },
      /^OTEL_EXPORTER_OTLP_ENDPOINT must be/,
    ],
  ])("does not start with %s", async (_, settings, message) => {
    await expect(start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...settings })).rejects.toThrow(message);
  });
});

describe("a server process under an SDK that was started before", () => {
  it("traces with that one and starts none of its own", async () => {
    const preload = join(directory, "preload.mjs");
    const sdk = createRequire(import.meta.url).resolve("@opentelemetry/sdk-trace-node");
    writeFileSync(
      preload,
      `import { NodeTracerProvider, SimpleSpanProcessor } from ${JSON.stringify(pathToFileURL(sdk))};
       const exporter = {
         export(spans, done) {
           for (const { name } of spans) process.stderr.write("theirs: " + name + "\\n");
           done({ code: 0 });
         },
         shutdown: async () => {},
       };
       new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();`,
    );
    const server = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      NODE_OPTIONS: `--import=${preload}`,
    });
    await evaluate(server.url, 4_000);
    await stop(server);
    expect(server.said()).toContain("theirs: parmana.append_and_confirm");
    expect(server.said()).toContain("theirs: POST /evaluate");
    expect(collector.requests).toEqual([]);
  });
});
