import { request as httpRequest } from "node:http";
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { executionSteps } from "@parmanasystems/execution-runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { heldServer } from "./held-server.js";
import { bearer, claim, type Started, testServer } from "./test-server.js";

const given = testServer();
const exporter = new InMemorySpanExporter();
/** Fails when it is told to, as software of others does. */
const breaking = { now: false };
const unreliable: SpanProcessor = {
  onStart() {
    if (breaking.now) throw new Error("the processor is broken");
  },
  onEnd() {
    if (breaking.now) throw new Error("the processor is broken");
  },
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
const provider = new NodeTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(exporter), unreliable],
});
provider.register();

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
let started: Started;

beforeAll(() => {
  started = given().start();
});
beforeEach(() => {
  exporter.reset();
});
afterAll(async () => {
  await provider.shutdown();
});

function evaluate(payload: object, headers: Record<string, string> = {}, { server } = started) {
  return server.inject({
    method: "POST",
    url: "/evaluate?canary-query=1",
    headers: { "content-type": "application/json", ...bearer(given().evaluator), ...headers },
    payload,
  });
}

const spans = () => exporter.getFinishedSpans();
const steps = () => spans().filter(({ name }) => name.startsWith("parmana."));

function requestSpan(): ReadableSpan {
  const [found, ...others] = spans().filter(({ name }) => !name.startsWith("parmana."));
  if (found === undefined || others.length > 0) throw new Error("expected one span of a request");
  return found;
}

const nanoseconds = ([seconds, rest]: readonly [number, number]) =>
  BigInt(seconds) * 1_000_000_000n + BigInt(rest);

describe("the trace of an execution", () => {
  it("continues that of the caller, with a span for each step in order", async () => {
    const answer = await evaluate(claim(1_001), {
      traceparent: `00-${TRACE}-${PARENT}-01`,
      tracestate: "vendor=value",
    });
    expect(answer.statusCode).toBe(200);
    const outer = requestSpan();
    expect(outer.spanContext().traceId).toBe(TRACE);
    expect(outer.parentSpanContext).toMatchObject({ spanId: PARENT, isRemote: true });
    expect(outer.spanContext().traceState?.get("vendor")).toBe("value");
    expect([outer.name, outer.kind]).toEqual(["POST /evaluate", 1]);
    expect(outer.attributes).toEqual({
      "http.request.method": "POST",
      "http.route": "/evaluate",
      "http.response.status_code": 200,
      "url.path": "/evaluate",
      "url.scheme": "http",
      "network.protocol.version": "1.1",
      "parmana.request_id": answer.headers["x-request-id"],
      "parmana.policy.id": "claims-approval",
      "parmana.policy.version": "1.0.0",
      "parmana.rule.id": "small-claim",
      "parmana.decision": "approved",
    });
    expect(steps().map(({ name }) => name)).toEqual(executionSteps.map((step) => `parmana.${step}`));
    for (const step of steps()) {
      expect(step.spanContext().traceId).toBe(TRACE);
      expect(step.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
    }
    // One after the other, within the request.
    const times = [
      outer.startTime,
      ...steps().flatMap(({ startTime, endTime }) => [startTime, endTime]),
      outer.endTime,
    ].map(nanoseconds);
    expect(times).toEqual([...times].sort((one, next) => (one < next ? -1 : 1)));
    expect(steps().at(-1)?.attributes).toEqual({
      "parmana.policy.id": "claims-approval",
      "parmana.policy.version": "1.0.0",
      "parmana.rule.id": "small-claim",
      "parmana.decision": "approved",
    });
  });

  it("ends with the step that refuses; a refusal is no error", async () => {
    await evaluate(claim(1_002));
    exporter.reset();
    expect((await evaluate(claim(1_002))).statusCode).toBe(409);
    expect(steps().at(-1)).toMatchObject({
      name: "parmana.reserve",
      attributes: { "parmana.code": "INV-013", "parmana.decision": "approved" },
      status: { code: SpanStatusCode.UNSET },
    });
    expect(requestSpan()).toMatchObject({
      attributes: { "http.response.status_code": 409, "parmana.code": "INV-013" },
      status: { code: SpanStatusCode.UNSET },
    });
  });

  it("says what is the server's trouble", async () => {
    const closed = given().start();
    await closed.ledger.close();
    expect((await evaluate(claim(1_003), {}, closed)).statusCode).toBe(503);
    for (const span of [steps().at(-1), requestSpan()])
      expect(span).toMatchObject({
        attributes: { "parmana.code": "SYS-007", "error.type": "SYS-007" },
        status: { code: SpanStatusCode.ERROR },
      });
  });

  it("tells the items of a batch apart", async () => {
    await started.server.inject({
      method: "POST",
      url: "/evaluate/batch",
      headers: { "content-type": "application/json", ...bearer(given().evaluator) },
      payload: { items: [claim(1_004), claim(1_005), claim(1_004)] },
    });
    const byItem = [0, 1, 2].map((index) =>
      steps().filter(({ attributes }) => attributes["parmana.batch.index"] === index),
    );
    expect(byItem.map(({ length }) => length)).toEqual([9, 9, 6]);
    expect(byItem[2]?.at(-1)?.attributes["parmana.code"]).toBe("INV-013");
    expect(requestSpan().attributes).not.toHaveProperty("parmana.decision");
  });

  it("is not recorded when its caller samples it out, and stays the caller's in the log", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await evaluate(claim(1_006), { traceparent: `00-${traceId}-${PARENT}-00` });
    expect(spans()).toEqual([]);
    const line = given().logLines.find((one) => one.includes(traceId));
    expect(line).toMatch(/"spanId":"[0-9a-f]{16}"/);
  });

  it("begins anew where the caller's is malformed", async () => {
    for (const traceparent of ["00-0-0-01", `ff-${TRACE}-${PARENT}-01`, "x".repeat(5_000)]) {
      exporter.reset();
      await started.server.inject({ url: "/healthz", headers: { traceparent } });
      expect(requestSpan().parentSpanContext).toBeUndefined();
    }
  });
});

