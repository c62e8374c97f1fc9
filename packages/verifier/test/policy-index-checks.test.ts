import { openTrustRoot, type SignedDocument } from "@parmanasystems/governance";
import { importPublicKey } from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAttestation, type VerificationReport } from "../src/index.js";
import { known } from "../src/known.js";
import { openFormerIndexes } from "../src/policy-index-checks.js";
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
      "The statement was made under index version 7; the later version 8 was supplied.",
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

  it("says which version it is, and nothing more of one that is in use", () => {
    const report = verifyAttestation(world.attestation, world.options);
    expect(find(report, "policy-index.version").detail).toBe(
      "The statement was made under the policy index supplied, version 7.",
    );
    expect(find(report, "policy-index.listed").detail).toBe(
      "The index lists claims-approval 1.0.0 with this bundle, and it is not revoked.",
    );
  });

  it("refuses an attestation that names a version which is not out yet", () => {
    expect(
      failures(
        verifyAttestation(withProvenance(world.attestation, { policyIndexVersion: 8 }), world.options),
      ),
    ).toEqual({ "policy-index.version": "INV-071" });
  });
});

describe("an earlier index, beside the newest (threat 31)", () => {
  const inForce = (report: VerificationReport) => find(report, "policy-index.in-force");

  async function withFormer(
    former: SignedDocument,
    ...others: SignedDocument[]
  ): Promise<VerificationReport> {
    const newest = await indexOf([["1.0.0", world.material.bundle, "active"]], { version: 9 });
    const formerPolicyIndexes = [former, ...others];
    return verifyAttestation(world.attestation, {
      ...world.options,
      policyIndex: newest,
      formerPolicyIndexes,
    });
  }

  it("shows that the one that the attestation names was in force when it was issued", async () => {
    const other = await indexOf([["1.0.0", world.material.bundle, "active"]], { version: 8 });
    for (const report of [
      await withFormer(world.material.policyIndex),
      await withFormer(other, world.material.policyIndex),
    ]) {
      expect(report).toMatchObject({ verdict: "verified", level: "L4" });
      expect(inForce(report).status).toBe("pass");
    }
    expect(inForce(await withFormer(other)).status).toBe("not_checked");
  });

  it("refuses an attestation under an index that did not allow the policy yet, whatever the newest says", async () => {
    const { bundle } = world.material;
    const successor = await bundleOf(claimsPolicy("1.1.0"));
    const unlisted = await indexOf([["1.1.0", successor, "active"]]);
    expect(failures(await withFormer(unlisted))).toEqual({ "policy-index.in-force": "POL-042" });
    const revoked = await indexOf([["1.0.0", bundle, "revoked"]]);
    expect(failures(await withFormer(revoked))).toEqual({ "policy-index.in-force": "POL-043" });
  });

  it("refuses one that had expired by then", async () => {
    const late = signed(world.attestation, { issuedAt: "2026-06-01T00:00:00.000Z" });
    const newest = await indexOf([["1.0.0", world.material.bundle, "active"]], { version: 9 });
    const report = verifyAttestation(late, {
      ...world.options,
      now: undefined,
      policyIndex: newest,
      formerPolicyIndexes: [world.material.policyIndex],
    });
    expect(failures(report)).toMatchObject({ "policy-index.in-force": "POL-045" });
  });

  it("never takes the place of the newest: what that revokes stays revoked", async () => {
    const newest = await indexOf([["1.0.0", world.material.bundle, "revoked"]], { version: 9 });
    const report = verifyAttestation(world.attestation, {
      ...world.options,
      policyIndex: newest,
      formerPolicyIndexes: [world.material.policyIndex],
    });
    expect(failures(report)).toEqual({ "policy-index.listed": "POL-043" });
  });

  it("is as if it were not there when it is not authentic: it could only have shown more", async () => {
    const { bundle, release, policyIndex } = world.material;
    const forged = await indexOf([["1.0.0", bundle, "active"]], { signer: signers.stranger });
    const edited = { ...policyIndex, document: release.document };
    for (const former of [forged, edited, release]) {
      const report = await withFormer(former);
      expect(report.verdict).toBe("verified");
      expect(inForce(report).status).toBe("not_checked");
    }
  });

  it("is one of each version: whoever signed two shows each reader another", async () => {
    const { bundle, policyIndex } = world.material;
    const other = await indexOf([["1.0.0", bundle, "revoked"]]);
    const equivocal = { "policy-index.version": "POL-048" };
    expect(failures(await withFormer(policyIndex, other))).toEqual(equivocal);
    expect(failures(await withFormer(other, policyIndex))).toMatchObject(equivocal);
    const newestAgain = await indexOf([["1.0.0", bundle, "revoked"]], { version: 9 });
    expect(failures(await withFormer(policyIndex, newestAgain))).toEqual(equivocal);
    // The same one twice, or one that nobody signed, tells nothing else.
    const forged = await indexOf([["1.0.0", bundle, "revoked"]], { signer: signers.stranger });
    const report = await withFormer(policyIndex, policyIndex, forged);
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    expect(inForce(report).status).toBe("pass");
  });

  it("is not looked at under a trust root that is not authentic, which the report says", () => {
    const { policyIndex, trustRoot } = world.material;
    const options = { ...world.options, formerPolicyIndexes: [policyIndex] };
    const report = verifyAttestation(world.attestation, {
      ...options,
      trustRoot: { ...trustRoot, pinnedKey: signers.otherRoot.publicKey },
    });
    expect(Object.keys(failures(report))).toEqual(["trust-root.authentic"]);
  });

  it("is not taken for one that is not authentic when something else broke", () => {
    const { document, signature, pinnedKey } = world.material.trustRoot;
    const root = openTrustRoot({ document, signature, pinnedKey: importPublicKey(pinnedKey) });
    const broken = new RangeError("broken");
    const former: SignedDocument = {
      get document(): never {
        throw broken;
      },
      signature,
    };
    expect(() => openFormerIndexes([former], known(root))).toThrow(broken);
  });
});
