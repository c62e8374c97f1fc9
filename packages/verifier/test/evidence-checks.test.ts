import { canonicalBytes, encodeUtf8, parseStrict } from "@parmanasystems/canonical";
import {
  attestSignal,
  evidenceBytes,
  type ObservedSignal,
  type SignalProvenance,
  signalsHash,
  type SignalValues,
} from "@parmanasystems/provenance";
import { executionFingerprint } from "@parmanasystems/execution";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAttestation, type PinnedTrustRoot, type VerificationReport } from "../src/index.js";
import {
  claimsPolicy,
  createWorld,
  failures,
  find,
  riskyClaim,
  signed,
  signers,
  skipped,
  times,
  trustRootOf,
  type World,
} from "./fixture.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

function withEvidence(evidence: Uint8Array): VerificationReport {
  return verifyAttestation(world.attestation, { ...world.options, evidence });
}

describe("evidence that is not the attested one is refused", () => {
  it("when it is not an evidence file", () => {
    const files = [
      new Uint8Array(),
      encodeUtf8("{}"),
      encodeUtf8("[]"),
      canonicalBytes({ ...world.evidence, type: "parmana/evidence/v2" }),
      canonicalBytes({ ...world.evidence, extra: 1 }),
      canonicalBytes({ ...world.evidence, signals: { risk_score: null } }),
    ];
    for (const file of files) {
      const report = withEvidence(file);
      expect(report).toMatchObject({ verdict: "refused", level: "L2" });
      expect(Object.keys(failures(report))).toEqual(["evidence.form"]);
      expect(skipped(report)).toEqual(
        expect.arrayContaining(["evidence.signals-hash", "decision.fingerprint", "decision.outcome"]),
      );
    }
  });

  it("when it belongs to another execution", async () => {
    const other = await createWorld({ executionId: "claim-0002" });
    expect(failures(withEvidence(evidenceBytes(other.evidence)))).toEqual({
      "evidence.execution-id": "INV-073",
    });
  });

  it("when a signal was changed, added or left out", () => {
    const { vip_customer, ...rest } = world.evidence.signals;
    for (const signals of [
      { ...rest, vip_customer: vip_customer !== true },
      { ...rest, vip_customer: false, note: "x" },
      rest,
    ]) {
      expect(failures(withEvidence(evidenceBytes({ ...world.evidence, signals })))).toMatchObject({
        "evidence.signals-hash": "INV-074",
        "decision.fingerprint": "INV-074",
      });
    }
  });

  it("when the origin of a signal was changed or stripped (threat 61)", () => {
    for (const signalProvenance of [
      {},
      { claim_amount: { source: "mallory" } },
      { risk_score: { source: "claims-db" } },
    ]) {
      expect(failures(withEvidence(evidenceBytes({ ...world.evidence, signalProvenance })))).toEqual({
        "evidence.signal-provenance-hash": "INV-074",
      });
    }
  });
});

describe("signals that the policy does not accept are refused, although they are the attested ones (threat 20)", () => {
  const attested = (signals: SignalValues): VerificationReport => {
    const { policyId, policyVersion, provenance } = world.attestation;
    const attestation = signed(world.attestation, {
      execution_fingerprint: executionFingerprint({ policyId, policyVersion, signals }),
      provenance: { ...provenance, signalsHash: signalsHash(signals) },
    });
    return verifyAttestation(attestation, {
      ...world.options,
      evidence: evidenceBytes({ ...world.evidence, signals }),
    });
  };

  it.each([
    ["VAL-003", { ...riskyClaim, undeclared: true }],
    ["VAL-004", { claim_amount: 1, risk_score: 1 }],
    ["VAL-006", { claim_amount: 1, risk_score: 1, vip_customer: "false" }],
    ["VAL-007", { claim_amount: 1.5, risk_score: 1, vip_customer: false }],
    ["VAL-007", { claim_amount: 1, risk_score: 101, vip_customer: false }],
  ])("with %s", (code, signals) => {
    const report = attested(signals);
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
    expect(failures(report)).toEqual({ "evidence.signals-valid": code });
    expect(skipped(report)).toContain("decision.repeated");
  });
});

