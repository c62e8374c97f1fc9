import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import type { ServerOptions } from "../src/index.js";
import { checkedLimits } from "../src/limits.js";
import { heldServer } from "./held-server.js";
import { bearer, claim, testServer } from "./test-server.js";

const given = testServer();
/** A listening one. */
async function listening(limits: ServerOptions["limits"]) {
  const held = heldServer(given(), { limits: { requestsPerSecond: 0, ...limits } });
  const url = await held.server.listen({ host: "127.0.0.1", port: 0 });
  const ask = (signal?: AbortSignal) =>
    fetch(`${url}/executions/x`, {
      headers: bearer(given().auditor),
      ...(signal !== undefined && { signal }),
    });
  const depth = async () => {
    const metrics = await held.server.inject({ url: "/metrics", headers: bearer(given().operator) });
    return Number(/^parmana_queue_depth\{queue="door"\} (\d+)$/m.exec(metrics.body)?.[1]);
  };
  /** Resolves when so many requests wait at the door. */
  const untilWaiting = (count: number) => expect.poll(depth).toBe(count);
  return { ...held, url, ask, untilWaiting };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a request that finds no place", () => {
  it("may wait, unless told otherwise, on every connection that is let in", () => {
    const { maxConnections, maxWaiting } = checkedLimits();
    expect(maxWaiting).toBe(maxConnections);
    expect(checkedLimits({ maxConnections: 7 }).maxWaiting).toBe(7);
    expect(checkedLimits({ maxConnections: 7, maxWaiting: 3 }).maxWaiting).toBe(3);
  });

  it("waits for one, and is let in when one is given back", async () => {
    const { ask, until, untilWaiting, letGo } = await listening({ maxConcurrent: 1, maxWaitMs: 30_000 });
    const working = ask();
    await until(1);
    await untilWaiting(0);
    const waiting = ask();
    await untilWaiting(1);
    letGo();
    expect([(await working).status, (await waiting).status]).toEqual([404, 404]);
  });

  it("gets the place of one whose body comes too slowly (threat 7)", async () => {
    const { server, url, ask, untilWaiting, letGo } = await listening({
      maxConcurrent: 2,
      maxWaitMs: 30_000,
    });
    letGo();
    const body = JSON.stringify(claim(1));
    const slow = [0, 1].map(() => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.write(
        `POST /simulate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${given().evaluator}\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\n\r\n{`,
      );
      let text = "";
      socket.on("data", (bytes) => (text += bytes.toString()));
      return { socket, text: () => text };
    });
    const inside = async () => {
      const { body: metrics } = await server.inject({ url: "/metrics", headers: bearer(given().operator) });
      return Number(/^parmana_requests_in_progress (\d+)$/m.exec(metrics)?.[1]);
    };
    await expect.poll(inside).toBe(2);
    expect((await ask()).status).toBe(404);
    await untilWaiting(0);
    const [late, other] = slow.sort((one, two) => two.text().length - one.text().length);
    expect(late?.text()).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 1[^]*"code":"HTTP-022"/);
    // Nobody waits any more, so the other has all the time of a request.
    expect(other?.text()).toBe("");
    other?.socket.write(body.slice(1));
    await expect.poll(() => other?.text()).toMatch(/^HTTP\/1\.1 200 /);
    for (const { socket } of slow) socket.destroy();
  });

  it("is refused when its time is over, and then is welcome again", async () => {
    const { ask, until, letGo, lookups } = await listening({ maxConcurrent: 1, maxWaitMs: 100 });
    const working = ask();
    await until(1);
    const began = performance.now();
    const refused = await ask();
    expect(performance.now() - began).toBeGreaterThan(80);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(refused.headers.get("content-type")).toMatch("application/problem+json");
    expect(await refused.json()).toMatchObject({ code: "HTTP-008", status: 503 });
    expect(lookups()).toBe(1);
    letGo();
    expect((await working).status).toBe(404);
    expect((await ask()).status).toBe(404);
  });

  it("is refused at once, unread and whoever sends it, when too many wait", async () => {
    const limits = { maxConcurrent: 1, maxWaiting: 0, maxBodyBytes: 1_000_000 };
    const { server, url, ask, until, letGo } = await listening(limits);
    const working = ask();
    await until(1);
    const refused = (line: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(new URL(url).port), "127.0.0.1");
        socket.once("data", (bytes) => {
          resolve(bytes.toString());
          socket.destroy();
        });
        // Neither credentials nor a body.
        socket.write(
          `POST /evaluate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${line}\r\n\r\n`,
        );
      });
    const answer = await refused("Content-Length: 900000");
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/^retry-after: 1\r$/m);
    expect(answer).toMatch(/^connection: keep-alive\r$/im);
    expect(answer).toContain('"code":"HTTP-008"');
    // Nor is read on what has no end (threat 7).
    for (const line of ["Content-Length: 1000001", "Transfer-Encoding: chunked"])
      expect(await refused(line)).toMatch(/^HTTP\/1\.1 503 [^]*^connection: close\r$/im);
    const metrics = await server.inject({ url: "/metrics", headers: bearer(given().operator) });
    expect(metrics.body).toContain('parmana_refusals_total{code="HTTP-008"} 3');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    letGo();
    await working;
    await expect.poll(() => given().logLines.join("")).toContain("refused at the door");
  });

  it("is another one than that which has a place, and only takes its turn", async () => {
    const limits = { maxConcurrent: 100, maxWaiting: 0, maxWaitMs: 0 };
    const { ask, until, letGo } = await listening(limits);
    const working = Array.from({ length: 100 }, () => ask());
    await until(100);
    expect((await ask()).status).toBe(503);
    letGo();
    for (const { status } of await Promise.all(working)) expect(status).toBe(404);
  });

  it("is not let in after it has hung up", async () => {
    const { ask, until, untilWaiting, letGo, lookups } = await listening({
      maxConcurrent: 1,
      maxWaitMs: 30_000,
    });
    const working = ask();
    await until(1);
    const impatient = new AbortController();
    const gone = ask(impatient.signal).catch(() => "gone");
    await untilWaiting(1);
    impatient.abort();
    expect(await gone).toBe("gone");
    await untilWaiting(0);
    letGo();
    await working;
    await ask();
    expect(lookups()).toBe(2);
  });

  it("waits once for each connection, so that nobody fills the line alone", async () => {
    const { server, url, ask, until, untilWaiting, letGo, lookups } = await listening({
      maxConcurrent: 1,
      maxWaitMs: 30_000,
    });
    const working = ask();
    await until(1);
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(
      `GET /executions/x HTTP/1.1\r\nHost: x\r\nAuthorization: ${bearer(given().auditor).authorization}\r\n\r\n`.repeat(
        100,
      ),
    );
    await untilWaiting(1);
    const metrics = await server.inject({ url: "/metrics", headers: bearer(given().operator) });
    expect(metrics.body).toContain('parmana_refusals_total{code="HTTP-008"} 99');
    socket.destroy();
    await untilWaiting(0);
    letGo();
    await working;
    await ask();
    expect(lookups()).toBe(2);
  });

  it("is refused when the server stops", async () => {
    const { server, ask, until, untilWaiting, letGo } = await listening({
      maxConcurrent: 1,
      maxWaitMs: 30_000,
    });
    const working = ask();
    await until(1);
    const waiting = ask();
    await untilWaiting(1);
    const closing = server.close();
    expect([(await waiting).status, (await waiting).headers.get("connection")]).toEqual([503, "close"]);
    letGo();
    expect((await working).status).toBe(404);
    await closing;
  });
});

