import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createClient, ParmanaClientError } from "../src/index.js";
import { cuttingProxy } from "./cutting-proxy.js";
import { claim, type RealServer, realServer } from "./real-server.js";

const given = realServer();
let server: RealServer;
const ends: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await given().start({ limits: { requestsPerSecond: 0 } });
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function network(options: Parameters<typeof cuttingProxy>[1], port = () => server.port) {
  const proxy = await cuttingProxy(port, options);
  ends.push(() => proxy.close());
  return { proxy, client: createClient({ baseUrl: proxy.url, apiKey: given().apiKey }) };
}

/** How often these facts were attested. */
async function attested(ledger: RealServer["ledger"], executionId: string): Promise<number> {
  const entries = await ledger.entries({ from: 0, limit: 1_000 });
  return entries.filter(({ entry }) => entry.event === "attested" && entry.execution_id === executionId)
    .length;
}

describe("an answer that was lost after the execution", () => {
  it.each([
    ["before its first byte", 0],
    ["in its headers", 40],
    ["in its body", 700],
  ])("is had all the same, and the execution happened once: cut %s", async (_, bytes) => {
    const { proxy, client } = await network({ cuts: 2, bytes });
    const { attestation, replayed } = await client.evaluate(claim());
    expect(replayed).toBe(true);
    expect(await attested(server.ledger, attestation.execution_id)).toBe(1);
    expect(await server.ledger.attestation(attestation.execution_id)).toEqual(attestation);
    expect(proxy.requests).toBe(3);
  });

  it("is had under the caller's own execution id", async () => {
    const { client } = await network({ cuts: 1 });
    const facts = { ...claim(), execution_id: "own-1", audience: "payments" };
    const { attestation, replayed } = await client.evaluate(facts);
    expect(replayed).toBe(true);
    expect(await server.ledger.attestation("own-1")).toEqual(attestation);
    expect(await attested(server.ledger, "own-1")).toBe(1);
  });

  it("is not taken for that of another request under the id", async () => {
    const direct = createClient({ baseUrl: server.url, apiKey: given().apiKey });
    const facts = { ...claim(), execution_id: "own-2", audience: "payments" };
    await direct.evaluate(facts);
    const { client } = await network({ cuts: 1 });
    await expect(client.evaluate({ ...facts, audience: "else" })).rejects.toMatchObject({ code: "INV-013" });
    await expect(client.evaluate({ ...claim(), execution_id: "own-2" })).rejects.toMatchObject({
      code: "INV-015",
    });
  });

  it("is not made of a replay that is one", async () => {
    const direct = createClient({ baseUrl: server.url, apiKey: given().apiKey });
    const facts = { ...claim(), execution_id: "own-3" };
    await direct.evaluate(facts);
    await expect(direct.evaluate(facts)).rejects.toMatchObject({ code: "INV-013", outcomeUnknown: false });
  });

  it("survives a server that is restarted in between", async () => {
    let current = await given().start();
    const { port } = current;
    const { client } = await network(
      {
        cuts: 1,
        onCut: async () => {
          // Closing waits for the very connection that is being cut.
          void current.close().then(async () => {
            await after(300);
            current = await given().start({ port });
          });
        },
      },
      () => port,
    );
    const { attestation, replayed } = await client.evaluate(claim());
    expect(replayed).toBe(true);
    expect(await attested(server.ledger, attestation.execution_id)).toBe(1);
    await current.close();
  });

  it("of a vote is not asked for by voting again", async () => {
    const direct = createClient({ baseUrl: server.url, apiKey: given().apiKey });
    const { attestation } = await direct.evaluate(claim(200_000));
    const { proxy, client } = await network({ cuts: 1 });
    await expect(
      client.resolve(attestation.execution_id, { decision: "rejected", reason: "not covered" }),
    ).rejects.toMatchObject({ code: "CLIENT-001", outcomeUnknown: true });
    expect(proxy.requests).toBe(1);
  });
});

describe("an Idempotency-Key of the caller's", () => {
  it("gives one attestation to all who use it, at once and later", async () => {
    const facts = claim();
    const client = createClient({ baseUrl: server.url, apiKey: given().apiKey });
    const idempotencyKey = 'order "1"\\';
    const answers = await Promise.all(
      Array.from(Array(20).keys(), () => client.evaluate(facts, { idempotencyKey })),
    );
    const again = await client.evaluate(facts, { idempotencyKey });
    expect(again.replayed).toBe(true);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const { attestation } of answers) expect(attestation).toEqual(again.attestation);
  });
});