describe("the span of any request", () => {
  it("has the route for a name, and no path that is none of ours", async () => {
    await started.server.inject({
      url: "/policies/canary-policy/versions/9",
      headers: bearer(given().auditor),
    });
    expect(requestSpan()).toMatchObject({
      name: "GET /policies/:id/versions/:version",
      attributes: { "url.path": "/policies/canary-policy/versions/9", "parmana.code": "HTTP-005" },
    });
    exporter.reset();
    await started.server.inject({ url: "/canary-path/canary-secret", headers: bearer(given().auditor) });
    expect(requestSpan()).toMatchObject({ name: "GET", attributes: { "http.response.status_code": 404 } });
    expect(JSON.stringify(requestSpan().attributes)).not.toContain("canary");
  });

  it("is active while the request is worked on, for what is instrumented below", async () => {
    let seen: string | undefined;
    const { server } = given().start({
      records: {
        attestation: () => {
          seen = trace.getSpan(context.active())?.spanContext().spanId;
          return Promise.resolve(undefined);
        },
        entries: (query) => started.ledger.entries(query),
        audit: started.ledger.audit,
      },
    });
    await server.inject({ url: "/executions/x", headers: bearer(given().auditor) });
    expect(seen).toBe(requestSpan().spanContext().spanId);
  });

  it("is a child of the span that instrumentation of the HTTP module has begun", async () => {
    const outer = trace.getTracer("http").startSpan("GET");
    await context.with(trace.setSpan(context.active(), outer), async () => {
      await started.server.inject({ url: "/healthz", headers: { traceparent: `00-${TRACE}-${PARENT}-01` } });
    });
    expect(requestSpan()).toMatchObject({
      kind: 0,
      parentSpanContext: { spanId: outer.spanContext().spanId },
    });
  });

  it("ends when its caller hangs up", async () => {
    const { server, letGo, until } = heldServer(given());
    const url = await server.listen({ host: "127.0.0.1", port: 0 });
    const asked = httpRequest(`${url}/executions/x`, { headers: bearer(given().auditor) });
    asked.on("error", () => undefined);
    asked.end();
    await until(1);
    asked.destroy();
    await expect.poll(() => spans()).not.toHaveLength(0);
    expect(requestSpan()).toMatchObject({ attributes: { "error.type": "aborted" } });
    letGo();
  });
});

describe("tracing harms nobody", () => {
  it("shows neither keys nor facts, nor what callers call things (threat 52)", async () => {
    const { evaluator, environment } = given();
    const facts = { ...claim(31_337_422), execution_id: "trace-canary-1", audience: "canary-audience" };
    const wrong = {
      ...claim(1),
      signals: { claim_amount: "canary-value", risk_score: 1, vip_customer: true },
    };
    const unheardOf = { ...claim(1), policyId: "canary-policy" };
    for (const payload of [facts, facts, wrong, unheardOf, { ...claim(1), signals: { "canary-name": 1 } }])
      await evaluate(payload, { "idempotency-key": "canary-key", "user-agent": "canary-agent" });
    for (const payload of [facts, facts, wrong, unheardOf]) await evaluate(payload);
    await evaluate(facts, bearer(`${evaluator}x`));
    await started.server.inject({ url: "/metrics", headers: bearer(given().operator) });
    expect(spans().length).toBeGreaterThan(20);
    const told = JSON.stringify(
      spans().map(({ name, attributes, events, links, status, resource }) => ({
        name,
        attributes,
        events,
        links,
        status,
        resource: resource.attributes,
      })),
    );
    const privateKeys = Object.values(environment.keys).map((key) => key.toPem().split("\n")[1] ?? "none");
    for (const secret of [evaluator, evaluator.slice(12), "31337422", "canary", ...privateKeys])
      expect(told).not.toContain(secret);
  });

  it("goes on when the SDK fails, counts it and says so once", async () => {
    const { server } = given().start();
    breaking.now = true;
    try {
      expect((await evaluate(claim(1_007), {}, { ...started, server })).statusCode).toBe(200);
      expect((await evaluate(claim(1_008), {}, { ...started, server })).statusCode).toBe(200);
    } finally {
      breaking.now = false;
    }
    const { body } = await server.inject({ url: "/metrics", headers: bearer(given().operator) });
    expect(Number(/^parmana_telemetry_failures_total (\d+)$/m.exec(body)?.[1])).toBeGreaterThan(0);
    expect(given().logLines.filter((line) => line.includes("telemetry failed"))).toHaveLength(1);
  });
});
