import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { type Sha256, sha256 } from "@parmanasystems/canonical";
import {
  attestationHash,
  type ExecutionAttestation,
  verifyAttestationSignature,
} from "@parmanasystems/execution";
import { payloadTypes, type Signer } from "@parmanasystems/signing";
import { fixedClock, type FixedClock, type TestEnvironment } from "@parmanasystems/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type AuditRecord,
  createExecutionRuntime,
  type ExecutionRequest,
  type ExecutionRuntime,
  type ExecutionRuntimeOptions,
  MemoryReplayStore,
  MemoryReviewTasks,
  type ReplayStore,
} from "../src/index.js";
import { claim, CLAIMS, governed } from "./environment.js";
import { createTestSigner } from "./foreign-signer.js";
import { MemoryAuditSink } from "./memory-audit-sink.js";

let environment: TestEnvironment;
let clock: FixedClock;
let store: MemoryReplayStore;
let sink: MemoryAuditSink;
let runtime: ExecutionRuntime;

beforeAll(async () => {
  environment = await governed();
});
afterAll(() => {
  environment.remove();
});
beforeEach(() => {
  clock = fixedClock();
  store = new MemoryReplayStore({ clock });
  sink = new MemoryAuditSink();
  runtime = create();
});

function create(overrides: Partial<ExecutionRuntimeOptions> = {}): ExecutionRuntime {
  const { paths, signer, verifier } = environment;
  return createExecutionRuntime({
    environment: paths,
    signer,
    verifier,
    replayStore: store,
    auditSink: sink,
    clock,
    ...overrides,
  });
}

function refused(code: string): unknown {
  return expect.objectContaining({ code });
}

describe("execute decides by the signed policy", () => {
  it.each([
    ["approved", claim(1_200), "small-claim", "completed"],
    ["rejected", claim(1_200, 93), "high-risk", "completed"],
    ["pending_override", claim(4_800_000, 35, true), "catch-all", "pending_override"],
  ] as const)("%s", async (decision, signals, rule, state) => {
    const attestation = await runtime.execute({ executionId: "e-1", ...CLAIMS, signals });
    expect(attestation).toMatchObject({
      execution_id: "e-1",
      ...CLAIMS,
      decision,
      rule_id: rule,
      execution_state: state,
      issuedAt: "2026-11-20T12:00:00.000Z",
      keyId: environment.signer.keyId,
    });
    expect(verifyAttestationSignature(attestation, environment.signer.publicKey)).toBe(true);
  });

  it("binds what the decision stood on", async () => {
    const { provenance } = await runtime.execute({ ...CLAIMS, signals: claim(1) });
    expect(provenance).toMatchObject({
      trustRootVersion: 1,
      trustRootHash: environment.trustRoot.hash,
      policyHash: sha256(
        readFileSync(`${environment.paths.policiesRootPath}/claims-approval/1.0.0/policy.json`),
      ),
      releaseManifestHash: sha256(readFileSync(environment.paths.releaseManifestPath)),
    });
  });

  it("binds requester, audience and action, which are no part of the fingerprint", async () => {
    const bound = { requester: "agent-7", audience: "payments", actionHash: sha256("pay") };
    const first = await runtime.execute({ ...CLAIMS, signals: claim(1), ...bound });
    expect(first).toMatchObject(bound);
    await expect(runtime.execute({ ...CLAIMS, signals: claim(1) })).rejects.toEqual(refused("INV-013"));
  });

  it("makes a UUIDv7 from the clock when no execution id is given", async () => {
    const { execution_id } = await runtime.execute({ ...CLAIMS, signals: claim(1) });
    expect(execution_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(execution_id.replaceAll("-", "").slice(0, 12), 16)).toBe(clock.now());
  });

  it("is a pure function of its inputs, signature included", async () => {
    const request = { executionId: "e-1", ...CLAIMS, signals: claim(7) };
    const first = await runtime.execute(request);
    const second = await create({
      replayStore: new MemoryReplayStore({ clock }),
      auditSink: new MemoryAuditSink(),
    }).execute(request);
    expect(second).toEqual(first);
  });

  it("is not moved by a caller that changes the request after the call (threat 9)", async () => {
    const signals = claim(1_200);
    const pending = runtime.execute({ ...CLAIMS, signals });
    signals.claim_amount = 99_000_000;
    signals.risk_score = 100;
    expect(await pending).toMatchObject({ decision: "approved", rule_id: "small-claim" });
    expect(sink.records[0]?.evidence).toMatchObject({ signals: { claim_amount: 1_200 } });
  });
});

