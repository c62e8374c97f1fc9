import { encodeUtf8, sha256 } from "@parmanasystems/canonical";
import type { BundleContent } from "@parmanasystems/governance";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAttestation, type VerificationReport } from "../src/index.js";
import {
  bundleOf,
  claimsPolicy,
  createWorld,
  failures,
  find,
  indexOf,
  signers,
  withProvenance,
  type World,
} from "./fixture.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

function withBundle(bundle: BundleContent): VerificationReport {
  return verifyAttestation(world.attestation, { ...world.options, bundle });
}

describe("a bundle that is not authentic is refused", () => {
  it("when policy.json was edited after signing, also to the same size (threat 28)", () => {
    const { bundle } = world.material;
    for (const policy of [claimsPolicy("1.0.0", 900_000), claimsPolicy("1.0.0", 9)]) {
      const report = withBundle({ ...bundle, files: new Map([["policy.json", policy]]) });
      expect(report).toMatchObject({ verdict: "refused", level: "L1" });
      expect(failures(report)).toEqual({ "bundle.authentic": "POL-034" });
    }
  });

  it("when a file is missing, added, or named outside the bundle (threat 29)", () => {
    const { bundle } = world.material;
    const withFile = (path: string): BundleContent => ({
      ...bundle,
      files: new Map([...bundle.files, [path, encodeUtf8("{}")]]),
    });
    expect(failures(withBundle({ ...bundle, files: new Map() }))).toEqual({ "bundle.authentic": "POL-033" });
    for (const path of [
      "notes.md",
      "../policy.json",
      "/etc/passwd",
      "Policy.json",
      "policy.json\0",
      "a\\b",
    ]) {
      expect(failures(withBundle(withFile(path)))).toEqual({ "bundle.authentic": "POL-035" });
    }
  });

  it("when another role signed it, or another document (threat 14)", async () => {
    const { bundle, policyIndex } = world.material;
    expect(failures(withBundle(await bundleOf(claimsPolicy(), signers.release)))).toEqual({
      "bundle.authentic": "TRUST-032",
    });
    expect(failures(withBundle({ ...bundle, signature: policyIndex.signature }))).toEqual({
      "bundle.authentic": "TRUST-030",
    });
  });
});

describe("a genuine bundle that did not decide is refused", () => {
  it("when it is another version of the policy", async () => {
    const report = withBundle(await bundleOf(claimsPolicy("1.1.0")));
    expect(report).toMatchObject({ verdict: "refused", level: "L1" });
    expect(failures(report)).toEqual({
      "bundle.identity": "INV-070",
      "bundle.hash": "INV-070",
      "bundle.policy-hash": "INV-070",
    });
  });

  it("when it is another policy of the same version and rules", async () => {
    const report = withBundle(await bundleOf(claimsPolicy("1.0.0", 100_000, "claims-appeal")));
    expect(failures(report)).toEqual({
      "bundle.identity": "INV-070",
      "bundle.hash": "INV-070",
      "bundle.policy-hash": "INV-070",
    });
    expect(find(report, "bundle.identity").detail).toMatch(/claims-appeal/);
  });

  it("when it has the same policy in another signed bundle", async () => {
    const policy = claimsPolicy();
    const { manifest } = await bundleOf(policy);
    const report = verifyAttestation(
      withProvenance(world.attestation, { bundleHash: sha256("other") }),
      world.options,
    );
    expect(sha256(manifest)).toBe(world.attestation.provenance.bundleHash);
    expect(failures(report)).toEqual({ "bundle.hash": "INV-070", "policy-index.listed": "POL-044" });
  });
});

describe("an attestation that names another policy than it decided by is refused, although its signature is right (threat 20)", () => {
  it("policyHash of another version", () => {
    const report = verifyAttestation(
      withProvenance(world.attestation, { policyHash: sha256(claimsPolicy("1.1.0")) }),
      world.options,
    );
    expect(report).toMatchObject({ verdict: "refused", level: "L1" });
    expect(failures(report)).toEqual({ "bundle.policy-hash": "INV-070" });
  });

  it("schemaVersion of another format", () => {
    const report = verifyAttestation(
      withProvenance(world.attestation, { schemaVersion: "1.1.0" }),
      world.options,
    );
    expect(failures(report)).toEqual({
      "bundle.schema-version": "INV-070",
      "release.schema-version": "INV-072",
    });
  });

  it("bundle, policy and index of a version that would have decided otherwise", async () => {
    const strict = await bundleOf(claimsPolicy("1.1.0", 1_000));
    const policyIndex = await indexOf([
      ["1.0.0", world.material.bundle, "active"],
      ["1.1.0", strict, "active"],
    ]);
    const report = verifyAttestation(world.attestation, { ...world.options, bundle: strict, policyIndex });
    expect(failures(report)).toMatchObject({
      "bundle.identity": "INV-070",
      "decision.rule": "INV-075",
      "decision.outcome": "INV-075",
    });
  });
});
