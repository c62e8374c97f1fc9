import type { SignedDocument } from "@parmanasystems/governance";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAttestation, type VerificationReport } from "../src/index.js";
import {
  bundleOf,
  claimsPolicy,
  createWorld,
  failures,
  find,
  indexOf,
  signed,
  signers,
  times,
  withProvenance,
  type World,
} from "./fixture.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

function withIndex(policyIndex: SignedDocument): VerificationReport {
  return verifyAttestation(world.attestation, { ...world.options, policyIndex });
}

describe("the policy index", () => {
  it("must be signed by the policy role (threat 14)", async () => {
    const { bundle, release } = world.material;
    expect(
      failures(withIndex(await indexOf([["1.0.0", bundle, "active"]], { signer: signers.release }))),
    ).toEqual({ "policy-index.authentic": "TRUST-032" });
    expect(failures(withIndex(release))).toEqual({ "policy-index.authentic": "POL-040" });
  });

  it("must be in force at the time of verification: last week's index may hide a revocation (threats 23 and 31)", () => {
    const report = verifyAttestation(world.attestation, { ...world.options, now: times.indexExpires });
    expect(report).toMatchObject({ verdict: "refused", level: "L1" });
    expect(failures(report)).toEqual({ "policy-index.unexpired": "POL-045" });
  });

  it("must have been in force when the attestation was issued under it", () => {
    const late = signed(world.attestation, { issuedAt: "2026-06-01T00:00:00.000Z" });
    expect(failures(verifyAttestation(late, { ...world.options, now: undefined }))).toEqual({
      "policy-index.in-force": "POL-045",
    });
  });

  it("may be newer than the attestation, and not older (threat 31)", async () => {
    const { bundle } = world.material;
    const newer = withIndex(await indexOf([["1.0.0", bundle, "active"]], { version: 8 }));
    expect(newer).toMatchObject({ verdict: "verified", level: "L4" });
    expect(find(newer, "policy-index.version").detail).toBe(
      "The attestation was made under index version 7; the later version 8 was supplied.",
    );
    expect(find(newer, "policy-index.in-force").status).toBe("not_checked");
    const older = withIndex(await indexOf([["1.0.0", bundle, "active"]], { version: 6 }));
    expect(older).toMatchObject({ verdict: "refused", level: "L1" });
    expect(failures(older)).toEqual({ "policy-index.version": "INV-071" });
  });

  it("refuses a policy version that it revokes or does not list (threat 31)", async () => {
    const { bundle } = world.material;
    const successor = await bundleOf(claimsPolicy("1.1.0"));
    expect(failures(withIndex(await indexOf([["1.0.0", bundle, "revoked"]], { version: 8 })))).toEqual({
      "policy-index.listed": "POL-043",
    });
    expect(failures(withIndex(await indexOf([["1.1.0", successor, "active"]], { version: 8 })))).toEqual({
      "policy-index.listed": "POL-042",
    });
    expect(failures(withIndex(await indexOf([["1.0.0", successor, "active"]], { version: 8 })))).toEqual({
      "policy-index.listed": "POL-044",
    });
  });

  it("says so when it calls the version deprecated", async () => {
    const report = withIndex(await indexOf([["1.0.0", world.material.bundle, "deprecated"]], { version: 8 }));
    expect(report.verdict).toBe("verified");
    expect(find(report, "policy-index.listed").detail).toMatch(/deprecated/);
  });

  it("refuses an attestation that names a version which is not out yet", () => {
    expect(
      failures(
        verifyAttestation(withProvenance(world.attestation, { policyIndexVersion: 8 }), world.options),
      ),
    ).toEqual({ "policy-index.version": "INV-071" });
  });
});
