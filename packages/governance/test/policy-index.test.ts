import { encodeUtf8, sha256 } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import {
  createPolicyIndexDocument,
  findVersion,
  openPolicyIndex,
  type PolicyIndex,
  type PolicyIndexDraft,
  requireIndexNotRolledBack,
  requireIndexUnexpired,
  requireListed,
} from "../src/index.js";
import {
  DAY_MS,
  edited,
  expectEveryFlipRefused,
  NOW,
  openedTrustRoot,
  refusal,
  replaced,
  signAs,
  trustedKey,
} from "./signed-fixtures.js";

const trustRoot = await openedTrustRoot();
const hashOf = (text: string) => sha256(text);
const draft: PolicyIndexDraft = {
  version: 3,
  issuedAt: NOW,
  expiresAt: NOW + 7 * DAY_MS,
  policies: new Map([
    [
      "claims-approval",
      {
        active: new Map([["1.2.0", hashOf("1.2.0")]]),
        deprecated: new Map([["1.1.0", hashOf("1.1.0")]]),
        revoked: new Map([["1.0.0", hashOf("1.0.0")]]),
      },
    ],
  ]),
};
const document = createPolicyIndexDocument(draft);
const signed = await signAs(payloadTypes.policyIndex, document, ["policy"]);
const index = openPolicyIndex(signed, trustRoot);

async function openEdited(edit: (json: Record<string, never>) => void): Promise<PolicyIndex> {
  return openPolicyIndex(
    await signAs(payloadTypes.policyIndex, edited(document, edit), ["policy"]),
    trustRoot,
  );
}

describe("A policy index lists the versions that may be executed", () => {
  it("is read back as it was written", () => {
    expect(index).toMatchObject({
      version: 3,
      issuedAt: NOW,
      expiresAt: NOW + 7 * DAY_MS,
      hash: sha256(document),
    });
    expect(createPolicyIndexDocument(index)).toEqual(document);
    expect(Object.isFrozen(index)).toBe(true);
    expect("set" in index.policies).toBe(false);
  });

  it("may be empty", async () => {
    const empty = createPolicyIndexDocument({ ...draft, policies: new Map() });
    const opened = openPolicyIndex(await signAs(payloadTypes.policyIndex, empty, ["policy"]), trustRoot);
    expect(opened.policies.size).toBe(0);
  });

  it("is refused under a signature of another role, type or time (threat 14, threat 15)", async () => {
    for (const role of ["root", "release", "stranger"]) {
      const other = await signAs(payloadTypes.policyIndex, document, [role]);
      expect(() => openPolicyIndex(other, trustRoot)).toThrow(refusal("TRUST-032"));
    }
    const other = await signAs(payloadTypes.policyBundle, document, ["policy"]);
    expect(() => openPolicyIndex(other, trustRoot)).toThrow(refusal("TRUST-030"));
    const keys = ["root", "release", "runtime"].map((key) => trustedKey(key));
    const late = await openedTrustRoot({ keys: [...keys, trustedKey("policy", { validFrom: NOW + 1 })] });
    expect(() => openPolicyIndex(signed, late)).toThrow(refusal("TRUST-035"));
  });

  it("is refused with any single changed byte (property)", () => {
    expectEveryFlipRefused(signed, (changed) => openPolicyIndex(changed, trustRoot));
  });
});

