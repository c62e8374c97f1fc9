import { beforeAll, describe, expect, it } from "vitest";
import { verifyAttestation } from "../src/index.js";
import {
  createWorld,
  failures,
  find,
  signed,
  signers,
  skipped,
  times,
  trustRootOf,
  type World,
} from "./fixture.js";

const issuedAt = Date.parse(times.attestationIssued);

describe("the signing key, when the trust root declares the runtime role", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });

  it("must have that role: a stranger's or another role's signature is never even looked at (threats 14 and 17)", () => {
    for (const signer of [signers.stranger, signers.policy, signers.root]) {
      const report = verifyAttestation(signed(world.attestation, {}, signer), world.options);
      expect(report).toMatchObject({ verdict: "refused", level: "none" });
      expect(failures(report)).toEqual({ "signing-key.role": "INV-064" });
      expect(skipped(report)).toEqual(
        expect.arrayContaining(["signing-key.validity", "attestation.signature"]),
      );
    }
  });

  it("cannot be added by pinning: the trust root names its own", () => {
    const runtimeKeys = [signers.stranger.publicKey];
    expect(
      failures(
        verifyAttestation(signed(world.attestation, {}, signers.stranger), { ...world.options, runtimeKeys }),
      ),
    ).toEqual({ "signing-key.role": "INV-064" });
    expect(verifyAttestation(world.attestation, { ...world.options, runtimeKeys }).verdict).toBe("verified");
  });

  it("must have been valid when the attestation was issued (threat 26)", async () => {
    const expired = await createWorld({
      trustRoot: await trustRootOf({ runtimeKey: { status: "retired", validUntil: issuedAt } }),
    });
    const report = verifyAttestation(expired.attestation, expired.options);
    expect(report).toMatchObject({ verdict: "refused", level: "none" });
    expect(failures(report)).toEqual({ "signing-key.validity": "TRUST-035" });
  });

  it("still verifies what was issued inside its validity when it is retired", async () => {
    const retired = await createWorld({
      trustRoot: await trustRootOf({ runtimeKey: { status: "retired", validUntil: issuedAt + 1 } }),
    });
    expect(verifyAttestation(retired.attestation, retired.options)).toMatchObject({ verdict: "verified" });
  });

  it("verifies nothing once revoked: not what is dated after, nor without a log proof what is dated before (threat 25)", async () => {
    for (const [revokedAt, code] of [
      [issuedAt, "TRUST-036"],
      [issuedAt + 1, "TRUST-037"],
    ] as const) {
      const revoked = await createWorld({
        trustRoot: await trustRootOf({ runtimeKey: { status: "revoked", revokedAt } }),
      });
      const report = verifyAttestation(revoked.attestation, revoked.options);
      expect(report).toMatchObject({ verdict: "refused", level: "none" });
      expect(failures(report)).toEqual({ "signing-key.validity": code });
    }
  });

  it("is judged by the later trust root that revokes it", async () => {
    const { trustRoot } = world.material;
    const later = await trustRootOf({
      after: trustRoot,
      runtimeKey: { status: "revoked", revokedAt: issuedAt },
    });
    expect(failures(verifyAttestation(world.attestation, { ...world.options, trustRoot: later }))).toEqual({
      "signing-key.validity": "TRUST-036",
    });
  });
});

describe("the signing key, when the trust root declares no runtime role", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ trustRoot: await trustRootOf({ runtimeRole: false }) });
  });

  it("must be pinned by the verifier", () => {
    const runtimeKeys = [signers.stranger.publicKey.toPem(), signers.runtime.publicKey.toPem()];
    const report = verifyAttestation(world.attestation, { ...world.options, runtimeKeys });
    expect(report).toMatchObject({ verdict: "verified", level: "L4" });
    expect(find(report, "signing-key.role").detail).toBe(
      `Key ${signers.runtime.keyId} is a runtime key that the verifier pinned; the trust root names none.`,
    );
  });

  it("is refused when nothing, or only others are pinned", () => {
    for (const [runtimeKeys, reason] of [
      [undefined, /must pin the ones that it trusts \(runtimeKeys\)\.$/],
      [[], /must pin the ones that it trusts \(runtimeKeys\)\.$/],
      [[signers.stranger.publicKey], /is not among the runtime keys that the verifier pinned\.$/],
    ] as const) {
      const report = verifyAttestation(world.attestation, { ...world.options, runtimeKeys });
      expect(report).toMatchObject({ verdict: "refused", level: "none" });
      expect(failures(report)).toEqual({ "signing-key.role": "INV-064" });
      expect(find(report, "signing-key.role").detail).toMatch(reason);
    }
  });

  it("is refused when a pinned key is not admissible, whatever else is pinned (threat 10)", () => {
    const report = verifyAttestation(world.attestation, {
      ...world.options,
      runtimeKeys: [new Uint8Array(32), signers.runtime.publicKey],
    });
    expect(failures(report)["signing-key.role"]).toMatch(/^KEY-/);
  });
});
