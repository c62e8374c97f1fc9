import { beforeAll, describe, expect, it } from "vitest";
import { createAttestationVerifier, verifyAttestation, type VerificationMaterial } from "../src/index.js";
import { createWorld, type World } from "./fixture.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const misuse = expect.objectContaining({ name: "VerifierError", code: "INV-060" });

describe("a call that cannot be what the caller meant throws, and names the option", () => {
  it.each<readonly [string, (material: VerificationMaterial) => object]>([
    ["no trust root", () => ({})],
    [
      "a trust root without document",
      ({ trustRoot }) => ({ trustRoot: { signature: trustRoot.signature, pinnedKey: trustRoot.pinnedKey } }),
    ],
    ["a trust root as text", ({ trustRoot }) => ({ trustRoot: { ...trustRoot, document: "{}" } })],
    [
      "no pinned key",
      ({ trustRoot }) => ({ trustRoot: { document: trustRoot.document, signature: trustRoot.signature } }),
    ],
    ["a pinned key that is a number", ({ trustRoot }) => ({ trustRoot: { ...trustRoot, pinnedKey: 1 } })],
    [
      "a pinned key that is an empty object",
      ({ trustRoot }) => ({ trustRoot: { ...trustRoot, pinnedKey: {} } }),
    ],
    [
      "predecessors that are one document",
      ({ trustRoot }) => ({ trustRoot: { ...trustRoot, predecessors: trustRoot } }),
    ],
    [
      "a predecessor that is null",
      ({ trustRoot }) => ({ trustRoot: { ...trustRoot, predecessors: [null] } }),
    ],
    [
      "a predecessor without signature",
      ({ trustRoot }) => ({
        trustRoot: { ...trustRoot, predecessors: [{ document: trustRoot.document }] },
      }),
    ],
    [
      "predecessors with a hole",
      ({ trustRoot }) => ({ trustRoot: { ...trustRoot, predecessors: new Array(1) } }),
    ],
    [
      "a pinned hash that is none",
      ({ trustRoot }) => ({ trustRoot: { ...trustRoot, pinnedHash: "sha256:x" } }),
    ],
    [
      "earlier indexes that are one document",
      ({ trustRoot, policyIndex }) => ({ trustRoot, formerPolicyIndexes: policyIndex }),
    ],
    [
      "earlier indexes without end (threat 57)",
      ({ trustRoot, policyIndex }) => ({
        trustRoot,
        formerPolicyIndexes: new Array(1_033).fill(policyIndex),
      }),
    ],
    ["an unknown option", ({ trustRoot }) => ({ trustRoot, policyIdex: {} })],
    ["a level that cannot be required", ({ trustRoot }) => ({ trustRoot, requiredLevel: "L5" })],
    ["now that is NaN", ({ trustRoot }) => ({ trustRoot, now: Number.NaN })],
    ["now that is a Date", ({ trustRoot }) => ({ trustRoot, now: new Date(0) })],
    ["now before 1970", ({ trustRoot }) => ({ trustRoot, now: -1 })],
    ["now in fractions", ({ trustRoot }) => ({ trustRoot, now: 0.5 })],
    ["evidence as an object", ({ trustRoot }) => ({ trustRoot, evidence: {} })],
    [
      "a bundle whose files are an object",
      ({ trustRoot, bundle }) => ({ trustRoot, bundle: { ...bundle, files: {} } }),
    ],
    [
      "a bundle whose files are text",
      ({ trustRoot, bundle }) => ({
        trustRoot,
        bundle: { ...bundle, files: new Map([["policy.json", "{}"]]) },
      }),
    ],
    [
      "a bundle whose paths are numbers",
      ({ trustRoot, bundle }) => ({
        trustRoot,
        bundle: { ...bundle, files: new Map([[1, new Uint8Array()]]) },
      }),
    ],
    ["a null index", ({ trustRoot }) => ({ trustRoot, policyIndex: null })],
    ["one runtime key that is no list", ({ trustRoot }) => ({ trustRoot, runtimeKeys: trustRoot.pinnedKey })],
    ["a runtime key that is null", ({ trustRoot }) => ({ trustRoot, runtimeKeys: [null] })],
  ])("%s", (name, optionsOf) => {
    const options = optionsOf(world.material) as VerificationMaterial;
    expect(() => verifyAttestation(world.attestation, options), name).toThrow(misuse);
  });

  it.each([undefined, null, 1, "L1"])("options that are %s", (options) => {
    expect(() => verifyAttestation(world.attestation, options as unknown as VerificationMaterial)).toThrow(
      misuse,
    );
    expect(() => createAttestationVerifier(options as unknown as VerificationMaterial)).toThrow(misuse);
  });

  it("what belongs to one attestation, given to a verifier for many, and the reverse", () => {
    const verifier = createAttestationVerifier(world.material);
    expect(() => createAttestationVerifier(world.options)).toThrow(misuse);
    expect(() => verifier.verify(world.attestation, world.material as object)).toThrow(misuse);
  });
});

describe("options that are present and undefined", () => {
  it("are as good as left out", () => {
    const { trustRoot } = world.material;
    const options = {
      trustRoot,
      bundle: undefined,
      policyIndex: undefined,
      release: undefined,
      now: undefined,
      runtimeKeys: undefined,
      log: undefined,
      evidence: undefined,
      logProof: undefined,
      requiredLevel: undefined,
    };
    expect(verifyAttestation(world.attestation, options)).toEqual(
      verifyAttestation(world.attestation, { trustRoot }),
    );
  });
});
