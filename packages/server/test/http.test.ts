import { rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { heldServer } from "./held-server.js";
import { bearer, claim, type Started, testServer } from "./test-server.js";

const given = testServer();
let started: Started;
let port: number;
beforeAll(async () => {
  started = given().start({
    limits: { maxBodyBytes: 20_000, requestsPerSecond: 0, maxHeaderBytes: 8_192, requestTimeoutMs: 2_000 },
  });
  await started.server.listen({ host: "127.0.0.1", port: 0 });
  port = (started.server.server.address() as AddressInfo).port;
});

/** What comes back on a connection of its own until the server closes it or falls silent. */
function raw(text: string | Buffer, patienceMs = 300, to = port): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(to, "127.0.0.1");
    let answer = "";
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on("data", (bytes) => (answer += bytes.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve(answer);
    });
    socket.write(text);
  });
}

const statuses = (answer: string) =>
  Array.from(answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm), ([, status]) => status);
const body = JSON.stringify(claim(1));
const head = (...lines: readonly string[]) =>
  [
    "POST /simulate HTTP/1.1",
    "Host: localhost",
    `Authorization: Bearer ${given().evaluator}`,
    "Content-Type: application/json",
    ...lines,
    "",
    "",
  ].join("\r\n");

describe("malformed HTTP (threat 53)", () => {
  it.each<[string, () => string | Buffer, readonly string[]]>([
    [
      "both lengths",
      () =>
        `${head(`Content-Length: ${String(body.length)}`, "Transfer-Encoding: chunked")}0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`,
      ["400"],
    ],
    [
      "two lengths",
      () => head(`Content-Length: ${String(body.length)}`, "Content-Length: 1") + body,
      ["400"],
    ],
    ["an encoding that is no end", () => head("Transfer-Encoding: chunked, identity") + body, ["400"]],
    ["an obscured encoding", () => head("Transfer-Encoding : chunked") + body, ["400"]],
    ["a negative length", () => head("Content-Length: -1"), ["400"]],
    ["a bare line feed in a header", () => head("X-A: b\nX-C: d"), ["400"]],
    ["another protocol", () => "HELO parmana\r\n\r\n", ["400"]],
    ["TLS", () => Buffer.from("16030100a5010000a10303", "hex"), ["400"]],
    ["huge headers", () => head(`X-Fill: ${"a".repeat(10_000)}`), ["431"]],
    ["a NUL in the path", () => "GET /policies/\0 HTTP/1.1\r\nHost: x\r\n\r\n", ["400"]],
    [
      "credentials twice",
      () =>
        `${head(`Authorization: Bearer ${given().auditor}`, `Content-Length: ${String(body.length)}`)}${body}`,
      ["400"],
    ],
  ])("is refused once, and nothing after it is a request: %s", async (name, text, expected) => {
    const answer = await raw(text());
    expect(statuses(answer)).toEqual(expected);
    expect(answer).toContain("application/problem+json");
    expect(answer).toMatch(name === "credentials twice" ? '"code":"HTTP-002"' : '"code":"HTTP-016"');
    expect(answer).not.toMatch(/node:|\.js:|at /);
  });

  it("does not read a body that never comes, and serves others meanwhile", async () => {
    const slow = raw(`${head("Content-Length: 1000")}{`, 60_000);
    expect((await started.server.inject({ url: "/healthz" })).statusCode).toBe(200);
    const response = await fetch(`http://127.0.0.1:${String(port)}/healthz`);
    expect(response.status).toBe(200);
    const late = await raw("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(statuses(late)).toEqual(["200"]);
    void slow;
  });

  it.each([
    ["Content-Length: 1000000000", true],
    ["Transfer-Encoding: chunked", true],
    ["Content-Length: 1000", false],
  ])("does not read to its end what it refused: %s", async (line, closes) => {
    const request = `POST /simulate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${line}\r\n\r\n`;
    const answer = await raw(request);
    expect(statuses(answer)).toEqual(["401"]);
    expect(/^connection: close\r$/im.test(answer)).toBe(closes);
  });

  it("counts every header, however many there are (threat 53)", async () => {
    const few = given().start({ limits: { requestsPerSecond: 0 } });
    const address = await few.server.listen({ host: "127.0.0.1", port: 0 });
    const filler = "a:\r\n".repeat(1_100);
    const key = 'Idempotency-Key: "one"\r\n';
    const request = `POST /simulate HTTP/1.1\r\nHost: x\r\n${filler}${key}${key}Content-Length: 0\r\n\r\n`;
    const answer = await raw(request, 300, Number(new URL(address).port));
    expect(statuses(answer)).toEqual(["400"]);
    expect(answer).toContain("HTTP-002");
  });

  it("reads nothing of a body that no route takes, and gives it no place (threat 7)", async () => {
    const held = heldServer(given(), { limits: { maxConcurrent: 1, maxWaiting: 0, requestsPerSecond: 0 } });
    const address = new URL(await held.server.listen({ host: "127.0.0.1", port: 0 }));
    const half = "Host: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
    const post = (path: string) => raw(`POST ${path} HTTP/1.1\r\n${half}`, 300, Number(address.port));
    for (const path of ["/unknown", "/healthz", "/metrics"])
      expect(statuses(await post(path)), path).toEqual(["404"]);
    // While the only place is taken, no method opens the door.
    const working = fetch(new URL("/executions/x", address), { headers: bearer(given().auditor) });
    await held.until(1);
    for (const path of ["/unknown", "/healthz"]) expect(statuses(await post(path)), path).toEqual(["503"]);
    expect((await fetch(new URL("/healthz", address))).status).toBe(200);
    held.letGo();
    expect((await working).status).toBe(404);
  });

  it("counts what is no URL like every other request, and reads nothing after it (threats 7, 54)", async () => {
    const limited = given().start({ limits: { requestsPerSecond: 1, burst: 2 } });
    const address = new URL(await limited.server.listen({ host: "127.0.0.1", port: 0 }));
    const ask = (path: string) =>
      raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`, 300, Number(address.port));
    const answers = [];
    for (const path of ["/%zz", `/executions/${"x".repeat(300)}`, "/%zz"]) answers.push(await ask(path));
    expect(answers.flatMap(statuses)).toEqual(["400", "400", "429"]);
    for (const answer of answers)
      for (const header of [
        "connection: close",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "x-request-id: ",
      ])
        expect(answer.toLowerCase()).toContain(header);
  });

  it("lets go of who neither sends, reads nor closes (threat 53)", async () => {
    const { server } = given().start({ limits: { requestTimeoutMs: 500, requestsPerSecond: 0 } });
    const { port: own } = new URL(await server.listen({ host: "127.0.0.1", port: 0 }));
    const open = () =>
      new Promise<number>((resolve) => {
        server.server.getConnections((_, count) => {
          resolve(count);
        });
      });
    const hold = (text: string) => {
      const socket = connect({ port: Number(own), host: "127.0.0.1", allowHalfOpen: true });
      socket.on("error", () => undefined).pause();
      socket.write(text);
      return socket;
    };
    const held = [hold("no HTTP\r\n\r\n"), hold("GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(400))];
    await expect.poll(open).toBeGreaterThan(0);
    await expect.poll(open, { timeout: 10_000 }).toBe(0);
    for (const socket of held) socket.destroy();
  });

  it.each([
    ["Content-Length: 1000000000", true],
    ["Transfer-Encoding: chunked", true],
    ["Content-Length: 0", false],
  ])("does not read to its end what no route asked for (threat 7): %s", async (line, closes) => {
    const answer = await raw(`GET /healthz HTTP/1.1\r\nHost: x\r\n${line}\r\n\r\n`);
    expect(statuses(answer)).toEqual(["200"]);
    expect(/^connection: close\r$/im.test(answer)).toBe(closes);
  });

  it("knows no method override", async () => {
    const response = await started.server.inject({
      url: "/policies",
      headers: { ...bearer(given().evaluator), "x-http-method-override": "POST" },
    });
    expect(response.statusCode).toBe(200);
    expect((await started.server.inject({ method: "DELETE", url: "/policies" })).json()).toMatchObject({
      code: "HTTP-005",
    });
  });
});

describe("bodies", () => {
  const send = (payload: string | Buffer, headers: Record<string, string> = {}) =>
    started.server.inject({
      method: "POST",
      url: "/simulate",
      headers: { "content-type": "application/json", ...bearer(given().evaluator), ...headers },
      payload,
    });

  it.each<[string, string | Buffer, number, string]>([
    ["a name twice", `{"policyId":"a","policyId":"b"}`, 400, "CANONICAL-011"],
    ["a name twice, escaped", `{"policyId":"a","policy\\u0049d":"b"}`, 400, "CANONICAL-011"],
    ["a name twice, deep", `{"signals":{"a":[{"x":1,"x":2}]}}`, 400, "CANONICAL-011"],
    ["half a surrogate", `{"policyId":"\\ud800"}`, 400, "CANONICAL-008"],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), 400, "CANONICAL-014"],
    ["a byte order mark", Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), 400, "CANONICAL-014"],
    ["a number that loses digits", `{"signals":{"claim_amount":9007199254740993}}`, 400, "CANONICAL-012"],
    ["10,000 levels", "[".repeat(10_000), 400, "CANONICAL-007"],
    ["nothing", "", 400, "CANONICAL-010"],
    ["two documents", "{} {}", 400, "CANONICAL-010"],
    ["too much", `"${"a".repeat(30_000)}"`, 413, "HTTP-006"],
    ["a policy elsewhere", JSON.stringify({ ...claim(1), policyId: "../claims-approval" }), 400, "HTTP-002"],
    ["another hyphen", JSON.stringify({ ...claim(1), policyId: "claims\u2011approval" }), 400, "HTTP-002"],
    ["an unknown policy", JSON.stringify({ ...claim(1), policyId: "unknown" }), 422, "POL-030"],
    ["an unknown signal", JSON.stringify({ ...claim(1), signals: { __proto__x: 1 } }), 422, "VAL-003"],
    [
      "a prototype",
      `{"policyId":"claims-approval","policyVersion":"1.0.0","signals":{"__proto__":{"value":1}}}`,
      422,
      "VAL-027",
    ],
  ])("are refused: %s (threats 1 to 7)", async (_, payload, status, code) => {
    const response = await send(payload);
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([status, code]);
  });

  it.each<[string, Record<string, string>, string | Buffer]>([
    ["another type", { "content-type": "text/plain" }, body],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "a=b"],
    ["another charset", { "content-type": "application/json; charset=utf-16" }, body],
    ["compressed", { "content-encoding": "gzip" }, gzipSync(body)],
  ])("are read as UTF-8 JSON only: %s", async (_, headers, payload) => {
    const response = await send(payload, headers);
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([415, "HTTP-001"]);
  });

  it("make the same facts however they are spelled (threat 4)", async () => {
    const evaluate = (payload: string) =>
      started.server.inject({
        method: "POST",
        url: "/evaluate",
        headers: { "content-type": "application/json", ...bearer(given().evaluator) },
        payload,
      });
    const spelled = (amount: string) =>
      `{"signals":{"vip_customer":false,"risk_score":1e1,"claim_amount":${amount}}, "policyVersion":"1.0.0","policyId":"claims-approval"}`;
    expect((await evaluate(spelled("77"))).statusCode).toBe(200);
    for (const amount of ["77.0", "7.7e1", "770e-1"])
      expect((await evaluate(spelled(amount))).json()).toMatchObject({ code: "INV-013" });
  });
});

describe("limits", () => {
  it("refuse a caller that sends too much, and no other", async () => {
    const { server } = given().start({ limits: { requestsPerSecond: 1, burst: 3 } });
    const ask = (key: string) => server.inject({ url: "/policies", headers: bearer(key) });
    const answers = [];
    for (let index = 0; index < 5; index += 1) answers.push(await ask(given().auditor));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429, 429]);
    expect(answers[4]?.headers["retry-after"]).toMatch(/^[1-9]$/);
    expect(answers[4]?.json()).toMatchObject({ code: "HTTP-007" });
    expect((await ask(given().operator)).statusCode).toBe(200);
    const guesses = [];
    for (let index = 0; index < 5; index += 1) guesses.push((await ask("pk_00000000_x")).statusCode);
    expect(guesses).toEqual([401, 401, 401, 429, 429]);
  });

  it("refuse work at the door when there is too much of it", async () => {
    const { server, letGo, until } = heldServer(given(), {
      limits: { maxConcurrent: 2, requestsPerSecond: 0 },
    });
    const ask = () => server.inject({ url: "/executions/some-id", headers: bearer(given().auditor) });
    const working = [ask(), ask()];
    await until(2);
    const refused = await ask();
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([503, "1"]);
    expect(refused.json()).toMatchObject({ code: "HTTP-008" });
    expect((await server.inject({ url: "/healthz" })).statusCode).toBe(200);
    letGo();
    expect((await Promise.all(working)).map(({ statusCode }) => statusCode)).toEqual([404, 404]);
    expect((await ask()).statusCode).toBe(404);
  });

  it("end an answer that takes too long", async () => {
    const plain = given().start();
    const { server } = given().start({
      records: {
        attestation: () => new Promise(() => undefined),
        entries: (query) => plain.ledger.entries(query),
        audit: plain.ledger.audit,
      },
      limits: { requestTimeoutMs: 100 },
    });
    const late = await server.inject({ url: "/executions/some-id", headers: bearer(given().auditor) });
    expect([late.statusCode, late.json<{ code: string }>().code]).toEqual([503, "HTTP-009"]);
  });
});

describe("what nobody expected", () => {
  it("is told as such, without a trace of the inside (threat 52)", async () => {
    const plain = given().start();
    const { server } = given().start({
      records: {
        attestation: () => Promise.reject(new Error("connect postgres://user:secret@10.0.0.1")),
        entries: (query) => plain.ledger.entries(query),
        audit: plain.ledger.audit,
      },
    });
    const response = await server.inject({ url: "/executions/x", headers: bearer(given().auditor) });
    expect(response.statusCode).toBe(500);
    expect(response.json()).toMatchObject({ code: "HTTP-013" });
    expect(response.body).not.toMatch(/secret|postgres|\.ts|at /);
  });

  it("tells nobody where policies lie, nor blames a caller for one that is damaged (threat 52)", async () => {
    const { policiesRootPath } = given().environment.paths;
    const unlisted = join(policiesRootPath, "loan-approval", "1.0.0", "Not Listed");
    const { server } = given().start();
    const simulate = (policyId: string) =>
      server.inject({
        method: "POST",
        url: "/simulate",
        headers: { "content-type": "application/json", ...bearer(given().evaluator) },
        payload: { ...claim(1), policyId },
      });
    const unknown = await simulate("unknown");
    expect([unknown.statusCode, unknown.json<{ code: string }>().code]).toEqual([422, "POL-030"]);
    writeFileSync(unlisted, "");
    const damaged = await simulate("loan-approval");
    rmSync(unlisted);
    expect([damaged.statusCode, damaged.json<{ code: string }>().code]).toEqual([503, "POL-032"]);
    for (const { body: told } of [unknown, damaged]) expect(told).not.toContain(dirname(policiesRootPath));
  });

  it("never shows a key or a signal's value in answers and log lines (threat 52)", async () => {
    const { evaluator, logLines, environment } = given();
    const canary = 31_337_421;
    const facts = { ...claim(canary), execution_id: "canary-1" };
    const wrong = {
      ...claim(1),
      signals: { claim_amount: "canary-value", risk_score: 1, vip_customer: true },
    };
    for (const payload of [facts, facts, wrong])
      await started.server.inject({
        method: "POST",
        url: "/evaluate?canary-query=1",
        headers: { "content-type": "application/json", ...bearer(evaluator) },
        payload,
      });
    await started.server.inject({ url: "/policies", headers: bearer(`${evaluator}x`) });
    const log = logLines.join("");
    expect(log).toContain('"code":"INV-013"');
    const private_ = Object.values(environment.keys).map((key) => key.toPem().split("\n")[1] ?? "none");
    for (const secret of [
      evaluator,
      evaluator.slice(12),
      String(canary),
      "canary-value",
      "canary-query",
      ...private_,
    ])
      expect(log).not.toContain(secret);
  });

  it("keeps the trace of its caller in the log", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const parent = "00f067aa0ba902b7";
    await started.server.inject({
      url: "/healthz",
      headers: { traceparent: `00-${traceId}-${parent}-01` },
    });
    expect(given().logLines.some((line) => line.includes(traceId) && line.includes(parent))).toBe(true);
  });
});

describe("closing", () => {
  it("answers what is under way and refuses what comes", async () => {
    const { server, letGo, until } = heldServer(given());
    const url = await server.listen({ host: "127.0.0.1", port: 0 });
    const underWay = fetch(`${url}/executions/x`, { headers: bearer(given().auditor) });
    await until(1);
    const closing = server.close();
    const health = () => fetch(`${url}/healthz`).then(({ status }) => status, String);
    await expect.poll(health).toContain("fetch failed");
    letGo();
    expect((await underWay).status).toBe(404);
    await closing;
  });

  it("lets an answer that was given be read to its end", async () => {
    const { server } = given().start({ limits: { requestsPerSecond: 0 } });
    const bytes = 30_000_000;
    server.get("/large", { config: { access: "public" } }, async () => "x".repeat(bytes));
    const { port: own } = new URL(await server.listen({ host: "127.0.0.1", port: 0 }));
    const socket = connect(Number(own), "127.0.0.1").pause();
    socket.write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const closing = server.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    let read = 0;
    socket.on("data", (chunk) => (read += chunk.length)).resume();
    await new Promise((resolve) => socket.once("close", resolve));
    expect(read).toBeGreaterThan(bytes);
    await closing;
  });

  it("does not wait for who never asks to the end (threat 53)", async () => {
    const { server } = given().start({ limits: { requestTimeoutMs: 500, requestsPerSecond: 0 } });
    await server.listen({ host: "127.0.0.1", port: 0 });
    const { port: own } = server.server.address() as AddressInfo;
    const post = `POST /simulate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${given().evaluator}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`;
    const silent = ["", "GET /heal", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /", post];
    const accepted = new Promise<void>((resolve) => {
      let count = 0;
      server.server.on("connection", () => {
        if ((count += 1) === silent.length) resolve();
      });
    });
    const ended = silent.map((text) => {
      const socket = connect(own, "127.0.0.1", () => socket.write(text));
      socket.on("error", () => undefined).resume();
      return new Promise<void>((resolve) => socket.once("close", resolve));
    });
    await accepted;
    await server.close();
    await Promise.all(ended);
  });
});