describe("A policy index is closed (threat 19)", () => {
  it.for([
    ["an unknown member", { comment: "x" }],
    ["another type", { type: "parmana/policy-index/v2" }],
    ["version 0", { version: 0 }],
    ["an expiry that is no date", { expiresAt: "never" }],
    ["an expiry before its issue", { expiresAt: "2026-11-20T22:00:00.000Z" }],
    ["policies that are no object", { policies: [] }],
    ["a policy id that is none", { policies: { Claims: { active: {}, deprecated: {}, revoked: {} } } }],
    [
      "a policy id with a no-break hyphen",
      { policies: { "claims\u2011approval": { active: {}, deprecated: {}, revoked: {} } } },
    ],
    [
      "a policy id that leaves its directory",
      { policies: { "..": { active: {}, deprecated: {}, revoked: {} } } },
    ],
    ["a missing table", { policies: { a: { active: {}, deprecated: {} } } }],
    ["an unknown table", { policies: { a: { active: {}, deprecated: {}, revoked: {}, draft: {} } } }],
    [
      "a version that is none",
      { policies: { a: { active: { v1: hashOf("") }, deprecated: {}, revoked: {} } } },
    ],
    ["a hash that is none", { policies: { a: { active: { "1.0.0": "x" }, deprecated: {}, revoked: {} } } }],
    [
      "a version that is active and revoked",
      {
        policies: {
          a: { active: { "1.0.0": hashOf("") }, deprecated: {}, revoked: { "1.0.0": hashOf("") } },
        },
      },
    ],
    [
      "versions that differ in case",
      {
        policies: {
          a: { active: { "1.0.0-rc": hashOf(""), "1.0.0-RC": hashOf("") }, deprecated: {}, revoked: {} },
        },
      },
    ],
  ] as const)("%s is refused", async ([, members]) => {
    await expect(openEdited((json) => Object.assign(json, members))).rejects.toThrow(refusal("POL-040"));
  });

  it("a missing member is refused", async () => {
    for (const member of ["type", "version", "issuedAt", "expiresAt", "policies"]) {
      await expect(openEdited((json) => Reflect.deleteProperty(json, member))).rejects.toThrow(
        refusal("POL-040"),
      );
    }
  });

  it("anything but one strict JSON document is refused (threat 18)", async () => {
    for (const bytes of [
      new Uint8Array(),
      encodeUtf8("{}{}"),
      replaced(document, '"version":3', '"version":3,"version":4'),
    ]) {
      const other = await signAs(payloadTypes.policyIndex, bytes, ["policy"]);
      expect(() => openPolicyIndex(other, trustRoot)).toThrow(refusal("POL-040"));
    }
  });
});

describe("Only a listed bundle may be executed (threat 31)", () => {
  const bundle = (policyVersion: string, content = policyVersion) => {
    return { policyId: "claims-approval", policyVersion, bundleHash: hashOf(content) };
  };

  it("finds active and deprecated versions", () => {
    expect(requireListed(index, bundle("1.2.0"))).toBe("active");
    expect(requireListed(index, bundle("1.1.0"))).toBe("deprecated");
    expect(findVersion(index, bundle("1.0.0"))).toEqual({ status: "revoked", bundleHash: hashOf("1.0.0") });
  });

  it("refuses revoked, unlisted and exchanged ones", () => {
    expect(() => requireListed(index, bundle("1.0.0"))).toThrow(refusal("POL-043"));
    expect(() => requireListed(index, bundle("1.0.0", "other"))).toThrow(refusal("POL-043"));
    expect(() => requireListed(index, bundle("9.0.0"))).toThrow(refusal("POL-042"));
    expect(() => requireListed(index, { ...bundle("1.2.0"), policyId: "toString" })).toThrow(
      refusal("POL-042"),
    );
    expect(() => requireListed(index, bundle("1.2.0", "other"))).toThrow(refusal("POL-044"));
    expect(() => requireListed(index, bundle("1.1.0", "1.2.0"))).toThrow(refusal("POL-044"));
  });
});

describe("A policy index is in force from its issue to its expiry (threat 23, threat 31)", () => {
  it.each([NOW, NOW + 7 * DAY_MS - 1])("at %d", (now) => {
    expect(() => {
      requireIndexUnexpired(index, now);
    }).not.toThrow(Error);
  });

  it.each([NOW + 7 * DAY_MS, NOW + 3650 * DAY_MS, NaN])("and has expired at %d", (now) => {
    expect(() => {
      requireIndexUnexpired(index, now);
    }).toThrow(refusal("POL-045"));
  });

  it.each([NOW - 1, NOW - 3650 * DAY_MS])("and is from the future at %d", (now) => {
    expect(() => {
      requireIndexUnexpired(index, now);
    }).toThrow(refusal("POL-046"));
  });
});

describe("The highest index seen is never lowered (threat 31)", () => {
  it("accepts the first one, the same one and any later one", () => {
    for (const remembered of [
      undefined,
      { version: 3, hash: index.hash },
      { version: 1, hash: hashOf("x") },
    ]) {
      expect(() => {
        requireIndexNotRolledBack(remembered, index);
      }).not.toThrow(Error);
    }
  });

  it("refuses an earlier one, and another one of the same version", () => {
    expect(() => {
      requireIndexNotRolledBack({ version: 4, hash: hashOf("x") }, index);
    }).toThrow(refusal("POL-047"));
    expect(() => {
      requireIndexNotRolledBack({ version: 3, hash: hashOf("x") }, index);
    }).toThrow(refusal("POL-048"));
  });
});