describe("execute refuses, and leaves nothing behind", () => {
  const cases: readonly [string, string, Partial<ExecutionRequest>][] = [
    ["VAL-003", "an undeclared signal", { signals: { ...claim(1), extra: 1 } }],
    ["VAL-004", "a missing signal", { signals: { claim_amount: 1, vip_customer: true } }],
    ["VAL-007", "a fraction where an integer is meant", { signals: claim(1.5) }],
    ["VAL-007", "a number as a string", { signals: { ...claim(1), claim_amount: "1" } }],
    ["VAL-007", "a value below the minimum", { signals: claim(-1) }],
    ["VAL-006", "a number as a boolean", { signals: { ...claim(1), vip_customer: 1 } }],
    ["INV-016", "an execution id with a space", { executionId: "a b" }],
    ["INV-016", "an execution id of 129 characters", { executionId: "a".repeat(129) }],
    ["INV-016", "an empty requester", { requester: "" }],
    ["INV-016", "a requester with a line break", { requester: "a\nb" }],
    ["INV-016", "an action hash of another spelling", { actionHash: "SHA256:00" as Sha256 }],
    ["INV-016", "a misspelt executionId", { executionID: "e-1" } as Partial<ExecutionRequest>],
    ["INV-016", "a version that is no text", { policyVersion: 1 as unknown as string }],
    ["VAL-020", "signals that are a list", { signals: [] as unknown as Record<string, unknown> }],
  ];

  it.each(cases)("%s for %s", async (code, _what, overrides) => {
    const attempt = runtime.execute({ executionId: "e-1", ...CLAIMS, signals: claim(1), ...overrides });
    await expect(attempt).rejects.toEqual(refused(code));
    expect(await store.find("e-1")).toBeUndefined();
    expect(sink.records).toEqual([]);
  });

  it.each([
    ["POL-030", "unknown-policy"],
    ["POL-038", "../claims-approval"],
    ["POL-038", "claims\u2011approval"],
    ["POL-038", "CLAIMS-APPROVAL"],
    ["POL-038", ""],
  ])("%s for the policy %j (threat 5, threat 29)", async (code, policyId) => {
    const attempt = runtime.execute({
      executionId: "e-1",
      policyId,
      policyVersion: "1.0.0",
      signals: claim(1),
    });
    await expect(attempt).rejects.toEqual(refused(code));
    expect(await store.find("e-1")).toBeUndefined();
  });

  it("a signer that the trust root does not name", async () => {
    const foreign = createTestSigner();
    const stranger = create({ signer: foreign.signer, verifier: foreign.verifier });
    await expect(stranger.execute({ ...CLAIMS, signals: claim(1) })).rejects.toEqual(refused("TRUST-034"));
    expect(sink.records).toEqual([]);
  });

  it("a signer and a verifier of different keys", () => {
    expect(() => create({ verifier: createTestSigner().verifier })).toThrow(
      expect.objectContaining({ code: "INV-081" }),
    );
  });

  it("everything once trust root or index have expired (threat 23)", async () => {
    await runtime.ready();
    clock.advance(31 * 24 * 3_600_000);
    await expect(runtime.execute({ ...CLAIMS, signals: claim(1) })).rejects.toEqual(refused("TRUST-024"));
    clock.advance(-62 * 24 * 3_600_000);
    await expect(runtime.execute({ ...CLAIMS, signals: claim(1) })).rejects.toEqual(refused("TRUST-025"));
  });
});

describe("execute happens once", () => {
  it("refuses the same facts under another id, and the same id (threat 4)", async () => {
    await runtime.execute({ executionId: "e-1", ...CLAIMS, signals: claim(1) });
    const { risk_score, vip_customer, claim_amount } = claim(1);
    for (const executionId of ["e-1", "e-2"]) {
      const again = runtime.execute({
        executionId,
        ...CLAIMS,
        signals: { vip_customer, claim_amount, risk_score },
      });
      await expect(again).rejects.toEqual(refused("INV-013"));
    }
    expect(sink.events()).toEqual(["attested", "replay_refused", "replay_refused"]);
  });

  it("tells a reused id with other facts from a replay", async () => {
    await runtime.execute({ executionId: "e-1", ...CLAIMS, signals: claim(1) });
    await expect(runtime.execute({ executionId: "e-1", ...CLAIMS, signals: claim(2) })).rejects.toEqual(
      refused("INV-015"),
    );
  });

  it("has one winner among a thousand at once (threat 34)", async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 1_000 }, () => runtime.execute({ ...CLAIMS, signals: claim(1) })),
    );
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(sink.events().filter((event) => event === "attested")).toHaveLength(1);
  });
});

