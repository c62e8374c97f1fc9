import { encodeUtf8 } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import {
  requireSigningKey,
  roleKey,
  type TrustedKey,
  type TrustRoot,
  verifyForRole,
} from "../../src/index.js";
import {
  DAY_MS,
  delegation,
  EXPIRES,
  NOW,
  openedTrustRoot,
  parsedTrustRoot,
  refusal,
  signAs,
  signerOf,
  trustedKey,
} from "../signed-fixtures.js";

const document = encodeUtf8("{}");

async function withRuntimeKey(changes: Partial<TrustedKey>, threshold = 1): Promise<TrustRoot> {
  return openedTrustRoot({
    keys: [trustedKey("root"), trustedKey("runtime", changes), trustedKey("runtime-2")],
    roles: new Map([
      ["root", delegation(1, "root")],
      ["runtime", delegation(threshold, "runtime", "runtime-2")],
    ]),
  });
}

const runtimeKeyId = signerOf("runtime").keyId;

describe("A role's document is verified against the role's keys", () => {
  it("returns the keys that count", async () => {
    const trustRoot = await openedTrustRoot();
    const signed = await signAs(payloadTypes.policyIndex, document, ["policy", "stranger"]);
    const input = { trustRoot, payloadType: payloadTypes.policyIndex, signed, dated: NOW };
    expect(verifyForRole({ ...input, role: "policy" })).toEqual([signerOf("policy").keyId]);
    expect(() => verifyForRole({ ...input, role: "release" })).toThrow(refusal("TRUST-032"));
    expect(() => verifyForRole({ ...input, role: "log" })).toThrow(refusal("TRUST-033"));
    expect(() => verifyForRole({ ...input, role: "toString" })).toThrow(refusal("TRUST-033"));
  });

  it("gives the reason why a key of the role does not count", async () => {
    const signed = await signAs(payloadTypes.policyIndex, document, ["runtime"]);
    const verify = async (changes: Partial<TrustedKey>, dated: number): Promise<readonly string[]> => {
      const trustRoot = await withRuntimeKey(changes);
      return verifyForRole({
        trustRoot,
        role: "runtime",
        payloadType: payloadTypes.policyIndex,
        signed,
        dated,
      });
    };
    await expect(verify({ status: "retired" }, NOW)).resolves.toEqual([runtimeKeyId]);
    await expect(verify({}, NOW - 1)).rejects.toThrow(refusal("TRUST-035"));
    await expect(verify({}, EXPIRES)).rejects.toThrow(refusal("TRUST-035"));
    await expect(verify({ status: "revoked", revokedAt: NOW }, NOW)).rejects.toThrow(refusal("TRUST-036"));
    await expect(verify({ status: "revoked", revokedAt: NOW + 1 }, NOW)).rejects.toThrow(
      refusal("TRUST-037"),
    );
  });
});

