import { createNoteSigner, decodeBase64, parseNote } from "@parmanasystems/signing";
import {
  leafHash,
  parseCheckpoint,
  parseLogProof,
  verifyConsistency,
  verifyInclusion,
} from "@parmanasystems/verifier";
import { canonicalize, type JsonObject, sha256 } from "@parmanasystems/canonical";
import { fromEnvelope, parseAttestation, parseResolution, resolutionHash } from "@parmanasystems/execution";
import { beforeAll, describe, expect, it } from "vitest";
import { bearer, claim, type Started, testServer } from "./test-server.js";

const given = testServer();
let started: Started;
beforeAll(() => {
  started = given().start();
});

const get = (url: string, key: string, headers: Record<string, string> = {}) =>
  started.server.inject({ url, headers: { ...bearer(key), ...headers } });
const post = (url: string, key: string, payload?: object) =>
  started.server.inject({
    method: "POST",
    url,
    headers: { ...bearer(key), ...(payload !== undefined && { "content-type": "application/json" }) },
    ...(payload !== undefined && { payload }),
  });

describe("reading executions", () => {
  it("gives the attestation flat and as the envelope with the same signature", async () => {
    const first = await post("/evaluate", given().evaluator, { ...claim(100), execution_id: "read-1" });
    const flat = await get("/executions/read-1", given().evaluator);
    expect(flat.body).toBe(first.body);
    const envelope = await get("/executions/read-1", given().auditor, {
      accept: "application/vnd.dsse+json, */*;q=0.1",
    });
    expect(envelope.headers["content-type"]).toMatch("application/vnd.dsse+json");
    expect(fromEnvelope(envelope.json())).toEqual(parseAttestation(flat.json()));
    expect((await get("/executions/unknown", given().auditor)).json()).toMatchObject({ code: "HTTP-005" });
  });

  it("pages through the log", async () => {
    for (let index = 0; index < 5; index += 1)
      await post("/evaluate", given().evaluator, {
        ...claim(200 + index, index === 4 ? 95 : 10),
        execution_id: `page-${String(index)}`,
      });
    await post("/evaluate", given().evaluator, claim(200));
    const found: string[] = [];
    for (let url: string | undefined = "/executions?limit=2"; url !== undefined;) {
      const { executions, next }: { executions: { execution_id: string }[]; next?: string } = (
        await get(url, given().auditor)
      ).json();
      found.push(...executions.map(({ execution_id }) => execution_id));
      url = next === undefined ? undefined : `/executions?limit=2&cursor=${next}`;
    }
    expect(found).toEqual(["page-4", "page-3", "page-2", "page-1", "page-0", "read-1"]);
    const rejected = await get("/executions?decision=rejected", given().auditor);
    expect(rejected.json()).toMatchObject({ executions: [{ execution_id: "page-4" }] });
    const other = await get("/executions?policyId=loan-approval", given().auditor);
    expect(other.json()).toEqual({ executions: [] });
    const same = "/executions?policyId=claims-approval&policyVersion=1.0.0&decision=approved";
    expect((await get(same, given().auditor)).json<{ executions: object[] }>().executions).toHaveLength(5);
    expect((await get("/executions?since=2026-13-01T00:00:00.000Z", given().auditor)).json()).toMatchObject({
      code: "HTTP-002",
    });
    const future = await get("/executions?since=2200-01-01T00:00:00.000Z", given().auditor);
    expect(future.json()).toEqual({ executions: [] });
    const log = (await get("/audit/entries?from=1&limit=3", given().auditor)).json<{
      entries: { seq: number; leafHash: string; entry: object }[];
      next: number;
    }>();
    expect(log).toMatchObject({ entries: [{ seq: 1 }, { seq: 2 }, { seq: 3 }], next: 4 });
    const [entry] = await started.ledger.entries({ from: 1, limit: 1 });
    expect(canonicalize(log.entries[0]?.entry)).toBe(new TextDecoder().decode(entry?.bytes));
    expect((await get("/audit/entries?limit=1001", given().auditor)).json()).toMatchObject({
      code: "HTTP-002",
    });
  });
});

