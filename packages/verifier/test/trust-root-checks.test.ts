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
  signedPart,
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

describe("a later version is trusted through every version before it, from the pinned key on (threats 21 and 22)", () => {
  it("and is refused without them, in a plain sentence", async () => {
    const trustRoot = await trustRootOf({ after: world.material.trustRoot });
    for (const predecessors of [undefined, []]) {
      const alone = { ...trustRoot, predecessors };
      expect(rootRefusal(alone)).toBe("TRUST-027");
      const report = verifyAttestation(world.attestation, { ...world.options, trustRoot: alone });
      expect(find(report, "trust-root.authentic").detail).toBe(
        "The trust root is not authentic: Trust root version 2 is trusted only together with version 1, and not every one of them was given.",
      );
    }
  });

  it("and says so when all of them hold", async () => {
    expect(find(verifyAttestation(world.attestation, world.options), "trust-root.authentic").detail).toBe(
      `Trust root version 1 is signed by the pinned root key ${signers.root.keyId} and by as many root keys as it demands.`,
    );
    const trustRoot = await trustRootOf({ after: world.material.trustRoot });
    const report = verifyAttestation(world.attestation, { ...world.options, trustRoot });
    expect(find(report, "trust-root.authentic")).toMatchObject({
      status: "pass",
      detail: `Trust root version 1 is signed by the pinned root key ${signers.root.keyId}, and every version up to 2 by as many root keys as it and the version before it demand.`,
    });
  });

  it("and not when the pinned key alone takes over from a root role of two", async () => {
    const shared = await trustRootOf({
      rootKeys: { signers: [signers.root, signers.otherRoot], threshold: 2 },
      signedBy: [signers.root, signers.otherRoot],
    });
    const forged = await trustRootOf({
      after: shared,
      rootKeys: { signers: [signers.root], threshold: 1 },
      signedBy: [signers.root],
    });
    expect(rootRefusal(forged)).toBe("TRUST-032");
    expect(rootRefusal({ ...forged, predecessors: undefined })).toBe("TRUST-027");
    const honest = await trustRootOf({ after: shared, signedBy: [signers.root, signers.otherRoot] });
    const { attestation, options } = await createWorld({ trustRoot: shared });
    expect(verifyAttestation(attestation, { ...options, trustRoot: honest })).toMatchObject({
      verdict: "verified",
      level: "L4",
    });
  });

  it("and not when versions are missing, doubled, swapped, foreign or too many", async () => {
    const first = world.material.trustRoot;
    const second = await trustRootOf({ after: first });
    const third = await trustRootOf({ after: second });
    const foreign = await trustRootOf({ operator: "another board" });
    const [one, two] = [signedPart(first), signedPart(second)];
    for (const [code, predecessors] of [
      ["TRUST-020", [one]],
      ["TRUST-027", [two]],
      ["TRUST-027", [two, one]],
      ["TRUST-020", [one, one, two]],
      ["TRUST-020", [one, two, two]],
      ["TRUST-022", [signedPart(foreign), two]],
      ["TRUST-031", [{ ...one, signature: two.signature }, two]],
      ["TRUST-028", Array.from({ length: 1_024 }, () => one)],
      ["INV-061", [{ ...one, document: new Uint8Array(4_194_305) }, two]],
    ] as const) {
      expect(rootRefusal({ ...third, predecessors })).toBe(code);
    }
    expect(rootRefusal({ ...first, predecessors: [one] })).toBe("TRUST-020");
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
      "log.form",
      "log.inclusion",
      "log.checkpoint",
      "log.consistency",
      "log.witnesses",
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

  it("may be any version of the chain, the newest included", async () => {
    const second = await trustRootOf({ after: world.material.trustRoot });
    const third = await trustRootOf({ after: second });
    for (const [version, { document }] of [world.material.trustRoot, second, third].entries()) {
      const named = { trustRootVersion: version + 1, trustRootHash: sha256(document) };
      const attestation = withProvenance(world.attestation, named);
      const report = verifyAttestation(attestation, { ...world.options, trustRoot: third });
      expect(failures(report)).toEqual({});
      expect(find(report, "trust-root.version").detail).toContain(
        version === 2 ? "under the trust root supplied, version 3" : "judged by the later version 3",
      );
    }
  });

  it("must not be newer than the one supplied", () => {
    const report = verifyAttestation(
      withProvenance(world.attestation, { trustRootVersion: 2 }),
      world.options,
    );
    expect(failures(report)).toEqual({ "trust-root.version": "INV-066" });
    expect(report).toMatchObject({ verdict: "refused", level: "none" });
  });

  it("may be any version before, of which hash and lifetime are compared as well", async () => {
    const second = await trustRootOf({ after: world.material.trustRoot });
    const third = await trustRootOf({ after: second });
    for (const [version, trustRoot] of [
      [2, second],
      [3, third],
    ] as const) {
      const report = verifyAttestation(world.attestation, { ...world.options, trustRoot });
      expect(report).toMatchObject({ verdict: "verified", level: "L4" });
      expect(find(report, "trust-root.version").detail).toBe(
        `The statement was made under version 1; its keys are judged by the later version ${version} that was supplied.`,
      );
      expect(find(report, "trust-root.hash").status).toBe("pass");
      expect(find(report, "trust-root.in-force")).toMatchObject({
        status: "pass",
        detail:
          "Trust root version 1 was in force at 2026-03-01T12:00:00.000Z, when the statement was issued.",
      });
    }
    const late = signed(world.attestation, { issuedAt: "2027-02-01T00:00:00.000Z" });
    expect(failures(verifyAttestation(late, { trustRoot: third }))).toEqual({
      "trust-root.in-force": "TRUST-024",
    });
  });

  it("must be of the same chain", async () => {
    const foreign = await trustRootOf({ operator: "another board" });
    for (const trustRoot of [foreign, await trustRootOf({ after: foreign })]) {
      expect(failures(verifyAttestation(world.attestation, { ...world.options, trustRoot }))).toEqual({
        "trust-root.hash": "INV-066",
      });
    }
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

describe("a pinned hash is a stronger pin than a key", () => {
  it("passes for a chain that holds it, and refuses another version 1 by the same root key", async () => {
    const { trustRoot } = world.material;
    const pinnedHash = sha256(trustRoot.document);
    const verified = verifyAttestation(world.attestation, {
      ...world.options,
      trustRoot: { ...trustRoot, pinnedHash },
    });
    expect(verified).toMatchObject({ verdict: "verified", level: "L4" });
    const forged = await trustRootOf({ operator: "another board" });
    expect(sha256(forged.document)).not.toBe(pinnedHash);
    expect(rootRefusal({ ...forged, pinnedHash })).toBe("TRUST-018");
  });
});
