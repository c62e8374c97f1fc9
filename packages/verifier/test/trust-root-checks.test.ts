import { encodeUtf8, sha256 } from "@parmanasystems/canonical";
import { openTrustRoot } from "@parmanasystems/governance";
import { PrivateKey } from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAttestation, type PinnedTrustRoot } from "../src/index.js";
import {
  createWorld,
  failures,
  find,
  signed,
  signers,
  skipped,
  times,
  trustRootOf,
  withProvenance,
  type World,
} from "./fixture.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

/** Refused by the trust root, with everything that would have been trusted through it left unchecked. */
function rootRefusal(trustRoot: PinnedTrustRoot): string | undefined {
  const report = verifyAttestation(world.attestation, { ...world.options, trustRoot });
  expect(report).toMatchObject({ verdict: "refused", level: "none" });
  expect(Object.keys(failures(report))).toEqual(["trust-root.authentic"]);
  expect(skipped(report)).toEqual(
    expect.arrayContaining([
      "attestation.signature",
      "bundle.authentic",
      "policy-index.authentic",
      "release.authentic",
    ]),
  );
  return failures(report)["trust-root.authentic"];
}

describe("a trust root that is not authentic is refused, and nothing is trusted through it", () => {
  it("when another root key is pinned", () => {
    expect(rootRefusal({ ...world.material.trustRoot, pinnedKey: signers.otherRoot.publicKey })).toBe(
      "TRUST-017",
    );
  });

  it("when it is signed by a stranger, or by nobody", async () => {
    expect(rootRefusal(await trustRootOf({ signedBy: [signers.stranger] }))).toBe("TRUST-017");
    expect(
      rootRefusal({
        ...world.material.trustRoot,
        signature: encodeUtf8('{"payloadType":"application/vnd.parmana.trust-root.v1+json","signatures":[]}'),
      }),
    ).toBe("TRUST-030");
  });

  it("when signature or document belong to another type (threat 14)", () => {
    const { trustRoot, policyIndex } = world.material;
    expect(rootRefusal({ ...trustRoot, signature: policyIndex.signature })).toBe("TRUST-030");
    expect(rootRefusal({ ...trustRoot, ...policyIndex })).toBe("TRUST-011");
  });

  it("when it is missing, empty or not JSON (threat 27)", () => {
    expect(rootRefusal({ ...world.material.trustRoot, document: new Uint8Array() })).toBe("TRUST-010");
    expect(rootRefusal({ ...world.material.trustRoot, document: encodeUtf8("{}") })).toBe("TRUST-011");
    expect(rootRefusal({ ...world.material.trustRoot, signature: new Uint8Array() })).toBe("TRUST-030");
  });

  it("when the pinned key is no Ed25519 public key (threats 10 and 12)", () => {
    const smallOrder = new Uint8Array(32);
    smallOrder[0] = 1;
    for (const pinnedKey of [
      smallOrder,
      new Uint8Array(31),
      "not a key",
      PrivateKey.generate().toPem(),
      { kty: "EC", crv: "P-256" },
    ]) {
      expect(rootRefusal({ ...world.material.trustRoot, pinnedKey })).toMatch(/^KEY-/);
    }
  });
});

describe("the pinned key may be given in any form", () => {
  it("as PEM, raw bytes, JWK or PublicKey, of this or another copy of the package", () => {
    const { publicKey } = signers.root;
    const foreignCopy = { keyId: publicKey.keyId, raw: publicKey.raw, verify: () => true };
    for (const pinnedKey of [
      publicKey.toPem(),
      publicKey.raw,
      { ...publicKey.toJwk() },
      publicKey,
      foreignCopy,
    ]) {
      expect(
        verifyAttestation(world.attestation, {
          ...world.options,
          trustRoot: { ...world.material.trustRoot, pinnedKey },
        }),
      ).toMatchObject({ verdict: "verified" });
    }
  });
});

