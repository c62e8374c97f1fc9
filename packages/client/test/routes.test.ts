import { beforeAll, describe, expect, it } from "vitest";
import * as door from "../src/index.js";
import { claim, type RealServer, realServer } from "./real-server.js";

const { createClient } = door;
const given = realServer();
let server: RealServer;
let client: door.ParmanaClient;
beforeAll(async () => {
  server = await given().start({ limits: { requestsPerSecond: 0 } });
  client = createClient({ baseUrl: `${server.url}/`, apiKey: given().apiKey });
});

describe("the door", () => {
  it("exports what the README speaks of", () => {
    expect(Object.keys(door).sort()).toEqual([
      "ParmanaApiError",
      "ParmanaClientError",
      "clientErrors",
      "createClient",
    ]);
  });
});

describe("a client", () => {
  it("evaluates, and finds the execution again in both spellings", async () => {
    const { attestation, replayed } = await client.evaluate({ ...claim(), audience: "payments" });
    expect(replayed).toBe(false);
    expect(attestation).toMatchObject({
      decision: "approved",
      requester: "key:claims-service",
      audience: "payments",
    });
    expect(await client.execution(attestation.execution_id)).toEqual(attestation);
    const envelope = await client.envelope(attestation.execution_id);
    expect(envelope?.payloadType).toBe("application/vnd.in-toto+json");
    for (const spelling of [attestation, envelope ?? attestation])
      expect(await client.verify({ attestation: spelling, level: "L2" })).toMatchObject({
        verdict: "verified",
      });
    expect(await client.verify({ attestation: { ...attestation, decision: "rejected" } })).toMatchObject({
      verdict: "refused",
    });
  });

  it("simulates without consuming anything", async () => {
    const facts = claim();
    expect(await client.simulate(facts)).toMatchObject({ authoritative: false, decision: "approved" });
    expect(await client.evaluate(facts)).toMatchObject({ replayed: false });
  });

  it("finds nothing where there is nothing", async () => {
    expect(await client.execution("never-executed")).toBeUndefined();
    expect(await client.envelope("never-executed")).toBeUndefined();
  });

  it("brings the proof once a checkpoint covers the execution", async () => {
    const { attestation } = await client.evaluate(claim());
    const { execution_id } = attestation;
    await expect(client.proof(execution_id)).rejects.toMatchObject({ status: 404, code: "HTTP-017" });
    const note = await server.checkpoint();
    expect(await client.proof(execution_id)).toContain(note);
    expect(await client.proof(execution_id, { of: "attestation", size: "0" })).toContain(note);
    await expect(client.proof(execution_id, { of: "resolution" })).rejects.toMatchObject({
      code: "HTTP-017",
    });
    expect(await client.proof("never-executed")).toBeUndefined();
  });

  it("reads executions over the pages", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1)
      ids.push((await client.evaluate(claim())).attestation.execution_id);
    const found: string[] = [];
    for await (const { execution_id } of client.executions({ pageSize: 2, decision: "approved" }))
      found.push(execution_id);
    expect(found.slice(0, 5)).toEqual(ids.reverse());
    expect(new Set(found).size).toBe(found.length);
    const later = client.executions({ since: "2999-01-01T00:00:00.000Z" });
    expect(await later.next()).toEqual({ done: true, value: undefined });
  });

  it("lists all reviews over the pages", async () => {
    const task = {
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      createdAt: "2026-11-20T12:00:00.000Z",
    };
    const ids = Array.from({ length: 205 }, (_, index) => `waiting-${String(index)}`);
    for (const executionId of ids) await server.ledger.reviewTasks.add({ ...task, executionId });
    const listed = (await client.reviews()).map(({ execution_id }) => execution_id);
    expect(listed.slice(0, ids.length)).toEqual(ids);
    expect(new Set(listed).size).toBe(listed.length);
    for (const executionId of ids) await server.ledger.reviewTasks.settle(executionId, "resolved");
  });

  it("lists reviews and votes on one", async () => {
    const { attestation } = await client.evaluate(claim(200_000));
    expect(attestation.decision).toBe("pending_override");
    const id = attestation.execution_id;
    expect((await client.reviews()).map(({ execution_id }) => execution_id)).toContain(id);
    const maria = createClient({ baseUrl: server.url, apiKey: given().keyFor("maria", ["approver"]) });
    const outcome = await maria.resolve(id, { decision: "rejected", reason: "not covered" });
    expect(outcome).toMatchObject({
      state: "resolved",
      resolution: { execution_id: id, resolution: "rejected" },
    });
    await expect(maria.resolve(id, { decision: "approved", reason: "too late" })).rejects.toMatchObject({
      name: "ParmanaApiError",
      status: 409,
      outcomeUnknown: false,
    });
  });

  it("lists policies and says how the server is", async () => {
    const { policies } = await client.policies();
    expect(policies.map(({ policyId }) => policyId).sort()).toEqual(["claims-approval", "loan-approval"]);
    expect(await client.healthy()).toBe(true);
    expect(await client.ready()).toMatchObject({ ready: true });
  });

  it("says that a server is not there, and that one is not ready", async () => {
    const broken = await given().start({
      probes: { ledger: () => Promise.reject(new Error("gone")) },
    });
    const asking = createClient({ baseUrl: broken.url });
    expect(await asking.ready()).toMatchObject({ ready: false });
    await broken.close();
    expect(await asking.healthy()).toBe(false);
    await expect(asking.ready()).rejects.toMatchObject({ code: "CLIENT-001", outcomeUnknown: false });
  });

  it("asks for the credentials before every request", async () => {
    let asked = 0;
    const apiKey = async () => {
      asked += 1;
      return given().apiKey;
    };
    const asking = createClient({ baseUrl: server.url, apiKey });
    await asking.policies();
    await asking.policies();
    expect(asked).toBe(2);
  });
});

