import { sha256 } from "@parmanasystems/canonical";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAttestation } from "../src/index.js";
import { createWorld, failures, releaseOf, signers, withProvenance, type World } from "./fixture.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

describe("the release manifest", () => {
  it("must be signed by the release role (threat 14)", async () => {
    const { policyIndex } = world.material;
    const release = await releaseOf("1.2.3", signers.policy);
    expect(failures(verifyAttestation(world.attestation, { ...world.options, release }))).toEqual({
      "release.authentic": "TRUST-032",
    });
    expect(
      failures(verifyAttestation(world.attestation, { ...world.options, release: policyIndex })),
    ).toEqual({ "release.authentic": "INV-040" });
  });

  it("must be the one that the attestation names", async () => {
    const release = await releaseOf("1.2.4");
    const report = verifyAttestation(world.attestation, { ...world.options, release });
    expect(report).toMatchObject({ verdict: "refused", level: "L1" });
    expect(failures(report)).toEqual({
      "release.manifest-hash": "INV-072",
      "release.runtime-version": "INV-072",
    });
  });

  it("may evaluate by other rules only if the attestation says so", async () => {
    const release = await releaseOf("1.2.3", signers.release, "parmana-policy/2");
    expect(failures(verifyAttestation(world.attestation, { ...world.options, release }))).toEqual({
      "release.manifest-hash": "INV-072",
      "release.evaluator-semantics": "INV-072",
    });
  });
});

describe("an attestation that names another runtime than the release is refused, although its signature is right (threats 20 and 26)", () => {
  it.each([
    ["release.manifest-hash", { releaseManifestHash: sha256("other") }],
    ["release.runtime-hash", { runtimeHash: sha256("other") }],
    ["release.runtime-version", { runtimeVersion: "1.2.4" }],
  ] as const)("by %s alone", (id, change) => {
    const report = verifyAttestation(withProvenance(world.attestation, change), world.options);
    expect(report).toMatchObject({ verdict: "refused", level: "L1" });
    expect(failures(report)).toEqual({ [id]: "INV-072" });
  });

  it("by a schema version that the release does not list", () => {
    const attestation = withProvenance(world.attestation, { schemaVersion: "1.0.1" });
    expect(failures(verifyAttestation(attestation, world.options))).toEqual({
      "bundle.schema-version": "INV-070",
      "release.schema-version": "INV-072",
    });
  });

  it("by rules of evaluation that this verifier does not implement", () => {
    const report = verifyAttestation(
      withProvenance(world.attestation, { evaluatorSemantics: "parmana-policy/2" }),
      world.options,
    );
    expect(failures(report)).toEqual({
      "release.evaluator-semantics": "INV-072",
      "decision.semantics": "INV-076",
    });
  });
});