describe("five times what the server takes", () => {
  it("is answered with 200 or 503 only, keeps places and facts single, and is over when it ends", async () => {
    const places = 8;
    const { server, ledger } = given().start({
      limits: { requestsPerSecond: 0, maxConcurrent: places, maxWaiting: 2 * places, maxWaitMs: 20 },
    });
    const url = await server.listen({ host: "127.0.0.1", port: 0 });
    const random = diceOf(20_261_121);
    const evaluate = (amount: number) =>
      fetch(`${url}/evaluate`, {
        method: "POST",
        headers: { "content-type": "application/json", ...bearer(given().evaluator) },
        body: JSON.stringify(claim(amount)),
      });
    const ends = performance.now() + 1_500;
    const statuses = new Map<number, number>();
    let amount = 500_000;
    const caller = async () => {
      while (performance.now() < ends) {
        if (random(4) === 0) await pause(random(20));
        const response = await evaluate((amount += 1));
        await response.arrayBuffer();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        if (response.status === 503) expect(response.headers.get("retry-after")).toBe("1");
      }
    };
    await Promise.all(Array.from({ length: 5 * places }, caller));
    const over = performance.now();
    while ((await evaluate((amount += 1))).status !== 200) await pause(5);
    expect(performance.now() - over).toBeLessThan(1_000);
    expect([...statuses.keys()].sort()).toEqual([200, 503]);
    const attested = (await ledger.entries({ from: 0, limit: 10_000 })).filter(
      ({ entry }) => entry.event === "attested",
    );
    // Whoever was refused left nothing behind.
    expect(attested).toHaveLength((statuses.get(200) ?? 0) + 1);
  });
});

/** mulberry32: what is random can be repeated. */
function diceOf(seed: number): (count: number) => number {
  let state = seed >>> 0;
  return (count) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
}