describe("A single signature stands for a role of threshold 1", () => {
  it("returns the key", async () => {
    const trustRoot = await withRuntimeKey({});
    expect(roleKey(trustRoot, "runtime", runtimeKeyId, NOW)).toMatchObject({ keyId: runtimeKeyId });
  });

  it("is not enough for a higher threshold", async () => {
    const trustRoot = await withRuntimeKey({}, 2);
    expect(() => roleKey(trustRoot, "runtime", runtimeKeyId, NOW)).toThrow(refusal("TRUST-038"));
  });

  it("refuses roles that are not declared and keys of other roles (threat 14)", async () => {
    const trustRoot = await openedTrustRoot();
    expect(() => roleKey(trustRoot, "log", runtimeKeyId, NOW)).toThrow(refusal("TRUST-033"));
    expect(() => roleKey(trustRoot, "runtime", signerOf("policy").keyId, NOW)).toThrow(refusal("TRUST-034"));
    expect(() => roleKey(trustRoot, "runtime", "x".repeat(2 ** 20), NOW)).toThrow(
      expect.objectContaining({ code: "TRUST-034", message: expect.stringMatching(/^.{1,200}$/) }),
    );
  });

  it("refuses a runtime key after its delegation expired (threat 26)", async () => {
    const trustRoot = await withRuntimeKey({ validUntil: NOW + DAY_MS });
    expect(roleKey(trustRoot, "runtime", runtimeKeyId, NOW + DAY_MS - 1).keyId).toBe(runtimeKeyId);
    expect(() => roleKey(trustRoot, "runtime", runtimeKeyId, NOW + DAY_MS)).toThrow(refusal("TRUST-035"));
    expect(() => roleKey(trustRoot, "runtime", runtimeKeyId, NaN)).toThrow(refusal("TRUST-035"));
  });

  it("refuses a revoked key also when the signature is backdated (threat 25)", async () => {
    const trustRoot = await withRuntimeKey({ status: "revoked", revokedAt: NOW + DAY_MS });
    for (const dated of [NOW + DAY_MS, NOW + 2 * DAY_MS, NaN]) {
      expect(() => roleKey(trustRoot, "runtime", runtimeKeyId, dated)).toThrow(refusal("TRUST-036"));
    }
    for (const backdated of [NOW, NOW + DAY_MS - 1]) {
      expect(() => roleKey(trustRoot, "runtime", runtimeKeyId, backdated)).toThrow(refusal("TRUST-037"));
    }
    expect(() => roleKey(trustRoot, "runtime", runtimeKeyId, NOW - 1)).toThrow(refusal("TRUST-035"));
  });
});

describe("Only an active key makes new signatures", () => {
  it("accepts it inside its validity", async () => {
    const trustRoot = await withRuntimeKey({});
    expect(requireSigningKey(trustRoot, "runtime", runtimeKeyId, NOW).status).toBe("active");
  });

  it("refuses a role that demands several where one signature is all there is", async () => {
    const trustRoot = await withRuntimeKey({}, 2);
    expect(() => requireSigningKey(trustRoot, "runtime", runtimeKeyId, NOW)).toThrow(refusal("TRUST-038"));
  });

  it.each(["root", "policy", "release"])(
    "accepts one of several of the role %s, whose documents carry them all",
    async (role) => {
      const names = [role, `${role}-2`];
      const trustRoot = parsedTrustRoot({
        keys: [...(role === "root" ? [] : ["root"]), ...names].map((name) => trustedKey(name)),
        roles: new Map([
          ["root", delegation(1, "root")],
          [role, delegation(2, ...names)],
        ]),
      });
      for (const name of names) {
        const { keyId } = signerOf(name);
        expect(requireSigningKey(trustRoot, role, keyId, NOW).keyId).toBe(keyId);
      }
    },
  );

  it("refuses a retired key, which still verifies what it signed", async () => {
    const trustRoot = await withRuntimeKey({ status: "retired" });
    expect(() => requireSigningKey(trustRoot, "runtime", runtimeKeyId, NOW)).toThrow(refusal("TRUST-039"));
    expect(roleKey(trustRoot, "runtime", runtimeKeyId, NOW).status).toBe("retired");
  });

  it("refuses any other key", async () => {
    const revoked = await withRuntimeKey({ status: "revoked", revokedAt: NOW });
    expect(() => requireSigningKey(revoked, "runtime", runtimeKeyId, NOW)).toThrow(refusal("TRUST-036"));
    expect(() => requireSigningKey(revoked, "log", runtimeKeyId, NOW)).toThrow(refusal("TRUST-033"));
    expect(() => requireSigningKey(revoked, "runtime", signerOf("root").keyId, NOW)).toThrow(
      refusal("TRUST-034"),
    );
    expect(() => requireSigningKey(revoked, "runtime", signerOf("runtime-2").keyId, EXPIRES)).toThrow(
      refusal("TRUST-035"),
    );
  });
});
