import { createServer as createHttpServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServer, type OidcOptions } from "../src/index.js";
import { bearer, claim, type Started, testServer } from "./test-server.js";

const given = testServer();
let started: Started;
beforeAll(() => {
  started = given().start();
});

const get = (url: string, key?: string) =>
  started.server.inject({ url, headers: key === undefined ? {} : bearer(key) });
const evaluate = (key: string, amount: number, server = started.server) =>
  server.inject({
    method: "POST",
    url: "/evaluate",
    headers: { "content-type": "application/json", ...bearer(key) },
    payload: claim(amount),
  });

describe("API keys", () => {
  it("are asked for, and nothing is told about which exist (threat 54)", async () => {
    const known = given().evaluator;
    const wrong = [
      undefined,
      "pk_00000000_" + "A".repeat(43),
      known.slice(0, -1) + (known.endsWith("A") ? "B" : "A"),
      "pk_short",
      known + "x",
    ];
    for (const key of wrong) {
      const response = await get("/policies", key);
      expect([response.statusCode, response.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
      expect(response.json()).toMatchObject({ code: "HTTP-003" });
    }
    expect((await get("/policies", known)).statusCode).toBe(200);
  });

  it("end when they expire or are revoked, at once", async () => {
    const { keys } = given();
    const expired = keys.make("late", ["evaluator"], { expiresAt: Date.now() - 1 });
    const revoked = keys.make("gone", ["evaluator"], { revokedAt: Date.now() });
    expect((await get("/policies", expired)).statusCode).toBe(401);
    expect((await get("/policies", revoked)).statusCode).toBe(401);
  });

  it("open only what their roles allow", async () => {
    const { evaluator, approver, auditor, operator } = given();
    const rows: [string, string[]][] = [
      ["/reviews", [approver, auditor, operator]],
      ["/executions", [auditor, operator]],
      ["/audit/entries", [auditor]],
      ["/metrics", [operator]],
      ["/runtime/manifest", [evaluator, approver, auditor, operator]],
    ];
    for (const [url, allowed] of rows)
      for (const key of [evaluator, approver, auditor, operator]) {
        const response = await get(url, key);
        expect([url, response.statusCode]).toEqual([url, allowed.includes(key) ? 200 : 403]);
        if (!allowed.includes(key)) expect(response.json()).toMatchObject({ code: "HTTP-004" });
      }
    expect((await evaluate(auditor, 10)).statusCode).toBe(403);
  });

  it("can be limited to policies", async () => {
    const key = given().keys.make("loans", ["evaluator"], { policies: ["loan-approval"] });
    const response = await evaluate(key, 20);
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([403, "HTTP-004"]);
  });

  it("show evaluators their own executions only", async () => {
    const { evaluator, keys, auditor } = given();
    const id = (await evaluate(evaluator, 30)).json<{ execution_id: string }>().execution_id;
    const other = keys.make("stranger", ["evaluator"]);
    expect((await get(`/executions/${id}`, evaluator)).statusCode).toBe(200);
    expect((await get(`/executions/${id}`, auditor)).statusCode).toBe(200);
    expect((await get(`/executions/${id}`, other)).json()).toMatchObject({ code: "HTTP-005" });
    // Keys of one name are one caller's, and yet each is for its policies only (threat 54).
    const limited = keys.make("claims-service", ["evaluator"], { policies: ["loan-approval"] });
    for (const url of [`/executions/${id}`, `/executions/${id}/proof`])
      expect((await get(url, limited)).json()).toMatchObject({ code: "HTTP-005" });
    const allowed = keys.make("claims-service", ["evaluator"], { policies: ["claims-approval"] });
    expect((await get(`/executions/${id}`, allowed)).statusCode).toBe(200);
  });
});

describe("tokens of an OIDC provider", () => {
  let provider: Server;
  let fetches = 0;
  let reachable = true;
  let sign: (claims: JWTPayload, terms?: { readonly kid?: string }) => Promise<string>;
  let server: Started;
  let authentication: () => { readonly oidc: OidcOptions };

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256", use: "sig" };
    provider = createHttpServer((_, response) => {
      fetches += 1;
      response.writeHead(reachable ? 200 : 500, { "content-type": "application/json" });
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
    const { port } = provider.address() as AddressInfo;
    sign = (claims, { kid = "k1" } = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", kid })
        .setIssuer("https://issuer.example")
        .setAudience("parmana")
        .setIssuedAt()
        .setExpirationTime(claims.exp ?? "5m")
        .sign(privateKey);
    authentication = () => ({
      oidc: {
        issuer: "https://issuer.example",
        audience: "parmana",
        jwksUrl: `http://127.0.0.1:${String(port)}/jwks`,
      },
    });
    server = given().start({ authentication: authentication() });
  });
  afterAll(() => new Promise((resolve) => provider.close(resolve)));

  it("name caller and roles", async () => {
    const token = await sign({ sub: "agent-7", roles: ["evaluator", "policy:claims-approval"] });
    const response = await evaluate(token, 40, server.server);
    expect(response.json()).toMatchObject({ requester: "oidc:issuer.example:agent-7", decision: "approved" });
    const reviewer = await sign({ sub: "p", roles: "approver:claims-manager" });
    expect((await server.server.inject({ url: "/reviews", headers: bearer(reviewer) })).statusCode).toBe(200);
    const limited = await sign({ sub: "agent-7", roles: ["evaluator", "policy:loan-approval"] });
    expect((await evaluate(limited, 41, server.server)).statusCode).toBe(403);
  });

  it("and the names of API keys are told apart, and a person who may have both is not counted twice (threat 40)", async () => {
    const { keys } = given();
    const { oidc } = authentication();
    const { server: both } = given().start({ authentication: { apiKeys: () => keys.records, oidc } });
    const ask = (url: string, key: string, payload: object) =>
      both.inject({
        method: "POST",
        url,
        headers: { "content-type": "application/json", ...bearer(key) },
        payload,
      });
    const approverRoles = ["claims-manager"];
    const sub = "alice";
    const token = await sign({ sub, roles: ["evaluator", "approver:claims-manager"] });
    const other = await sign({ sub: "bob", roles: ["approver:claims-manager"] });
    const person = "oidc:issuer.example:alice";
    const plain = keys.make("alice", ["evaluator", "approver"], { approverRoles });
    const own = keys.make("laptop", ["evaluator", "approver"], { approverRoles, holder: person });
    const service = keys.make("alice", ["evaluator"], { holder: "service" });
    let amount = 5_000_000;
    /** Who asks, who votes, and what comes of it. */
    const rows = [
      [plain, "key:alice", token, "HTTP-020"],
      [token, person, plain, "HTTP-020"],
      [own, person, token, "INV-090"],
      [token, person, own, "INV-090"],
      [own, person, other, undefined],
      [service, "service:alice", token, undefined],
      [token, person, other, undefined],
    ] as const;
    for (const [requester, name, approver, code] of rows) {
      const asked = await ask("/evaluate", requester, claim((amount += 1)));
      const { execution_id } = asked.json<{ execution_id: string }>();
      expect(asked.json()).toMatchObject({ requester: name, decision: "pending_override" });
      const vote = { decision: "approved", reason: "seen" };
      const voted = (await ask(`/reviews/${execution_id}/resolve`, approver, vote)).json<{ code?: string }>();
      expect([name, voted.code]).toEqual([name, code]);
    }
    // The same key of idempotency belongs to two callers.
    const key = { "idempotency-key": "both", "content-type": "application/json" };
    for (const [index, credentials] of [plain, token].entries())
      expect(
        (
          await both.inject({
            method: "POST",
            url: "/evaluate",
            headers: { ...key, ...bearer(credentials) },
            payload: claim(600 + index),
          })
        ).statusCode,
      ).toBe(200);
  });

  it("are refused when expired, for others, unsigned, or without roles", async () => {
    const expired = await sign({ sub: "a", roles: ["evaluator"], exp: Math.floor(Date.now() / 1000) - 60 });
    const text = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const unsigned = `${text({ alg: "none" })}.${text({ sub: "a", iss: "https://issuer.example", aud: "parmana", exp: 9e9 })}.`;
    const symmetric = `${text({ alg: "HS256" })}.${text({ sub: "a" })}.AAAA`;
    for (const token of [expired, unsigned, symmetric, "x.y.z"])
      expect((await evaluate(token, 50, server.server)).json()).toMatchObject({ code: "HTTP-003" });
    expect((await evaluate(await sign({ sub: "a" }), 50, server.server)).statusCode).toBe(403);
  });

  it("with unknown keys do not make the server ask the provider each time (threat 59)", async () => {
    const before = fetches;
    const token = await sign({ sub: "a", roles: ["evaluator"] }, { kid: "unknown" });
    for (let index = 0; index < 20; index += 1)
      expect((await evaluate(token, 60, server.server)).statusCode).toBe(401);
    expect(fetches - before).toBeLessThanOrEqual(1);
  });

  it("that wait for a provider which hangs leave places to others (threat 59)", async () => {
    const silent = createHttpServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const { keys } = given();
    const both = given().start({
      authentication: {
        apiKeys: () => keys.records,
        oidc: { issuer: "i", audience: "a", jwksUrl: `http://127.0.0.1:${String(port)}/jwks` },
      },
      limits: { maxConcurrent: 40, requestsPerSecond: 0 },
    });
    const token = await sign({ sub: "a" });
    const stuck = Array.from({ length: 20 }, () =>
      both.server.inject({ url: "/policies", headers: bearer(token) }),
    );
    const first = await Promise.race(stuck);
    expect(first.json()).toMatchObject({ code: "HTTP-012", detail: expect.stringContaining("Too many") });
    const served = await both.server.inject({ url: "/policies", headers: bearer(given().auditor) });
    expect(served.statusCode).toBe(200);
    silent.closeAllConnections();
    silent.close();
    const answers = (await Promise.all(stuck)).map((answer) => answer.json<{ detail: string }>().detail);
    expect(answers.filter((detail) => detail.includes("Too many"))).toHaveLength(10);
  });

  it("cannot be judged while the provider is away", async () => {
    reachable = false;
    const { port } = provider.address() as AddressInfo;
    const other = given().start({
      authentication: {
        oidc: { issuer: "i", audience: "a", jwksUrl: `http://127.0.0.1:${String(port)}/jwks` },
      },
    });
    const began = performance.now();
    const response = await evaluate(await sign({ sub: "a" }), 70, other.server);
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([503, "HTTP-012"]);
    // Nor is it asked for every token that comes meanwhile (threat 59).
    const before = fetches;
    for (let index = 0; index < 20; index += 1) {
      const again = await evaluate(await sign({ sub: "a" }), 70, other.server);
      expect(again.json()).toMatchObject({ code: "HTTP-012" });
    }
    expect(fetches - before).toBeLessThanOrEqual((performance.now() - began) / 1_000);
  });
});

describe("a large body", () => {
  it("counts as the requests that it costs (threat 7)", async () => {
    const { server } = given().start({ limits: { requestsPerSecond: 1, burst: 40 } });
    const headers = { "content-type": "application/json", ...bearer(given().evaluator) };
    const send = async (bytes: number) =>
      (await server.inject({ method: "POST", url: "/simulate", headers, payload: `"${"x".repeat(bytes)}"` }))
        .statusCode;
    // 64 KiB are a request: 16 of one MiB, and the one itself.
    const statuses = [];
    for (let sent = 0; sent < 4; sent += 1) statuses.push(await send(1_000_000));
    expect(statuses).toEqual([400, 400, 400, 429]);
    expect(await send(10)).toBe(429);
  });
});

describe("the address of a caller", () => {
  const guess = (server: Started["server"], remoteAddress: string, forwarded?: string) =>
    server.inject({
      url: "/policies",
      headers: {
        ...bearer("pk_00000000_x"),
        ...(forwarded !== undefined && { "x-forwarded-for": forwarded }),
      },
      remoteAddress,
    });

  it("is that of the connection, whatever it says, where no proxy is named (threat 54)", async () => {
    const { server } = given().start({ limits: { requestsPerSecond: 1, burst: 2 } });
    const statuses = [];
    for (const claimed of ["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"])
      statuses.push((await guess(server, "192.0.2.1", claimed)).statusCode);
    expect(statuses).toEqual([401, 401, 429, 429]);
  });

  it("is the nearest that no named proxy has, where the connection is one of a named proxy", async () => {
    const trustedProxies = ["10.0.0.0/8", "2001:db8::1"];
    const { server } = given().start({ limits: { requestsPerSecond: 1, burst: 1 }, trustedProxies });
    const rows = [
      ["10.0.0.1", "198.51.100.1", 401],
      ["10.0.0.2", "198.51.100.2", 401],
      // What the caller wrote itself stands before what the proxy added.
      ["10.0.0.1", "203.0.113.9, 198.51.100.1", 429],
      ["2001:db8::1", "203.0.113.9, 198.51.100.2, 10.0.0.7", 429],
      // Who is no proxy chooses no address.
      ["192.0.2.7", "198.51.100.3", 401],
      ["192.0.2.7", "198.51.100.4", 429],
    ] as const;
    for (const [from, forwarded, status] of rows)
      expect([from, forwarded, (await guess(server, from, forwarded)).statusCode]).toEqual([
        from,
        forwarded,
        status,
      ]);
    const lines = given().logLines.filter((line) => line.includes('"address":"198.51.100.2"'));
    expect(lines).not.toHaveLength(0);
  });

  it.each([
    ["1"],
    ["true"],
    ["*"],
    ["0.0.0.0/0"],
    ["::/0"],
    ["10.0.0.0/33"],
    ["proxy.example"],
    [""],
    ["fe80::1%eth0"],
  ])("is never everybody's choice: %j", (proxy) => {
    expect(() => given().start({ trustedProxies: [proxy] })).toThrow(
      expect.objectContaining({ code: "HTTP-014" }),
    );
  });

  it("cannot be a proxy's where everybody may call from this machine", () => {
    const authentication = { unsafeOpenAccess: true } as const;
    expect(() => given().start({ authentication, trustedProxies: ["loopback"] })).toThrow(
      expect.objectContaining({ code: "HTTP-014" }),
    );
  });
});

describe("open access", () => {
  it("is for this machine only", async () => {
    const open = given().start({ authentication: { unsafeOpenAccess: true } });
    const ask = (host: string, remoteAddress: string) =>
      open.server.inject({ url: "/policies", headers: { host }, remoteAddress });
    expect((await ask("localhost:3000", "127.0.0.1")).statusCode).toBe(200);
    expect((await ask("127.0.0.1", "127.0.0.1")).statusCode).toBe(200);
    for (const [host, from] of [
      ["rebound.example", "127.0.0.1"],
      ["localhost", "10.0.0.7"],
    ] as const)
      expect((await ask(host, from)).json()).toMatchObject({ code: "HTTP-015", status: 403 });
    expect(() => open.server.listen({ host: "0.0.0.0", port: 0 })).toThrow(
      expect.objectContaining({ code: "HTTP-015" }),
    );
  });

  it("is not what a server without authentication falls back to", () => {
    const { environment } = given();
    const { runtime, ledger } = given().start();
    expect(environment.paths.trustRootPath).not.toBe("");
    const parts = { runtime, records: ledger, probes: {} };
    const wrong = [
      { ...parts, authentication: {} },
      {
        ...parts,
        authentication: { oidc: { issuer: "i", audience: "a", jwksUrl: "http://issuer.example/jwks" } },
      },
      {
        ...parts,
        authentication: {
          oidc: { issuer: "i", audience: "a", jwksUrl: "https://i.example/jwks", algorithms: ["HS256"] },
        },
      },
      { ...parts, authentication: { apiKeys: () => [] }, limits: { maxDepth: 0 } },
    ];
    for (const options of wrong)
      expect(() => createServer(options)).toThrow(expect.objectContaining({ code: "HTTP-014" }));
  });
});