describe("execute fails closed when a part fails", () => {
  function failingSigner(sign: Signer["sign"]): Signer {
    return { keyId: environment.signer.keyId, sign };
  }

  it("burns the id and records why when the signer fails (threat 51)", async () => {
    const broken = create({ signer: failingSigner(() => Promise.reject(new Error("KMS is down"))) });
    await expect(broken.execute({ executionId: "e-1", ...CLAIMS, signals: claim(1) })).rejects.toEqual(
      refused("SYS-008"),
    );
    expect(await store.find("e-1")).toMatchObject({ state: "failed" });
    expect(sink.records).toMatchObject([{ event: "failed", code: "SYS-008", attestation: null }]);
    expect(await runtime.execute({ executionId: "e-2", ...CLAIMS, signals: claim(1) })).toMatchObject({
      decision: "approved",
    });
  });

  it.each([
    ["INV-004", payloadTypes.executionToken],
    ["INV-053", payloadTypes.attestation],
  ])("releases nothing that a remote signer signed wrongly: %s (threat 62)", async (code, flipped) => {
    const flipping = failingSigner(async (type, payload) => {
      const signature = await environment.signer.sign(type, payload);
      if (type === flipped) signature[0] = (signature[0] ?? 0) ^ 1;
      return signature;
    });
    const attempt = create({ signer: flipping }).execute({
      executionId: "e-1",
      ...CLAIMS,
      signals: claim(1),
    });
    await expect(attempt).rejects.toEqual(refused(code));
    expect(sink.events()).toEqual(["failed"]);
  });

  it.each([
    ["stalls past its token", 60_000, "INV-083"],
    ["answers after the clock was set back", -1, "INV-083"],
    ["answers after the trust root expired", 31 * 24 * 3_600_000, "INV-083"],
  ])("releases nothing that a signer that %s signed (threat 23)", async (_what, jumpMs, code) => {
    const slow = failingSigner(async (type, payload) => {
      if (type === payloadTypes.attestation) clock.advance(jumpMs);
      return environment.signer.sign(type, payload);
    });
    const attempt = create({ signer: slow }).execute({ executionId: "e-1", ...CLAIMS, signals: claim(1) });
    await expect(attempt).rejects.toEqual(refused(code));
    expect(sink.records).toMatchObject([{ event: "failed", code }]);
  });

  it("keeps the facts reserved, and records nothing as failed, when the log refuses even that", async () => {
    sink.append = () => Promise.reject(new Error("disk full"));
    const broken = create({ signer: failingSigner(() => Promise.reject(new Error("KMS is down"))) });
    await expect(broken.execute({ executionId: "e-1", ...CLAIMS, signals: claim(1) })).rejects.toEqual(
      refused("SYS-008"),
    );
    expect(await store.find("e-1")).toMatchObject({ state: "reserved" });
  });

  it("attests nothing as pending that nobody could review", async () => {
    const reviewTasks = new MemoryReviewTasks();
    reviewTasks.add = () => Promise.reject(new Error("no room"));
    const attempt = create({ reviewTasks }).execute({
      executionId: "e-1",
      ...CLAIMS,
      signals: claim(4_800_000),
    });
    await expect(attempt).rejects.toEqual(refused("SYS-001"));
    expect(sink.events()).toEqual([]);
  });

  it("takes nothing from a polluted Object.prototype (threat 3, threat 58)", async () => {
    const polluted = Object.prototype as Record<string, unknown>;
    Object.assign(polluted, { requester: "ceo@bank", executionId: "evil", audience: "evil", leaseMs: 1 });
    try {
      const attestation = await create().execute({ ...CLAIMS, signals: claim(1) });
      expect(Object.hasOwn(attestation, "requester")).toBe(false);
      expect(Object.hasOwn(attestation, "audience")).toBe(false);
      expect(attestation.execution_id).not.toBe("evil");
    } finally {
      for (const name of ["requester", "executionId", "audience", "leaseMs"])
        Reflect.deleteProperty(polluted, name);
    }
  });

  it("answers nothing when the log cannot be written, and does not free the facts (threat 50)", async () => {
    const append = sink.append.bind(sink);
    sink.append = (record: AuditRecord) =>
      record.event === "attested" ? Promise.reject(new Error("disk full")) : append(record);
    const attempt = runtime.execute({ executionId: "e-1", ...CLAIMS, signals: claim(1) });
    await expect(attempt).rejects.toEqual(refused("SYS-003"));
    expect(await store.find("e-1")).toMatchObject({ state: "reserved" });
    await expect(runtime.execute({ executionId: "e-2", ...CLAIMS, signals: claim(1) })).rejects.toEqual(
      refused("INV-014"),
    );
  });

  it.each([
    ["throws", () => Promise.reject(new Error("connection lost"))],
    ["answers garbage", () => Promise.resolve({ outcome: "sure" })],
    ["answers nothing", () => Promise.resolve(undefined)],
  ])("refuses when the store %s (threat 36)", async (_what, reserve) => {
    const broken = Object.assign(Object.create(store) as ReplayStore, { reserve });
    const attempt = create({ replayStore: broken }).execute({ ...CLAIMS, signals: claim(1) });
    await expect(attempt).rejects.toEqual(refused("SYS-001"));
    expect(sink.events()).toEqual([]);
  });

  it.each([
    ["another execution id", { executionId: "victim" }],
    ["other facts", { fingerprint: sha256("other facts") }],
    ["another kind of identity", { identity: "execution" as const }],
  ])("signs nothing for a reservation of %s (threat 36)", async (_what, foreign) => {
    const reserve: ReplayStore["reserve"] = async (request) => ({
      outcome: "reserved",
      reservation: { ...request, ...foreign, fencing: 1, leaseExpiresAt: clock.now() + 1 },
      takenOver: false,
    });
    const broken = Object.assign(Object.create(store) as ReplayStore, { reserve });
    const attempt = create({ replayStore: broken }).execute({
      executionId: "e-1",
      ...CLAIMS,
      signals: claim(1),
    });
    await expect(attempt).rejects.toEqual(refused("SYS-001"));
    expect(sink.events()).toEqual([]);
  });

  it("records nothing as failed for a holder that lost its reservation", async () => {
    const gate = new EventEmitter();
    const slow = failingSigner(async () => {
      await once(gate, "open");
      throw new Error("too late");
    });
    const request = { executionId: "e-1", ...CLAIMS, signals: claim(1) };
    const first = create({ signer: slow }).execute(request);
    await expect.poll(() => store.find("e-1")).toMatchObject({ state: "reserved" });
    clock.advance(30_000);
    await runtime.execute(request);
    gate.emit("open");
    await expect(first).rejects.toEqual(refused("SYS-008"));
    expect(sink.events()).toEqual(["attested"]);
  });

  it("records one resolution of an override, however many ask at once (threat 40)", async () => {
    await runtime.execute({ executionId: "e-1", ...CLAIMS, signals: claim(4_800_000) });
    const attempts = await Promise.allSettled([1, 2, 3].map(() => runtime.resolveOverride("e-1")));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(sink.events()).toEqual(["attested", "override_resolved"]);
  });

  it("refuses without a replay store, at once", () => {
    const { paths, signer, verifier } = environment;
    const options = { environment: paths, signer, verifier } as unknown as ExecutionRuntimeOptions;
    expect(() => createExecutionRuntime(options)).toThrow(
      expect.objectContaining({ code: "INV-REPLAY-001" }),
    );
  });

  it.each([
    { signer: undefined },
    { verifier: {} },
    { environment: undefined },
    { leaseMs: -5 },
    { leaseMs: 86_400_001 },
  ])("refuses options it cannot work with: %j", (options) => {
    const unusable = options as unknown as Partial<ExecutionRuntimeOptions>;
    expect(() => create(unusable)).toThrow(expect.objectContaining({ code: "INV-017" }));
  });
});

