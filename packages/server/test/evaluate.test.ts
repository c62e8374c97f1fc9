import { executionFingerprint, parseAttestation } from "@parmanasystems/execution";
import { beforeAll, describe, expect, it } from "vitest";
import { bearer, claim, type Started, testServer } from "./test-server.js";

const given = testServer();
let started: Started;
beforeAll(() => {
  started = given().start();
});

const post = (url: string, payload: object | string, headers: Record<string, string> = {}) =>
  started.server.inject({
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...bearer(given().evaluator), ...headers },
    payload,
  });

describe("POST /evaluate", () => {
  it("answers with the attestation as it was signed and recorded, whose requester is the caller", async () => {
    const response = await post("/evaluate", { ...claim(1_200), execution_id: "a-1", audience: "payments" });
    expect(response.statusCode).toBe(200);
    const attestation = parseAttestation(response.json());
    expect(attestation).toMatchObject({
      execution_id: "a-1",
      decision: "approved",
      requester: "key:claims-service",
      audience: "payments",
    });
    expect(await started.ledger.attestation("a-1")).toEqual(attestation);
    const verified = await post("/verify", { attestation: response.json<object>(), level: "L2" });
    expect(verified.json()).toMatchObject({ verdict: "verified", level: "L2" });
  });

  it("lets nobody take the id that stands for another caller's Idempotency-Key", async () => {
    const taken = `idempotent:${"0".repeat(64)}`;
    const response = await post("/evaluate", { ...claim(1_250), execution_id: taken });
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([400, "HTTP-002"]);
    expect(await started.ledger.attestation(taken)).toBeUndefined();
  });

  it("refuses a replay and says where the original is", async () => {
    await post("/evaluate", { ...claim(1_300), execution_id: "b-1" });
    const again = await post("/evaluate", { ...claim(1_300), execution_id: "b-2" });
    expect(again.statusCode).toBe(409);
    expect(again.headers["content-type"]).toMatch("application/problem+json");
    expect(again.headers.location).toBe("/executions/b-1");
    expect(again.json()).toMatchObject({ code: "INV-013", execution_id: "b-1", status: 409 });
    const other = await post("/evaluate", { ...claim(1_301), execution_id: "b-1" });
    expect([other.statusCode, other.json<{ code: string }>().code]).toEqual([422, "INV-015"]);
  });

  it("tells nobody of the executions of others that they may not see (threat 54)", async () => {
    const { keys } = given();
    const stranger = bearer(keys.make("stranger", ["evaluator"]));
    const both = bearer(keys.make("both", ["evaluator", "auditor"]));
    await post("/evaluate", { ...claim(1_310), execution_id: "secret-1" });
    const refused = [
      await post("/evaluate", { ...claim(1_310), execution_id: "c-2" }, stranger),
      await post("/evaluate", claim(1_310), { ...stranger, "idempotency-key": "c-3" }),
      // Whoever guesses the id learns that it is consumed, and by what no more.
      await post("/evaluate", { ...claim(1_310), execution_id: "secret-1" }, stranger),
    ];
    for (const { statusCode, headers, body } of refused) {
      expect([statusCode, headers["location"]]).toEqual([409, undefined]);
      expect(JSON.parse(body)).toEqual({
        type: "https://parmana.systems/errors#inv-013",
        title: "Conflict",
        status: 409,
        detail: "Replay detected: the same facts were already executed.",
        code: "INV-013",
      });
    }
    const batch = await post("/evaluate/batch", { items: [claim(1_310)] }, stranger);
    expect(batch.body).toContain('"code":"INV-013"');
    expect(batch.body).not.toContain("secret-1");
    const shown = await post("/evaluate", claim(1_310), both);
    expect(shown.json()).toMatchObject({ code: "INV-013", execution_id: "secret-1" });
  });

  it("tells whoever comes while it is at work to come again soon, and not at the end of the lease", async () => {
    const { ledger } = started;
    const { policyId, policyVersion, signals } = claim(1_320);
    const fingerprint = executionFingerprint({ policyId, policyVersion, signals });
    const identity = "fingerprint";
    await ledger.reserve({ executionId: "held-1", fingerprint, identity, leaseMs: 30_000 });
    const foreign = await post("/evaluate", { ...claim(1_320), execution_id: "held-2" });
    expect([foreign.statusCode, foreign.headers["retry-after"]]).toEqual([409, "2"]);
    expect(foreign.json()).toMatchObject({ code: "INV-014" });
    expect(foreign.body).not.toContain("held-1");
    const own = await post("/evaluate", { ...claim(1_320), execution_id: "held-1" });
    expect(own.json()).toMatchObject({ code: "INV-014", execution_id: "held-1" });
  });

  it("never takes the requester from the body", async () => {
    const response = await post("/evaluate", { ...claim(1_400), requester: "somebody else" });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: "HTTP-002" });
  });
});