describe("the time of verification", () => {
  it("must lie within the life of the trust root (threat 23)", () => {
    for (const [now, code] of [
      [times.rootExpires, "TRUST-024"],
      [times.rootExpires + 315_360_000_000, "TRUST-024"],
    ] as const) {
      const report = verifyAttestation(world.attestation, {
        ...world.options,
        now,
        policyIndex: undefined,
        requiredLevel: "L1",
      });
      expect(failures(report)).toEqual({ "trust-root.unexpired": code });
      expect(report).toMatchObject({ verdict: "refused", level: "none" });
    }
  });

  it("before the trust root was issued is refused", () => {
    const report = verifyAttestation(world.attestation, { ...world.options, now: times.rootIssued - 1 });
    expect(failures(report)).toMatchObject({
      "trust-root.unexpired": "TRUST-025",
      "attestation.date": "INV-067",
    });
  });

  it("may be left out: the report says what was not judged, and the rest decides", () => {
    const report = verifyAttestation(world.attestation, { ...world.options, now: undefined });
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    expect(skipped(report)).toEqual([
      "attestation.date",
      "trust-root.unexpired",
      "policy-index.unexpired",
      "log.inclusion",
      "log.checkpoint",
      "log.consistency",
    ]);
  });
});

describe("the trust root that the attestation names", () => {
  it("must be the one supplied when the versions are equal", () => {
    const report = verifyAttestation(
      withProvenance(world.attestation, { trustRootHash: sha256("other") }),
      world.options,
    );
    expect(failures(report)).toEqual({ "trust-root.hash": "INV-066" });
    expect(report).toMatchObject({ verdict: "refused", level: "none" });
  });

  it("must not be newer than the one supplied", () => {
    const report = verifyAttestation(
      withProvenance(world.attestation, { trustRootVersion: 2 }),
      world.options,
    );
    expect(failures(report)).toEqual({ "trust-root.version": "INV-066" });
    expect(report).toMatchObject({ verdict: "refused", level: "none" });
  });

  it("may be the version before, whose hash the one supplied records", async () => {
    const second = await trustRootOf({ version: 2, previous: sha256(world.material.trustRoot.document) });
    const report = verifyAttestation(world.attestation, { ...world.options, trustRoot: second });
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    expect(find(report, "trust-root.version").detail).toBe(
      "The attestation was made under version 1; its keys are judged by the later version 2 that was supplied.",
    );
    expect(find(report, "trust-root.hash").status).toBe("pass");
    expect(find(report, "trust-root.in-force")).toMatchObject({
      status: "not_checked",
      detail: "Not checked: trust root version 1, which the attestation names, was not supplied.",
    });
  });

  it("must be of the same chain", async () => {
    const foreign = await trustRootOf({ version: 2, previous: sha256("another chain") });
    expect(failures(verifyAttestation(world.attestation, { ...world.options, trustRoot: foreign }))).toEqual({
      "trust-root.hash": "INV-066",
    });
  });

  it("may be older than that, and then the report says that its hash was not compared", async () => {
    const third = await trustRootOf({ version: 3, previous: sha256("version 2") });
    const report = verifyAttestation(world.attestation, { ...world.options, trustRoot: third });
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    expect(find(report, "trust-root.hash").status).toBe("not_checked");
  });

  it("must have been in force when the attestation was issued", () => {
    const late = signed(world.attestation, { issuedAt: "2027-02-01T00:00:00.000Z" });
    expect(failures(verifyAttestation(late, { trustRoot: world.material.trustRoot }))).toEqual({
      "trust-root.in-force": "TRUST-024",
    });
  });

  it("is the trust root whose hash openTrustRoot gives", () => {
    const { document, signature } = world.material.trustRoot;
    expect(world.attestation.provenance.trustRootHash).toBe(
      openTrustRoot({ document, signature, pinnedKey: signers.root.publicKey }).hash,
    );
  });
});