describe("execute recovers what a dead process left", () => {
  const LEASE_MS = 30_000;

  async function orphan(): Promise<ExecutionAttestation> {
    // The process died between append and confirm: the log has the attestation, the store a reservation.
    const confirm = store.confirm.bind(store);
    store.confirm = () => Promise.reject(new Error("killed"));
    await expect(runtime.execute({ executionId: "e-1", ...CLAIMS, signals: claim(1) })).rejects.toEqual(
      refused("SYS-001"),
    );
    store.confirm = confirm;
    clock.advance(LEASE_MS);
    const [record] = sink.records;
    if (record?.event !== "attested") throw new Error("nothing was attested");
    return record.attestation;
  }

  it.each(["e-1", "e-2"])(
    "completes the confirmation and refuses %s as a replay (threat 37)",
    async (executionId) => {
      const attestation = await orphan();
      await expect(runtime.execute({ executionId, ...CLAIMS, signals: claim(1) })).rejects.toMatchObject({
        code: "INV-013",
        details: { executionId: "e-1", attestationHash: attestationHash(attestation) },
      });
      expect(await store.find(executionId)).toMatchObject({
        state: "confirmed",
        attestationHash: attestationHash(attestation),
      });
      expect(sink.events().filter((event) => event === "attested")).toHaveLength(1);
    },
  );

  it("lets the next one execute what was reserved and never attested, and says so in the log", async () => {
    const first = await runtime.execute({ executionId: "e-0", ...CLAIMS, signals: claim(5) });
    const orphaned = new MemoryReplayStore({ clock });
    await orphaned.reserve({
      executionId: "dead",
      fingerprint: first.execution_fingerprint,
      identity: "fingerprint",
      leaseMs: LEASE_MS,
    });
    clock.advance(LEASE_MS);
    const log = new MemoryAuditSink();
    await create({ replayStore: orphaned, auditSink: log }).execute({
      executionId: "e-1",
      ...CLAIMS,
      signals: claim(5),
    });
    expect(log.records).toMatchObject([{ event: "abandoned", executionId: "dead" }, { event: "attested" }]);
  });
});

