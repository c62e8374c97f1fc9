import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatTimestamp, sha256 } from "@parmanasystems/canonical";
import { createTrustRootDocument } from "@parmanasystems/governance";
import { attestSignal, type ObservedSignal, signalProvenanceHash } from "@parmanasystems/provenance";
import { LocalSigner, payloadTypes, signDetached, type Signer } from "@parmanasystems/signing";
import { fixedClock, type FixedClock, type TestEnvironment } from "@parmanasystems/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createExecutionRuntime,
  evaluateDryRun,
  executeFromSignals,
  type ExecutionRequest,
  type ExecutionRuntime,
  type ExecutionRuntimeOptions,
  MemoryReplayStore,
} from "../src/index.js";
import { governed, NOW, writePolicy } from "./environment.js";
import { MemoryAuditSink } from "./memory-audit-sink.js";

const SIGNED = { policyId: "signed-claims", policyVersion: "1.0.0" } as const;
const SUBJECT = { policyId: "subject-claims", policyVersion: "1.0.0" } as const;
const amount = { type: "integer", minimum: 0, maximum: 1_000_000 };
const rules = [
  {
    id: "all",
    condition: { all: [] },
    outcome: { decision: "approved", action: "pay", reason: "known amount" },
  },
];

function policy(name: typeof SIGNED | typeof SUBJECT, provenance: object) {
  const claim_id = { type: "string", minLength: 1, maxLength: 64 };
  return {
    ...name,
    schemaVersion: "1.0.0",
    signalsSchema: { claim_id, amount: { ...amount, provenance } },
    replay: { identity: "execution" },
    rules,
  };
}

let directory: string;
let environment: TestEnvironment;
let clock: FixedClock;
let store: MemoryReplayStore;
let sink: MemoryAuditSink;
let runtime: ExecutionRuntime;