describe("a server that has too much to do", () => {
  it("is asked again when it says so: 429", async () => {
    const slow = await given().start({ limits: { requestsPerSecond: 5, burst: 1 } });
    const client = createClient({ baseUrl: slow.url, apiKey: given().apiKey });
    const answers = await Promise.all([claim(), claim(), claim()].map((facts) => client.evaluate(facts)));
    expect(answers.map(({ replayed }) => replayed)).toEqual([false, false, false]);
    await slow.close();
  });

  it("is asked again: 503", async () => {
    const small = await given().start({ limits: { maxConcurrent: 1, requestsPerSecond: 0 } });
    const client = createClient({ baseUrl: small.url, apiKey: given().apiKey });
    const facts = Array.from(Array(8).keys(), () => claim());
    const answers = await Promise.all(facts.map((one) => client.evaluate(one)));
    expect(new Set(answers.map(({ attestation }) => attestation.execution_fingerprint)).size).toBe(8);
    await small.close();
  });

  it.each(["HTTP-008", "HTTP-012", "HTTP-022"])(
    "is voted at again where nothing was done: %s",
    async (code) => {
      const answers = [
        { status: 503, title: "Unavailable", detail: "Nothing was done.", code },
        { state: "pending", approvals: 1, quorum: 2 },
      ];
      const busy = createServer((_, response) => {
        const answer = answers.shift() ?? {};
        response.writeHead("status" in answer ? 503 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(answer));
      });
      await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
      ends.push(async () => {
        busy.closeAllConnections();
        await new Promise((resolve) => busy.close(resolve));
      });
      const baseUrl = `http://127.0.0.1:${String((busy.address() as AddressInfo).port)}`;
      const vote = { decision: "approved", reason: "seen" } as const;
      expect(await createClient({ baseUrl }).resolve("a-1", vote)).toMatchObject({ state: "pending" });
    },
  );

  it("is not waited for beyond the deadline", async () => {
    const slow = await given().start({ limits: { requestsPerSecond: 1, burst: 1 } });
    const { apiKey } = given();
    // A batch counts as its items: whoever comes next has to wait for half a minute.
    await fetch(`${slow.url}/evaluate/batch`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ items: Array.from({ length: 30 }, () => claim()) }),
    }).then((answer) => answer.text());
    const client = createClient({ baseUrl: slow.url, apiKey, deadlineMs: 10_000 });
    const began = performance.now();
    await expect(client.evaluate(claim())).rejects.toMatchObject({
      status: 429,
      code: "HTTP-007",
      outcomeUnknown: false,
    });
    expect(performance.now() - began).toBeLessThan(10_000);
    await slow.close();
  });
});

describe("a server that is not there", () => {
  it("is tried until the deadline, and may have done it", async () => {
    const gone = await given().start();
    await gone.close();
    const client = createClient({ baseUrl: gone.url, deadlineMs: 600 });
    const began = performance.now();
    // The deadline comes between two attempts, or within one.
    const code = expect.stringMatching(/^CLIENT-00[12]$/) as string;
    await expect(client.evaluate(claim())).rejects.toMatchObject({ code, outcomeUnknown: true });
    expect(performance.now() - began).toBeLessThan(10_000);
    await expect(client.simulate(claim())).rejects.toMatchObject({ code, outcomeUnknown: false });
  });

  it("is found when it comes up", async () => {
    const first = await given().start();
    const { port, url } = first;
    await first.close();
    const client = createClient({ baseUrl: url, apiKey: given().apiKey });
    const coming = client.evaluate(claim());
    await after(500);
    const second = await given().start({ port });
    expect(await coming).toMatchObject({ replayed: false });
    await second.close();
  });
});

describe("a connection that hangs", () => {
  async function hanging(): Promise<string> {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    ends.push(async () => {
      silent.closeAllConnections();
      silent.close();
    });
    return `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;
  }

  it("is left at the deadline", async () => {
    const client = createClient({ baseUrl: await hanging(), deadlineMs: 300 });
    const error: unknown = await client.evaluate(claim()).catch((reason: unknown) => reason);
    expect(ParmanaClientError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: "CLIENT-002", outcomeUnknown: true });
  });

  it("counts as lost after the time of an attempt", async () => {
    const client = createClient({ baseUrl: await hanging(), deadlineMs: 1_000, attemptMs: 20 });
    await expect(client.simulate(claim())).rejects.toMatchObject({
      code: expect.stringMatching(/^CLIENT-00[12]$/),
    });
  });

  it("is left when the caller says so, with the caller's reason", async () => {
    const client = createClient({ baseUrl: await hanging() });
    const reason = new Error("no longer wanted");
    const stop = new AbortController();
    const asking = client.evaluate(claim(), { signal: stop.signal });
    await after(50);
    stop.abort(reason);
    await expect(asking).rejects.toBe(reason);
    await expect(client.policies({ signal: stop.signal })).rejects.toBe(reason);
    await expect(client.healthy({ signal: stop.signal })).rejects.toBe(reason);
  });

  it("is left when the caller says so while waiting for the next attempt", async () => {
    const client = createClient({ baseUrl: "http://127.0.0.1:1" });
    const signal = AbortSignal.timeout(250);
    await expect(client.evaluate(claim(), { signal })).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("what answers in place of the server", () => {
  it.each([
    ["a page", 200, { "content-type": "text/html" }, "<p>hello"],
    ["a redirect", 302, { location: "http://127.0.0.1:1/" }, ""],
    ["a balancer that gave up", 502, { "content-type": "text/html" }, "<p>bad gateway"],
    ["JSON of somebody else", 404, { "content-type": "application/json" }, "{}"],
  ])("is not believed: %s", async (_, status, headers, body) => {
    let requests = 0;
    const other = createServer((_request, response) => {
      requests += 1;
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    ends.push(async () => {
      other.close();
    });
    const client = createClient({
      baseUrl: `http://127.0.0.1:${String((other.address() as AddressInfo).port)}`,
    });
    await expect(client.evaluate(claim())).rejects.toMatchObject({
      code: "CLIENT-003",
      outcomeUnknown: true,
    });
    expect(requests).toBe(1);
  });
});