describe("a pending execution waits for a person", () => {
  it("opens a review task, and resolves once (threat 40)", async () => {
    const reviewTasks = new MemoryReviewTasks();
    const reviewed = create({ reviewTasks });
    const attestation = await reviewed.execute({
      executionId: "e-1",
      ...CLAIMS,
      signals: claim(4_800_000),
    });
    expect(await reviewTasks.list()).toEqual([
      {
        executionId: "e-1",
        ...CLAIMS,
        reason: "needs a claims manager",
        createdAt: "2026-11-20T12:00:00.000Z",
        terms: {
          attestation,
          approverRoles: ["claims-manager"],
          quorum: 1,
          signed: false,
          expiresAt: "2026-11-21T12:00:00.000Z",
        },
      },
    ]);
    await reviewed.resolveOverride("e-1");
    expect(await store.find("e-1")).toMatchObject({ state: "resolved_rejected" });
    expect(await reviewTasks.list()).toEqual([]);
    expect(sink.events()).toEqual(["attested", "override_resolved"]);
    const approved = "approved" as unknown as "rejected";
    await expect(reviewed.resolveOverride("e-1", approved)).rejects.toEqual(refused("INV-017"));
    await expect(reviewed.resolveOverride("e-1")).rejects.toEqual(refused("INV-019"));
    await expect(reviewed.resolveOverride("nobody")).rejects.toEqual(refused("INV-019"));
  });
});

describe("a dry run has no effect (threat 56)", () => {
  it("decides without reserving, signing or recording", async () => {
    const result = await runtime.evaluateDryRun({ ...CLAIMS, signals: claim(1) });
    expect(result).toMatchObject({
      decision: "approved",
      rule_id: "small-claim",
      signalsValidated: true,
      authoritative: false,
    });
    expect(result).not.toHaveProperty("signature");
    expect(sink.records).toEqual([]);
    expect(await runtime.execute({ ...CLAIMS, signals: claim(1) })).toMatchObject({ decision: "approved" });
  });

  it("refuses what an execution would refuse", async () => {
    await expect(runtime.evaluateDryRun({ ...CLAIMS, signals: {} })).rejects.toEqual(refused("VAL-004"));
  });
});

describe("close", () => {
  it("lets what is under way finish, and refuses what comes later", async () => {
    const underWay = runtime.execute({ ...CLAIMS, signals: claim(1) });
    await runtime.close();
    expect(await underWay).toMatchObject({ decision: "approved" });
    await expect(runtime.execute({ ...CLAIMS, signals: claim(2) })).rejects.toEqual(refused("SYS-007"));
  });
});
