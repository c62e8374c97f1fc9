import { describe, expect, it } from "vitest";
import { parseCeremony } from "../../src/index.js";
import { refusal, signerOf } from "../signed-fixtures.js";

const jwk = signerOf("alice").publicKey.toJwk();
const plan = {
  type: "parmana/ceremony/v1",
  days: 365,
  roles: {
    root: {
      threshold: 2,
      keys: [
        { operator: "alice", jwk },
        { operator: "bob", file: "bob.pub.pem" },
      ],
    },
    policy: { keys: [{ operator: "alice" }] },
  },
};
const parse = (document: unknown) => parseCeremony(new TextEncoder().encode(JSON.stringify(document)));
const withRoot = (root: unknown) => ({ ...plan, roles: { root } });

describe("The description of a ceremony", () => {
  it("says who holds which role, by which key, and for how long", () => {
    const { days, keyDays, roles } = parse(plan);
    expect({ days, keyDays }).toEqual({ days: 365, keyDays: undefined });
    expect(roles.get("root")?.threshold).toBe(2);
    expect(roles.get("root")?.keys[0]?.publicKey?.keyId).toBe(signerOf("alice").keyId);
    expect(roles.get("root")?.keys[1]).toEqual({ operator: "bob", file: "bob.pub.pem" });
    expect(roles.get("policy")).toEqual({ threshold: 1, keys: [{ operator: "alice" }] });
    expect(parse({ ...plan, keyDays: 30 }).keyDays).toBe(30);
  });

  it.for([
    ["no type", { ...plan, type: undefined }],
    ["another type", { ...plan, type: "parmana/ceremony/v2" }],
    ["an unknown member (threat 19)", { ...plan, expires: "never" }],
    ["no days", { ...plan, days: undefined }],
    ["no whole days", { ...plan, days: 1.5 }],
    ["0 days", { ...plan, days: 0 }],
    ["too many days", { ...plan, days: 3651 }],
    ["roles as a list", { ...plan, roles: [] }],
    ["a role without keys", withRoot({ keys: [] })],
    ["a role with an unknown member", withRoot({ keys: [{ operator: "alice" }], quorum: 1 })],
    ["a threshold of 0", withRoot({ keys: [{ operator: "alice" }], threshold: 0 })],
    ["a key without operator", withRoot({ keys: [{ file: "a.pem" }] })],
    ["a key with an unknown member", withRoot({ keys: [{ operator: "alice", pem: "…" }] })],
    ["a key given twice", withRoot({ keys: [{ operator: "alice", file: "a.pem", jwk }] })],
    ["a JWK that is none", withRoot({ keys: [{ operator: "alice", jwk: "x" }] })],
    ["an operator of two lines", withRoot({ keys: [{ operator: "a\nb" }] })],
  ] as const)("is refused with %s", ([, document]) => {
    expect(() => parse(document)).toThrow(refusal("TRUST-043"));
  });

  it("is refused when a name occurs twice, or when it is no JSON (threat 1)", () => {
    const twice = JSON.stringify(plan).replace('"days":365', '"days":365,"days":1');
    for (const text of [twice, "{", ""]) {
      expect(() => parseCeremony(new TextEncoder().encode(text))).toThrow(refusal("TRUST-043"));
    }
  });

  it("is refused with a private key in it (threat 52)", () => {
    const secret = { ...jwk, d: jwk.x };
    const document = withRoot({ keys: [{ operator: "alice", jwk: secret }] });
    expect(() => parse(document)).toThrow(expect.objectContaining({ code: "KEY-006" }));
  });
});