describe("the log's proofs", () => {
  it("are handed out once a checkpoint covers the execution, and hold for a stranger", async () => {
    const { evaluator, auditor, environment } = given();
    await post("/evaluate", evaluator, { ...claim(777), execution_id: "proved-1" });
    for (const url of ["/audit/checkpoint", "/executions/proved-1/proof"])
      expect((await get(url, auditor)).json()).toMatchObject({ status: 404, code: "HTTP-017" });
    const signer = createNoteSigner({ name: "log.example.com", privateKey: environment.keys.log });
    const first = await started.ledger.audit.checkpoint(signer, { unsafeWithoutHeads: true });
    const size = parseCheckpoint(parseNote(first).text).size;
    const note = await get("/audit/checkpoint", evaluator);
    expect([note.headers["content-type"], note.body]).toEqual(["text/plain; charset=utf-8", first]);
    const proof = parseLogProof((await get("/executions/proved-1/proof", evaluator)).body);
    const { rootHash: root } = parseCheckpoint(parseNote(proof.checkpoint).text);
    const { index, hashes, extra = new Uint8Array() } = proof;
    expect(verifyInclusion({ index, size, leafHash: leafHash(extra), proof: hashes, root })).toBe(true);
    expect((await get("/executions/unknown/proof", auditor)).json()).toMatchObject({ code: "HTTP-005" });
    expect((await get("/executions/proved-1/proof?of=resolution", auditor)).json()).toMatchObject({
      code: "HTTP-017",
    });
    for (const query of ["of=vote", "size=-1", "size=9007199254740993", "sizes=1"])
      expect((await get(`/executions/proved-1/proof?${query}`, auditor)).json()).toMatchObject({
        code: "HTTP-002",
      });

    await post("/evaluate", evaluator, claim(778));
    const grown = parseCheckpoint(
      parseNote(await started.ledger.audit.checkpoint(signer, { unsafeWithoutHeads: true })).text,
    );
    const under = async (query: string) =>
      parseLogProof((await get(`/executions/proved-1/proof${query}`, auditor)).body).checkpoint;
    expect(parseCheckpoint(parseNote(await under("")).text).size).toBe(grown.size);
    expect(await under("?size=0")).toBe(first);
    expect(parseCheckpoint(parseNote(await under(`?size=${String(size + 1)}`)).text).size).toBe(grown.size);
    const answer = await get(`/audit/consistency?from=${String(size)}&to=${String(grown.size)}`, auditor);
    const hashesBetween = answer.json<{ proof: string[] }>().proof.map(decodeBase64);
    const [oldRoot, newRoot] = [root, grown.rootHash];
    expect(
      verifyConsistency({ oldSize: size, newSize: grown.size, oldRoot, newRoot, proof: hashesBetween }),
    ).toBe(true);
    for (const query of ["from=0&to=1", "from=2&to=1", "from=1&to=9999", "from=1", "from=-1&to=2"])
      expect((await get(`/audit/consistency?${query}`, auditor)).json()).toMatchObject({ code: "HTTP-002" });
  });
});