describe("a problem", () => {
  it("arrives with status, code, title, detail and request id, and is not asked for again", async () => {
    let sent = 0;
    const counting = createClient({
      baseUrl: server.url,
      apiKey: given().apiKey,
      fetch: (input, init) => {
        sent += 1;
        return fetch(input, init);
      },
    });
    const facts = { ...claim(), signals: { claim_amount: "much" } };
    const error: unknown = await counting.evaluate(facts).catch((reason: unknown) => reason);
    expect(door.ParmanaApiError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      status: 422,
      code: expect.stringMatching(/^VAL-/),
      title: "Refused",
      detail: expect.stringMatching(/\w/),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      outcomeUnknown: false,
    });
    expect(sent).toBe(1);
  });

  it.each([
    ["no key", undefined, 401, "HTTP-003"],
    ["a key that is none", "pk_wrong", 401, "HTTP-003"],
  ])("says that there is %s", async (_, apiKey, status, code) => {
    const stranger = createClient({ baseUrl: server.url, ...(apiKey !== undefined && { apiKey }) });
    await expect(stranger.policies()).rejects.toMatchObject({ status, code });
  });
});

describe("what cannot be used", () => {
  const base = { baseUrl: "http://127.0.0.1:1" };
  it.each([
    ["an address that is none", () => createClient({ baseUrl: "parmana" })],
    ["another protocol", () => createClient({ baseUrl: "ftp://127.0.0.1" })],
    ["credentials in the address", () => createClient({ baseUrl: "http://a:b@127.0.0.1" })],
    ["a deadline of nothing", () => createClient({ ...base, deadlineMs: 0 })],
    ["an attempt without end", () => createClient({ ...base, attemptMs: Infinity })],
  ])("is refused: %s", (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "CLIENT-004" }));
  });

  it.each([
    ["an empty key", { idempotencyKey: "" }, {}],
    ["a key of other letters", { idempotencyKey: "Bestellung-ä" }, {}],
    ["a key beside an id", { idempotencyKey: "k" }, { execution_id: "e" }],
    ["a deadline of nothing", { deadlineMs: 0 }, {}],
  ])("is refused: %s", async (_, options, extra) => {
    const asking = createClient(base);
    await expect(asking.evaluate({ ...claim(), ...extra }, options)).rejects.toMatchObject({
      code: "CLIENT-004",
    });
  });

  it("is refused: credentials that no header can carry", async () => {
    await expect(createClient({ ...base, apiKey: "a\nb" }).policies()).rejects.toMatchObject({
      code: "CLIENT-004",
    });
  });
});
