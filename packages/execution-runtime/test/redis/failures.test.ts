import { sha256 } from "@parmanasystems/canonical";
import { freePort, RedisServer } from "@parmanasystems/testkit/servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RedisReplayStore, type ReserveOutcome, type ReserveRequest } from "../../src/index.js";
import { redisServerIsHere, withRedis } from "./support.js";

const TIMEOUT_MS = 400;

const request = (executionId: string, overrides: Partial<ReserveRequest> = {}): ReserveRequest => ({
  executionId,
  fingerprint: sha256(executionId),
  identity: "fingerprint",
  leaseMs: 1_000,
  ...overrides,
});
const end = { state: "confirmed", attestationHash: sha256("attestation") } as const;
const refusal = (code: string): unknown => expect.objectContaining({ code });

function reservationOf(answer: ReserveOutcome) {
  if (answer.outcome !== "reserved") throw new Error(`expected a reservation, got ${answer.outcome}`);
  return answer.reservation;
}

describe.skipIf(!redisServerIsHere)("the Redis store when things go wrong", () => {
  let servers: RedisServer[];
  let stores: RedisReplayStore[];

  beforeEach(() => {
    servers = [];
    stores = [];
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await Promise.all(servers.map((server) => server.remove()));
  });

  async function serverWith(...flags: string[]): Promise<RedisServer> {
    const server = await RedisServer.start(...flags);
    servers.push(server);
    return server;
  }
  function storeAt(url: string, options = {}): RedisReplayStore {
    const store = new RedisReplayStore(url, { timeoutMs: TIMEOUT_MS, ...options });
    stores.push(store);
    return store;
  }

  it("refuses while the server is away, and works by itself when it is back (threat 36)", async () => {
    const server = await serverWith();
    const store = storeAt(server.url);
    const held = reservationOf(await store.reserve(request("a")));
    await server.kill();
    await expect(store.confirm(held, end)).rejects.toEqual(refusal("SYS-020"));
    await expect(store.reserve(request("b"))).rejects.toEqual(refusal("SYS-020"));
    await server.start();
    // It kept nothing on disk: whoever held a reservation holds it no more.
    await expect(store.confirm(held, end)).rejects.toEqual(refusal("INV-018"));
    const again = reservationOf(await store.reserve(request("a")));
    expect(again.fencing).toBeGreaterThan(held.fencing);
    await store.confirm(again, end);
  });

  it("gives fencing numbers that grow after everything was forgotten (threat 38)", async () => {
    const server = await serverWith();
    const store = storeAt(server.url);
    const held = reservationOf(await store.reserve(request("a")));
    await withRedis((redis) => redis.flushall(), server.url);
    const again = reservationOf(await store.reserve(request("a")));
    expect(again.fencing).toBeGreaterThan(held.fencing);
    await expect(store.confirm(held, end)).rejects.toEqual(refusal("INV-018"));
    await store.confirm(again, end);
  });

  it("waits for a server that stands still no longer than its limit", async () => {
    const server = await serverWith();
    const store = storeAt(server.url);
    await store.reserve(request("a"));
    server.pause(true);
    const started = performance.now();
    const attempts = Array.from({ length: 20 }, (_, index) => store.reserve(request(`b-${String(index)}`)));
    expect(store.waiting).toBe(20);
    for (const attempt of await Promise.allSettled(attempts))
      expect(attempt).toMatchObject({ status: "rejected", reason: { code: "SYS-020" } });
    await expect(store.find("a")).rejects.toEqual(refusal("SYS-020"));
    expect(performance.now() - started).toBeLessThan(4 * TIMEOUT_MS + 1_000);
    expect(store.waiting).toBe(0);
    server.pause(false);
    expect(await store.find("a")).toMatchObject({ state: "reserved" });
  });

  it("tells an answer that was lost from a reservation that never was, once the lease is over", async () => {
    const server = await serverWith();
    const store = storeAt(server.url);
    await store.find("a");
    server.pause(true);
    await expect(store.reserve(request("a", { leaseMs: 200 }))).rejects.toEqual(refusal("SYS-020"));
    server.pause(false);
    // What was sent may have been done: it is not sent again, and the next one waits for the lease or takes over.
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await store.reserve(request("a"))).toMatchObject({ outcome: "reserved" });
  });

  it("does not take a replica for its primary", async () => {
    const primary = await serverWith();
    const replica = await serverWith("--replicaof", "127.0.0.1", String(primary.port));
    await expect(storeAt(replica.url).reserve(request("a"))).rejects.toEqual(refusal("SYS-022"));
  });

  it("reserves nothing that a full server cannot keep, and never uses one that evicts (threat 35)", async () => {
    const server = await serverWith("--maxmemory", "2mb", "--maxmemory-policy", "noeviction");
    const store = storeAt(server.url);
    await store.requireWritable();
    await withRedis((redis) => redis.config("SET", "maxmemory", "1"), server.url);
    await expect(store.reserve(request("a"))).rejects.toEqual(refusal("SYS-022"));
    // Readiness must tell what reading does not.
    expect(await store.find("a")).toBeUndefined();
    await expect(store.requireWritable()).rejects.toEqual(refusal("SYS-022"));
    for (const policy of ["allkeys-lru", "volatile-ttl"]) {
      await withRedis(async (redis) => {
        await redis.config("SET", "maxmemory", "100mb");
        await redis.config("SET", "maxmemory-policy", policy);
      }, server.url);
      await expect(storeAt(server.url).reserve(request("a"))).rejects.toEqual(refusal("SYS-024"));
    }
  });

  it("says that the login is refused, and never the password (threat 52)", async () => {
    const server = await serverWith("--requirepass", "correct-canary");
    const at = (login: string) => storeAt(`redis://${login}127.0.0.1:${String(server.port)}`);
    for (const store of [at(""), at(":wrong-canary@"), at("nobody:wrong-canary@")]) {
      const refused = await store.reserve(request("a")).catch((error: unknown) => error);
      expect(refused).toEqual(refusal("SYS-021"));
      expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused))).not.toContain("canary");
    }
    expect(await at(":correct-canary@").reserve(request("a"))).toMatchObject({ outcome: "reserved" });
  });

  it("is told by a cluster where it must not write", async () => {
    const node = async () =>
      serverWith("--cluster-enabled", "yes", "--cluster-port", String(await freePort()));
    const [owner, other] = [await node(), await node()];
    // Nobody serves any slot yet.
    await expect(storeAt(other.url).reserve(request("a"))).rejects.toEqual(refusal("SYS-022"));
    const busPort = owner.flag("--cluster-port");
    await withRedis((redis) => redis.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383"), owner.url);
    await withRedis(
      (redis) => redis.call("CLUSTER", "MEET", "127.0.0.1", String(owner.port), busPort),
      other.url,
    );
    const store = storeAt(other.url);
    await expect
      .poll(() => store.reserve(request("a")).catch((error: unknown) => error))
      .toEqual(refusal("SYS-023"));
  });

  it.each([
    "",
    "localhost:6379",
    "http://127.0.0.1:6379",
    "redis://",
    "postgres://user:canary@host/db",
    "redis://:canary@host?tls=RedisCloudFixed",
    "redis://:canary@host#a",
  ])("refuses the URL %o without repeating it", (url) => {
    expect(() => storeAt(url)).toThrow(refusal("SYS-025"));
    expect(() => storeAt(url)).not.toThrow(/canary/);
  });

  it.each<[string, object]>([
    ["a prefix with a brace", { keyPrefix: "a}b" }],
    ["a prefix with a line end", { keyPrefix: "a\r\nFLUSHALL" }],
    ["an empty prefix", { keyPrefix: "" }],
    ["a window of 0 seconds", { ttlSeconds: 0 }],
    ["a window of half a second", { ttlSeconds: 0.5 }],
    ["no time to answer", { timeoutMs: 0 }],
    ["an authority without TLS", { tls: { ca: "" } }],
  ])("refuses %s (threat 38)", (_name, options) => {
    expect(() => storeAt("redis://127.0.0.1", options)).toThrow(refusal("INV-017"));
  });

  it("refuses a lease that outlives the memory of it", async () => {
    const server = await serverWith();
    const store = storeAt(server.url, { ttlSeconds: 1 });
    await expect(store.reserve(request("a", { leaseMs: 1_001 }))).rejects.toEqual(refusal("INV-017"));
  });

  it("remembers what ended for its window, and what waits for a person until it ends", async () => {
    const server = await serverWith();
    const store = storeAt(server.url, { ttlSeconds: 100 });
    await store.confirm(reservationOf(await store.reserve(request("a"))), end);
    const waiting = reservationOf(await store.reserve(request("b")));
    await store.confirm(waiting, { ...end, state: "pending_override" });
    const lifetimes = () =>
      withRedis(async (redis) => {
        const keys = (await redis.keys("{parmana}:*:*")).sort();
        const left = await Promise.all(keys.map((key) => redis.pttl(key)));
        return left.map((ms) => (ms === -1 ? "for ever" : ms > 90_000 && ms <= 100_000));
      }, server.url);
    expect((await lifetimes()).sort()).toEqual(["for ever", "for ever", true, true]);
    await store.resolve("b", "approved");
    expect(await lifetimes()).toEqual([true, true, true, true]);
  });

  it("takes nothing for a record that it did not write", async () => {
    const server = await serverWith();
    const store = storeAt(server.url);
    const facts = `fingerprint ${sha256("a")} a`;
    for (const spoil of [
      ["SET", "text"],
      ["SET", `won 1 1 ${facts} -`],
      ["SET", `confirmed 1 1 ${facts} no-hash`],
      ["SET", `confirmed 1 1 ${facts} ${sha256("b")} more`],
      ["SET", `confirmed 1 -1 ${facts} ${sha256("b")}`],
      ["HSET", "state", "confirmed"],
    ]) {
      await withRedis(async (redis) => {
        await redis.flushall();
        await store.reserve(request("a"));
        const [key = ""] = await redis.keys("{parmana}:execution:*");
        await redis.del(key);
        const [command = "", ...values] = spoil;
        await redis.call(command, key, ...values);
      }, server.url);
      await expect(store.find("a")).rejects.toEqual(refusal("SYS-026"));
      await expect(store.reserve(request("a"))).rejects.toEqual(refusal("SYS-026"));
    }
  });

  it("lets no step that fails speak for those that were sent with it", async () => {
    const server = await serverWith();
    const store = storeAt(server.url);
    const [held, other] = [
      reservationOf(await store.reserve(request("held"))),
      reservationOf(await store.reserve(request("other"))),
    ];
    await withRedis(async (redis) => {
      for (const key of await redis.keys("{parmana}:execution:*")) {
        if ((await redis.get(key))?.includes(" other ") !== true) continue;
        await redis.del(key);
        await redis.hset(key, "state", "confirmed");
      }
    }, server.url);
    const answers = await Promise.allSettled([
      store.reserve(request("new")),
      store.confirm(other, end),
      store.confirm({ ...held, fencing: 1 }, end),
      store.confirm(held, end),
      store.reserve(request("held")),
      ...Array.from({ length: 100 }, (_, index) => store.reserve(request(`many-${String(index)}`))),
    ]);
    expect(answers.slice(0, 5)).toEqual([
      { status: "fulfilled", value: expect.objectContaining({ outcome: "reserved" }) as unknown },
      { status: "rejected", reason: refusal("SYS-026") },
      { status: "rejected", reason: refusal("INV-018") },
      { status: "fulfilled", value: undefined },
      { status: "fulfilled", value: expect.objectContaining({ outcome: "replay" }) as unknown },
    ]);
    const fencing = answers.flatMap((answer) =>
      answer.status === "fulfilled" && answer.value?.outcome === "reserved"
        ? [answer.value.reservation.fencing]
        : [],
    );
    expect(fencing).toHaveLength(101);
    // In the order in which they were asked for.
    expect(fencing).toEqual([...new Set(fencing)].sort((one, next) => one - next));
  });

  it("has one winner among many processes' connections (threat 34)", async () => {
    const server = await serverWith();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => storeAt(server.url)).flatMap((store, one) =>
        Array.from({ length: 125 }, (_, index) =>
          store.reserve(request(`id-${String(one)}-${String(index)}`, { fingerprint: sha256("same facts") })),
        ),
      ),
    );
    const outcomes = answers.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === "reserved")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "in_flight")).toHaveLength(999);
  });

  it("ends what is under way when it is closed, and answers nothing afterwards", async () => {
    const server = await serverWith();
    const store = storeAt(server.url);
    await store.find("a");
    server.pause(true);
    const sent = store.reserve(request("a")).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    const unsent = store.reserve(request("b")).catch((error: unknown) => error);
    await store.close();
    expect(await sent).toEqual(refusal("SYS-020"));
    expect(await unsent).toEqual(refusal("SYS-007"));
    await expect(store.find("a")).rejects.toEqual(refusal("SYS-007"));
    server.pause(false);
  });
});