describe("reviews", () => {
  it("are resolved by an authenticated approver in a role of its credentials (threat 40)", async () => {
    const { evaluator, approver, keys } = given();
    const pending = { ...claim(4_800_000), execution_id: "review-1" };
    expect((await post("/evaluate", evaluator, pending)).json()).toMatchObject({
      decision: "pending_override",
    });
    expect((await get("/reviews", approver)).json()).toMatchObject({
      reviews: [{ execution_id: "review-1" }],
    });
    const vote = { decision: "approved", reason: "seen the papers" };
    const other = keys.make("john", ["approver"], { approverRoles: ["loan-officer"] });
    expect((await post("/reviews/review-1/resolve", other, vote)).json()).toMatchObject({ code: "HTTP-004" });
    expect(
      (await post("/reviews/review-1/resolve", approver, { ...vote, role: "loan-officer" })).json(),
    ).toMatchObject({ code: "HTTP-004" });
    // A role that the caller has, and that the policy does not let decide.
    expect(
      (await post("/reviews/review-1/resolve", other, { ...vote, role: "loan-officer" })).json(),
    ).toMatchObject({ code: "INV-091", status: 403 });
    const self = keys.make("claims-service", ["approver"], { approverRoles: ["claims-manager"] });
    expect((await post("/reviews/review-1/resolve", self, vote)).json()).toMatchObject({
      code: "INV-090",
      status: 403,
    });
    expect(await started.ledger.reviewTasks.find("review-1")).toMatchObject({ state: "pending", votes: [] });
    expect((await post("/reviews/review-1/claim", approver)).json()).toMatchObject({
      claim: { by: "key:maria" },
    });
    const second = keys.make("peter", ["approver"], { approverRoles: ["claims-manager"] });
    expect((await post("/reviews/review-1/claim", second)).json()).toMatchObject({ code: "INV-096" });
    const ended = await post("/reviews/review-1/resolve", approver, vote);
    expect(ended.json()).toMatchObject({ state: "resolved", resolution: { resolution: "approved" } });
    const resolution = parseResolution(ended.json<{ resolution: JsonObject }>().resolution);
    expect(await started.ledger.resolution("review-1")).toEqual(resolution);
    expect((await post("/reviews/review-1/resolve", approver, vote)).json()).toMatchObject({
      code: "INV-019",
      status: 409,
    });
    expect((await get("/reviews/review-1", approver)).json()).toMatchObject({
      state: "resolved",
      votes: [{ approver: "key:maria", role: "claims-manager" }],
    });
    const signer = createNoteSigner({ name: "log.example.com", privateKey: given().environment.keys.log });
    await started.ledger.audit.checkpoint(signer, { unsafeWithoutHeads: true });
    const { extra } = parseLogProof((await get("/executions/review-1/proof?of=resolution", evaluator)).body);
    expect(JSON.parse(new TextDecoder().decode(extra))).toMatchObject({
      event: "override_resolved",
      attestationHash: resolutionHash(resolution),
    });
    expect((await post("/reviews/none/resolve", approver, vote)).json()).toMatchObject({ code: "HTTP-005" });
    expect((await post("/reviews/none/claim", approver)).statusCode).toBe(404);
  });

  it("need the role named where several may decide", async () => {
    const { evaluator, keys } = given();
    await post("/evaluate", evaluator, { ...claim(4_900_000), execution_id: "review-2" });
    const key = keys.make("ann", ["approver"], { approverRoles: ["claims-manager", "claims-manager"] });
    expect(
      (await post("/reviews/review-2/resolve", key, { decision: "approved", reason: "r" })).json(),
    ).toMatchObject({ code: "HTTP-002", pointer: "/role" });
  });
});