async function createEnvironment(now = NOW): Promise<TestEnvironment> {
  const demand = { sources: ["claims-db"], maxAgeSeconds: 300, signed: true };
  return governed({
    policies: [
      writePolicy(directory, policy(SIGNED, demand)),
      writePolicy(directory, policy(SUBJECT, { ...demand, subject: "claim_id" })),
    ],
    sources: ["claims-db", "crm"],
    now,
  });
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "parmana-policies-"));
  environment = await createEnvironment();
});
afterAll(() => {
  environment.remove();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => {
  clock = fixedClock(formatTimestamp(NOW));
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

function sourceOf(name: string): LocalSigner {
  const signer = environment.sources.get(name);
  if (signer === undefined) throw new Error(`there is no source ${name}`);
  return signer;
}

/** The amount as the source signs it now: for the execution e-1, unless told otherwise. */
function attest(changes: { readonly [Name in keyof ObservedSignal]?: unknown } = {}, source = "claims-db") {
  const named = changes.subject === undefined ? { executionId: "e-1" } : {};
  const observed = {
    signal: "amount",
    value: 12,
    source,
    observedAt: formatTimestamp(clock.now()),
    ...named,
    ...changes,
  };
  return attestSignal(observed as ObservedSignal, sourceOf(source));
}

type Signed = Awaited<ReturnType<typeof attest>>;

function request(signal: Signed | number, changes: Partial<ExecutionRequest> = {}): ExecutionRequest {
  return { executionId: "e-1", ...SIGNED, signals: { claim_id: "17", amount: signal }, ...changes };
}

async function refuses(code: string, asked: ExecutionRequest, by = runtime): Promise<void> {
  await expect(by.execute(asked)).rejects.toMatchObject({ name: "GovernanceError", code });
}

describe("execute demands what the policy demands of the origin of signals (threat 61)", () => {
  it("decides on what the source signed, and attests where it came from", async () => {
    const signal = await attest();
    const attestation = await runtime.execute(request(signal));
    expect(attestation).toMatchObject({ execution_id: "e-1", decision: "approved" });
    const { signalProvenanceHash: hash } = attestation.provenance;
    expect(hash).toBe(signalProvenanceHash({ amount: signal.provenance }));
    expect(hash).not.toBe(sha256("{}"));
    expect(sink.records).toMatchObject([
      { event: "attested", evidence: { signalProvenance: { amount: signal.provenance } } },
    ]);
  });

  it("refuses every lesser fact before anything is reserved or recorded", async () => {
    const { value, provenance } = await attest();
    const { attestation, ...unsigned } = provenance;
    const foreign = await attest({ source: "claims-db" }, "crm");
    const cases: readonly (readonly [string, Signed | number])[] = [
      ["VAL-030", 12],
      ["VAL-034", { value, provenance: unsigned }],
      ["VAL-031", await attest({}, "crm")],
      ["VAL-035", foreign],
      ["VAL-032", await attest({ observedAt: formatTimestamp(clock.now() - 300_001) })],
      ["VAL-033", await attest({ observedAt: formatTimestamp(clock.now() + 1) })],
      ["VAL-035", await attest({ executionId: "e-2" })],
      ["VAL-035", await attest({ signal: "claim_id" })],
      ["VAL-035", { value: 13, provenance }],
      ["VAL-036", await attest({ subject: "17" })],
      ["VAL-028", { value, provenance: { ...unsigned, attestation: { ...attestation, sig: "" } } as never }],
    ];
    for (const [code, signal] of cases) {
      await expect(runtime.execute(request(signal))).rejects.toMatchObject({ code });
    }
    expect(await store.find("e-1")).toBeUndefined();
    expect(sink.records).toEqual([]);
    await runtime.execute(request({ value, provenance }));
  });

  it("judges the age by its own clock at the decision", async () => {
    const first = await attest();
    const second = await attest({ executionId: "e-2" });
    clock.advance(300_000);
    await runtime.execute(request(first));
    clock.advance(1);
    await refuses("VAL-032", request(second, { executionId: "e-2" }));
  });

  it("says what to do when nobody chose the execution id", async () => {
    const { executionId, ...withoutId } = request(await attest());
    expect(executionId).toBe("e-1");
    const attempt = runtime.execute(withoutId);
    await expect(attempt).rejects.toMatchObject({
      code: "VAL-037",
      message: expect.stringContaining("executionId"),
    });
  });

  it("takes what was signed for a subject in any execution, and only of this subject", async () => {
    const signal = await attest({ subject: "17" });
    const about = (claim_id: string) => ({ ...SUBJECT, signals: { claim_id, amount: signal } });
    await runtime.execute({ executionId: "e-1", ...about("17") });
    await runtime.execute({ executionId: "e-2", ...about("17") });
    await runtime.execute(about("17"));
    await expect(runtime.execute(about("18"))).rejects.toMatchObject({ code: "VAL-036" });
  });
});

describe("every way to decide demands the same", () => {
  it("a batch, whose first refused item stops it", async () => {
    const batch = runtime.executeBatch([request(await attest()), request(12, { executionId: "e-2" })]);
    await expect(batch).rejects.toMatchObject({
      code: "INV-080",
      failedIndex: 1,
      cause: expect.objectContaining({ code: "VAL-030" }),
    });
  });

  it("a dry run, which may name the execution that the source signed for (threat 56)", async () => {
    const signal = await attest();
    expect(await runtime.evaluateDryRun(request(signal))).toMatchObject({ decision: "approved" });
    await expect(runtime.evaluateDryRun(request(12))).rejects.toMatchObject({ code: "VAL-030" });
    clock.advance(300_001);
    await expect(runtime.evaluateDryRun(request(signal))).rejects.toMatchObject({ code: "VAL-032" });
    expect(await store.find("e-1")).toBeUndefined();
  });

  it("the published functions, under the system's clock", async () => {
    await within(await createEnvironment(Date.now() - 60_000), async ({ paths, signer, verifier }) => {
      const run = (asked: ExecutionRequest) => executeFromSignals(asked, signer, verifier, paths, store);
      const signal = await attest({ observedAt: formatTimestamp(Date.now() - 1_000) });
      const stale = await attest({ observedAt: formatTimestamp(Date.now() - 301_000) });
      await expect(run(request(12))).rejects.toMatchObject({ code: "VAL-030" });
      await expect(run(request(stale))).rejects.toMatchObject({ code: "VAL-032" });
      await expect(evaluateDryRun(request(stale), paths)).rejects.toMatchObject({ code: "VAL-032" });
      expect(await evaluateDryRun(request(signal), paths)).toMatchObject({ decision: "approved" });
      expect(await run(request(signal))).toMatchObject({ decision: "approved" });
    });
  });
});

describe("a source's key that is revoked while the signer works", () => {
  it("counts: what was decided on its word is not released (threat 25)", async () => {
    await within(await createEnvironment(), async (own) => {
      const signal = await attest();
      const reloading: Signer = {
        keyId: own.signer.keyId,
        sign: async (type, payload) => {
          if (type === payloadTypes.attestation) {
            await revoke(own, sourceOf("claims-db").keyId);
            await slow.reload();
          }
          return own.signer.sign(type, payload);
        },
      };
      const slow = create({ signer: reloading });
      await refuses("VAL-035", request(signal), slow);
      expect(sink.records).toMatchObject([{ event: "failed", code: "VAL-035" }]);
    });
  });
});

/** Runs a step in an environment of its own. */
async function within(own: TestEnvironment, step: (own: TestEnvironment) => Promise<void>): Promise<void> {
  const shared = environment;
  environment = own;
  try {
    await step(own);
  } finally {
    environment = shared;
    own.remove();
  }
}

/** Puts version 2 of the trust root in the place of version 1, with one key revoked. */
async function revoke({ trustRoot, paths, keys }: TestEnvironment, keyId: string): Promise<void> {
  const { trustRootPath } = paths;
  const signaturePath = trustRootPath.replace(/json$/, "sig");
  const before = readFileSync(trustRootPath);
  copyFileSync(trustRootPath, trustRootPath.replace(/json$/, "1.json"));
  copyFileSync(signaturePath, trustRootPath.replace(/json$/, "1.sig"));
  const document = createTrustRootDocument({
    ...trustRoot,
    version: 2,
    previous: sha256(before),
    keys: [...trustRoot.keys.values()].map((key) =>
      key.keyId === keyId ? { ...key, status: "revoked", revokedAt: NOW } : key,
    ),
  });
  writeFileSync(trustRootPath, document);
  const signers = [new LocalSigner(keys.root)];
  writeFileSync(signaturePath, await signDetached(payloadTypes.trustRoot, document, signers));
}