const lines = (body: string) =>
  body
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { index: number; attestation?: object; problem?: { code: string } });

describe("POST /evaluate/batch", () => {
  it("answers line by line and stops at the first that fails (threat 55)", async () => {
    const items = [claim(3_000), claim(3_001), claim(3_000), claim(3_002)];
    const response = await post("/evaluate/batch", { items });
    expect(response.headers["content-type"]).toMatch("application/x-ndjson");
    expect(lines(response.body)).toMatchObject([
      { index: 0, attestation: { decision: "approved" } },
      { index: 1, attestation: { decision: "approved" } },
      { index: 2, problem: { code: "INV-013" } },
    ]);
    expect((await post("/evaluate", claim(3_002))).statusCode).toBe(200);
  });

  it("takes no Idempotency-Key and not too many items", async () => {
    const keyed = await post("/evaluate/batch", { items: [claim(3_100)] }, { "idempotency-key": "x" });
    expect(keyed.json()).toMatchObject({ code: "HTTP-010" });
    const items = Array.from(Array(1_001).keys(), (index) => claim(index));
    expect((await post("/evaluate/batch", { items })).json()).toMatchObject({ code: "HTTP-002" });
  });
});

describe("a batch of a caller", () => {
  const send = (server: Started["server"], url: string, payload: object) =>
    server.inject({
      method: "POST",
      url,
      headers: { "content-type": "application/json", ...bearer(given().evaluator) },
      payload,
    });

  it("counts as many requests as it has items (threat 55)", async () => {
    const { server } = given().start({ limits: { requestsPerSecond: 1, burst: 10 } });
    const items = Array.from(Array(100).keys(), (index) => claim(3_200 + index));
    const batch = await send(server, "/evaluate/batch", { items });
    expect(lines(batch.body)).toHaveLength(100);
    const next = await send(server, "/evaluate", claim(3_400));
    expect([next.statusCode, next.json<{ code: string }>().code]).toEqual([429, "HTTP-007"]);
    expect(Number(next.headers["retry-after"])).toBeGreaterThan(60);
  });

  it("is refused while one that came with it is not paid", async () => {
    const { server, ledger } = given().start({ limits: { requestsPerSecond: 1, burst: 10 } });
    const batches = [0, 100, 200].map((from) =>
      send(server, "/evaluate/batch", {
        items: Array.from(Array(50).keys(), (index) => claim(3_500 + from + index)),
      }),
    );
    const statuses = (await Promise.all(batches)).map(({ statusCode }) => statusCode);
    expect(statuses.sort()).toEqual([200, 429, 429]);
    expect(await ledger.audit.size()).toBeLessThan(2 * 50 * 2);
  });

  it("leaves the server's own trouble in the log", async () => {
    const plain = given().start();
    const { server } = given().start({
      runtime: { ...plain.runtime, execute: () => Promise.reject(new Error("the store is on fire")) },
      records: plain.ledger,
    });
    const { logLines } = given();
    const batch = await send(server, "/evaluate/batch", { items: [claim(3_900)] });
    expect(lines(batch.body)).toMatchObject([{ problem: { code: "HTTP-013" } }]);
    expect(batch.body).not.toContain("fire");
    expect(logLines.some((line) => line.includes("the store is on fire"))).toBe(true);
  });
});

describe("POST /simulate", () => {
  it("says that nobody may act on it, and consumes nothing (threat 56)", async () => {
    const response = await post("/simulate", claim(4_000));
    expect(response.json()).toMatchObject({ authoritative: false, decision: "approved" });
    expect(response.json()).not.toHaveProperty("signature");
    expect((await post("/evaluate", claim(4_000))).statusCode).toBe(200);
  });
});
