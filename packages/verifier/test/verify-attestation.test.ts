import { toEnvelope } from "@parmanasystems/execution";
import { encodeUtf8 } from "@parmanasystems/canonical";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkCatalogue,
  createAttestationVerifier,
  verifyAttestation,
  type AttestationInput,
} from "../src/index.js";
import {
  createWorld,
  failures,
  find,
  jsonBytes,
  largeClaim,
  riskyClaim,
  signed,
  skipped,
  type World,
} from "./fixture.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

describe("an honest attestation is verified", () => {
  it("up to the re-decision when everything is supplied", () => {
    const report = verifyAttestation(world.attestation, world.options);
    expect(failures(report)).toEqual({});
    expect(skipped(report)).toEqual([
      "log.form",
      "log.inclusion",
      "log.checkpoint",
      "log.consistency",
      "log.witnesses",
    ]);
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
  });

  it.each([
    ["rejected", riskyClaim],
    ["pending_override", largeClaim],
  ])("when the policy decides %s", async (decision, signals) => {
    const other = await createWorld({ signals });
    expect(other.attestation.decision).toBe(decision);
    expect(verifyAttestation(other.attestation, other.options)).toMatchObject({
      verdict: "verified",
      level: "L4",
    });
  });

  it("in every spelling: parsed or bytes, flat or envelope", () => {
    const envelope = toEnvelope(world.attestation);
    const inputs = [
      world.attestation,
      envelope,
      jsonBytes(world.attestation),
      jsonBytes(envelope),
      encodeUtf8(JSON.stringify(envelope, null, 2)),
    ];
    for (const input of inputs) {
      expect(verifyAttestation(input, world.options)).toMatchObject({ verdict: "verified", level: "L4" });
    }
  });

  it("at L1 with nothing but the trust root", () => {
    const { trustRoot } = world.material;
    const report = verifyAttestation(world.attestation, { trustRoot });
    expect(report).toMatchObject({ verdict: "verified", level: "L1" });
    expect(
      report.checks.filter(({ level, status }) => level !== "L1" && status === "pass").map(({ id }) => id),
    ).toEqual(["decision.semantics", "decision.state"]);
  });

  it("at L2 with bundle, index and release", () => {
    expect(verifyAttestation(world.attestation, world.material)).toMatchObject({
      verdict: "verified",
      level: "L2",
    });
  });

  it("with the same report on every call, and one that cannot be changed", () => {
    const report = verifyAttestation(world.attestation, world.options);
    expect(verifyAttestation(world.attestation, world.options)).toEqual(report);
    expect(
      Object.isFrozen(report) &&
        Object.isFrozen(report.checks) &&
        report.checks.every((check) => Object.isFrozen(check)),
    ).toBe(true);
  });
});

describe("the report is complete and readable", () => {
  it("lists every check of the catalogue in its order, whatever was supplied", () => {
    const catalogue = checkCatalogue.map(({ id, level }) => ({ id, level }));
    for (const input of [world.attestation, null, new Uint8Array()]) {
      for (const options of [world.options, world.material, { trustRoot: world.material.trustRoot }]) {
        expect(verifyAttestation(input, options).checks.map(({ id, level }) => ({ id, level }))).toEqual(
          catalogue,
        );
      }
    }
  });

  it("gives a sentence to every check, and a code to exactly those that failed", () => {
    const reports = [
      verifyAttestation(world.attestation, world.options),
      verifyAttestation(signed(world.attestation, { reason: "paid" }), world.options),
    ];
    for (const { detail, status, code } of reports.flatMap(({ checks }) => checks)) {
      expect(detail).toMatch(/^[A-Z].*\.$/su);
      expect(code === undefined).toBe(status !== "fail");
    }
  });

  it("says in which spelling the attestation came", () => {
    const detailOf = (input: AttestationInput): string =>
      find(verifyAttestation(input, world.options), "attestation.form").detail;
    expect(detailOf(world.attestation)).toMatch(/in its flat spelling\.$/);
    expect(detailOf(toEnvelope(world.attestation))).toMatch(/in a signed envelope\.$/);
  });

  it("says why a check was not made", () => {
    const report = verifyAttestation(world.attestation, { trustRoot: world.material.trustRoot });
    expect(find(report, "trust-root.unexpired").detail).toBe(
      "Not checked: no time of verification was given.",
    );
    expect(find(report, "bundle.authentic").detail).toBe("Not checked: no policy bundle was supplied.");
    expect(find(report, "policy-index.authentic").detail).toBe("Not checked: no policy index was supplied.");
    expect(find(report, "release.authentic").detail).toBe("Not checked: no release manifest was supplied.");
    expect(find(report, "evidence.form").detail).toBe("Not checked: no evidence was supplied.");
    expect(find(report, "log.inclusion").detail).toBe("Not checked: no log proof was supplied.");
    expect(find(verifyAttestation(null, world.options), "attestation.signature").detail).toBe(
      "Not checked: the check attestation.form failed.",
    );
  });
});

describe("the required level", () => {
  it("is L4 with evidence and bundle, L2 with a bundle, L1 otherwise", () => {
    const { trustRoot, bundle } = world.material;
    const { evidence } = world.options;
    // Neither index nor release: L2 cannot be reached, so a default above L1 refuses.
    expect(verifyAttestation(world.attestation, { trustRoot })).toMatchObject({ verdict: "verified" });
    expect(verifyAttestation(world.attestation, { trustRoot, evidence })).toMatchObject({
      verdict: "verified",
    });
    expect(verifyAttestation(world.attestation, { trustRoot, bundle })).toMatchObject({
      verdict: "refused",
      level: "L1",
    });
    expect(verifyAttestation(world.attestation, { trustRoot, bundle, evidence })).toMatchObject({
      verdict: "refused",
      level: "L1",
    });
  });

  it("refuses when its material is missing", () => {
    expect(verifyAttestation(world.attestation, { ...world.material, requiredLevel: "L4" })).toMatchObject({
      verdict: "refused",
      level: "L2",
    });
    expect(
      verifyAttestation(world.attestation, { trustRoot: world.material.trustRoot, requiredLevel: "L2" }),
    ).toMatchObject({ verdict: "refused", level: "L1" });
  });

  it("does not excuse a failure above it", async () => {
    const { evidence } = (await createWorld({ executionId: "claim-0002" })).options;
    const report = verifyAttestation(world.attestation, { ...world.material, evidence, requiredLevel: "L1" });
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
    expect(failures(report)).toEqual({ "evidence.execution-id": "INV-073" });
  });
});

describe("a verifier for many attestations", () => {
  it("gives the reports that single calls give", async () => {
    const other = await createWorld({ executionId: "claim-0002", signals: riskyClaim });
    const { evidence } = world.options;
    const verifier = createAttestationVerifier(world.material);
    for (const attestation of [
      world.attestation,
      other.attestation,
      null,
      signed(world.attestation, { decision: "rejected" }),
    ]) {
      expect(verifier.verify(attestation)).toEqual(verifyAttestation(attestation, world.material));
      expect(verifier.verify(attestation, { evidence })).toEqual(
        verifyAttestation(attestation, { ...world.material, evidence }),
      );
    }
  });

  it("is not changed by what happens to its material afterwards", () => {
    const trustRoot = { ...world.material.trustRoot, document: world.material.trustRoot.document.slice() };
    const verifier = createAttestationVerifier({ trustRoot });
    trustRoot.document.fill(0);
    expect(verifier.verify(world.attestation)).toMatchObject({ verdict: "verified" });
  });
});
