import { canonicalBytes, encodeUtf8 } from "@parmanasystems/canonical";
import { evidenceBytes, signalsHash, type SignalValues } from "@parmanasystems/provenance";
import { executionFingerprint } from "@parmanasystems/execution";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAttestation, type VerificationReport } from "../src/index.js";
import { createWorld, failures, riskyClaim, signed, skipped, type World } from "./fixture.js";

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