describe("facts whose origin the policy does not accept are refused, although a runtime key signed for them", () => {
  const issued = Date.parse(times.attestationIssued);
  const at = (ms: number): string => new Date(issued + ms).toISOString();
  let sourced: PinnedTrustRoot;
  beforeAll(async () => {
    sourced = await trustRootOf({ sourceKey: { status: "active" } });
  });

  /** The policy of the example, which demands claims-db's signature over the amount, at most five minutes old. */
  const demanding = (changes: object = {}): Uint8Array => {
    const document = parseStrict(claimsPolicy()) as { readonly signalsSchema: Record<string, object> };
    const provenance = { sources: ["claims-db"], maxAgeSeconds: 300, signed: true, ...changes };
    const { claim_amount, ...others } = document.signalsSchema;
    return canonicalBytes({
      ...document,
      signalsSchema: { ...others, claim_amount: { ...claim_amount, provenance } },
    });
  };

  const attest = async (
    changes: { readonly [Name in keyof ObservedSignal]?: unknown } = {},
    signer = signers.source,
  ): Promise<SignalProvenance> => {
    const observed = {
      signal: "claim_amount",
      value: 45_000,
      source: "claims-db",
      observedAt: at(-60_000),
      ...(changes.subject === undefined ? { executionId: "claim-0001" } : {}),
      ...changes,
    };
    return (await attestSignal(observed as ObservedSignal, signer)).provenance;
  };

  /** What a runtime attests that does not look at the origin, under a policy that demands one. */
  const attested = async (
    claim_amount: SignalProvenance | undefined,
    policy = demanding(),
    trustRoot = sourced,
  ): Promise<World> =>
    createWorld({
      trustRoot,
      policy,
      signalProvenance: claim_amount === undefined ? {} : { claim_amount },
    });

  const judge = (made: World, changes: Partial<World["options"]> = {}): VerificationReport =>
    verifyAttestation(made.attestation, { ...made.options, ...changes });

  const met = "evidence.provenance-met";

  it("and proved where it is what the policy demands, at the time of the decision and not of the verification", async () => {
    const made = await attested(await attest());
    for (const now of [issued, times.now, issued + 90 * 86_400_000]) {
      const report = judge(made, { now });
      expect(report).toMatchObject({ verdict: "verified", level: "L4" });
      expect(find(report, met)).toMatchObject({
        status: "pass",
        detail:
          "The origin of the signals was what the policy demands at 2026-03-01T12:00:00.000Z; signed by their sources: 1 of 3.",
      });
    }
    const oldest = await attested(await attest({ observedAt: at(-300_000) }));
    expect(judge(oldest)).toMatchObject({ verdict: "verified", level: "L4" });
  });

  it.each([
    ["VAL-030", "stripped to a plain value", () => undefined],
    ["VAL-031", "of another source", () => ({ source: "crm", observedAt: at(-1) })],
    ["VAL-032", "without a time", () => ({ source: "claims-db" })],
    ["VAL-032", "that was stale", () => attest({ observedAt: at(-300_001) })],
    ["VAL-033", "from the future", () => attest({ observedAt: at(1) })],
    ["VAL-034", "that nobody signed", () => ({ source: "claims-db", observedAt: at(-1) })],
    ["VAL-035", "signed by somebody else", () => attest({}, signers.stranger)],
    ["VAL-035", "signed by the runtime itself", () => attest({}, signers.runtime)],
    ["VAL-035", "signed for another execution", () => attest({ executionId: "claim-0002" })],
    ["VAL-035", "signed for another signal", () => attest({ signal: "risk_score" })],
    ["VAL-035", "signed with another value", () => attest({ value: 45_001 })],
    ["VAL-036", "signed for a subject", () => attest({ subject: "claim-0001" })],
  ])("with %s: %s (threat 61)", async (code, _what, provenance) => {
    const report = judge(await attested(await provenance()));
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
    expect(failures(report)).toEqual({ [met]: code });
  });

  it("and a source that is only named does not count as one that signed", async () => {
    const { attestation, options } = await createWorld();
    expect(find(verifyAttestation(attestation, options), "evidence.provenance-met").detail).toMatch(
      /signed by their sources: 0 of 3\.$/,
    );
  });

  it("by the signature too, where the policy demands none", async () => {
    const made = async (record: SignalProvenance): Promise<World> =>
      createWorld({ trustRoot: sourced, signalProvenance: { claim_amount: record } });
    expect(judge(await made(await attest()))).toMatchObject({ verdict: "verified", level: "L4" });
    expect(failures(judge(await made(await attest({}, signers.stranger))))).toEqual({ [met]: "VAL-035" });
  });

  it("and cannot be mended afterwards: evidence with other provenance is not what was attested (threat 61)", async () => {
    const plain = await attested(undefined);
    const signalProvenance = { claim_amount: await attest() };
    const mended = judge(plain, { evidence: evidenceBytes({ ...plain.evidence, signalProvenance }) });
    expect(failures(mended)).toEqual({ "evidence.signal-provenance-hash": "INV-074" });
    const honest = await attested(await attest());
    const stripped = judge(honest, { evidence: evidenceBytes({ ...honest.evidence, signalProvenance: {} }) });
    expect(failures(stripped)).toEqual({ "evidence.signal-provenance-hash": "INV-074", [met]: "VAL-030" });
  });

  it("by the keys of the newest trust root supplied, as the runtime key is", async () => {
    const made = await attested(await attest());
    const under = async (
      sourceKey: Parameters<typeof trustRootOf>[0] & object,
    ): Promise<VerificationReport> =>
      judge(made, { trustRoot: await trustRootOf({ after: sourced, ...sourceKey }) });
    expect(await under({ sourceKey: { status: "retired" } })).toMatchObject({
      verdict: "verified",
      level: "L4",
    });
    for (const change of [
      {},
      { sourceKey: { status: "revoked", revokedAt: issued - 60_000 } },
      { sourceKey: { status: "revoked", revokedAt: issued + 1 } },
      { sourceKey: { status: "active", validUntil: issued - 60_000 } },
    ] as const) {
      expect(failures(await under(change))).toEqual({ [met]: "VAL-035" });
    }
  });

  it("or left open, where policy or evidence is missing", async () => {
    const made = await attested(undefined);
    for (const missing of ["bundle", "evidence"] as const) {
      const report = judge(made, { [missing]: undefined, requiredLevel: "L1" });
      expect(report).toMatchObject({ verdict: "verified" });
      expect(skipped(report)).toContain(met);
    }
  });
});