describe("what decisions stand on", () => {
  it("is shown as it was signed", async () => {
    const { evaluator, environment } = given();
    const policies = (await get("/policies", evaluator)).json<{ policies: { policyId: string }[] }>();
    expect(policies.policies.map(({ policyId }) => policyId).sort()).toEqual([
      "claims-approval",
      "loan-approval",
    ]);
    const version = await get("/policies/claims-approval/versions/1.0.0", evaluator);
    expect(version.json()).toMatchObject({ status: "active", policy: { policyId: "claims-approval" } });
    const schema = await get("/policies/claims-approval/versions/1.0.0/schema", evaluator);
    expect(schema.json()).toMatchObject({
      type: "object",
      properties: { claim_amount: { type: "integer" } },
    });
    const manifest = await get("/runtime/manifest", evaluator);
    expect(manifest.json()).toMatchObject({ trustRootVersion: 1, trustRootHash: environment.trustRoot.hash });
    const root = await started.server.inject({ url: "/.well-known/parmana/trust-root.json" });
    expect(sha256(root.rawPayload)).toBe(environment.trustRoot.hash);
    const signature = await started.server.inject({ url: "/.well-known/parmana/trust-root.sig" });
    expect(signature.json()).toHaveProperty("signatures");
    const jwks = await started.server.inject({ url: "/.well-known/jwks.json" });
    expect(jwks.json()).toMatchObject({ keys: [{ kid: environment.signer.keyId, crv: "Ed25519" }] });
  });

  it.each(["/policies/none/versions/1.0.0", "/policies/claims-approval/versions/9.9.9"])(
    "is not found where it is not: %s",
    async (url) => {
      expect((await get(url, given().evaluator)).json()).toMatchObject({ code: "HTTP-005" });
    },
  );

  it.each([
    "/policies/../versions/1.0.0",
    "/policies/%2e%2e/versions/1.0.0",
    "/policies/%2e%2e%2f%2e%2e%2fetc/versions/1.0.0",
    "/policies/claims-approval/versions/..%2f1.0.0",
    "/policies/claims%2dapproval%00/versions/1.0.0",
    "/policies/claims‑approval/versions/1.0.0",
    "/policies/CLAIMS-APPROVAL/versions/1.0.0",
    "/policies/%zz/versions/1.0.0",
  ])("never lies outside the root: %s (threat 29)", async (url) => {
    const response = await get(encodeURI(decodeURISafe(url)), given().evaluator);
    expect([400, 404]).toContain(response.statusCode);
  });
});

/** Keeps what is percent-encoded as it is. */
const decodeURISafe = (url: string) => url.replace(/%/g, "%25").replace(/%25/g, "%");

describe("operation", () => {
  it("tells health and readiness to everybody", async () => {
    expect((await started.server.inject({ url: "/healthz" })).json()).toEqual({ status: "ok" });
    const ready = await started.server.inject({ url: "/readyz" });
    expect([ready.statusCode, ready.json<object>()]).toMatchObject([
      200,
      {
        ready: true,
        checks: [{ name: "documents" }, { name: "signer" }, { name: "ledger" }, { name: "log" }],
      },
    ]);
  });

  it("is not ready when a part does not answer", async () => {
    const broken = given().start({ probes: { signer: () => Promise.reject(new Error("away")) } });
    const ready = await broken.server.inject({ url: "/readyz" });
    expect([ready.statusCode, ready.json<object>()]).toMatchObject([
      503,
      { ready: false, checks: [{ ok: true }, { name: "signer", ok: false }] },
    ]);
    const closed = given().start();
    await closed.runtime.close();
    expect((await closed.server.inject({ url: "/readyz" })).statusCode).toBe(503);
    const refused = await closed.server.inject({
      method: "POST",
      url: "/evaluate",
      headers: { "content-type": "application/json", ...bearer(given().evaluator) },
      payload: claim(1),
    });
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([503, "1"]);
    expect(refused.json()).toMatchObject({ code: "SYS-007" });
  });

  it("counts decisions, refusals and expiries", async () => {
    await post("/evaluate", given().evaluator, { ...claim(700), execution_id: "m-1" });
    await post("/evaluate", given().evaluator, { ...claim(700), execution_id: "m-1" });
    const text = (await get("/metrics", given().operator)).body;
    expect(text).toMatch(
      /parmana_decisions_total\{policy="claims-approval",version="1.0.0",rule="[a-z-]+",decision="approved"\}/,
    );
    expect(text).toMatch(/parmana_replays_refused_total\{code="INV-013"\} [1-9]/);
    expect(text).toMatch(
      /parmana_http_request_duration_seconds_count\{method="POST",route="\/evaluate",status="200"\}/,
    );
    expect(text).toContain(
      `parmana_trust_root_expiry_timestamp_seconds ${String(given().environment.trustRoot.expiresAt / 1_000)}`,
    );
  });

  it("describes itself", async () => {
    const docs = await started.server.inject({ url: "/docs" });
    expect(docs.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(docs.body).toContain("POST /evaluate");
    expect(docs.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect((await started.server.inject({ url: "/openapi.json" })).json()).toMatchObject({
      openapi: "3.1.0",
    });
  });
});
