import { describe, expect, it } from "vitest";
import {
  createNextTrustRoot,
  keyValidUntil,
  type TrustRoot,
  type TrustRootChanges,
} from "../../src/index.js";
import { parseTrustRoot } from "../../src/trust-root/document.js";
import {
  DAY_MS,
  draftTrustRoot,
  EXPIRES,
  NOW,
  parsedTrustRoot,
  refusal,
  signerOf,
  trustedKey,
} from "../signed-fixtures.js";

const LATER = NOW + DAY_MS;
const id = (name: string): string => signerOf(name).keyId;
const first = parsedTrustRoot();
const next = (changes: TrustRootChanges, previous = first, now = LATER): TrustRoot =>
  parseTrustRoot(createNextTrustRoot(previous, changes, now));
const added = (name: string, role = "policy") => ({
  role,
  operator: name,
  publicKey: signerOf(name).publicKey,
});

describe("The next version of a trust root", () => {
  it("is the successor of the one before, and changes nothing else", () => {
    const second = next({});
    expect(second).toMatchObject({ version: 2, previous: first.hash, issuedAt: LATER, expiresAt: EXPIRES });
    expect([...second.keys.entries()]).toEqual([...first.keys.entries()]);
    expect([...second.roles.entries()]).toEqual([...first.roles.entries()]);
  });

  it("adds keys: to a role there is, and to a new one", () => {
    const second = next({ add: [added("deputy"), added("manager", "approver:claims")] });
    expect(second.roles.get("policy")).toEqual({ keyids: [id("policy"), id("deputy")], threshold: 1 });
    expect(second.roles.get("approver:claims")).toEqual({ keyids: [id("manager")], threshold: 1 });
    expect(second.keys.get(id("deputy"))).toMatchObject({
      operator: "deputy",
      status: "active",
      validFrom: LATER,
      validUntil: EXPIRES,
    });
  });

  it("lets a new root key outlive the trust root, so that an expired one can be replaced", () => {
    const second = next({ add: [added("spare", "root")] });
    expect(second.keys.get(id("spare"))?.validUntil).toBe(EXPIRES + (EXPIRES - LATER));
    expect(keyValidUntil("root", 0, Date.parse("9000-01-01T00:00:00.000Z"))).toBe(
      Date.parse("9998-12-31T23:59:59.999Z"),
    );
  });

  it("lets a key count from an earlier time, to vouch for what was dated then", () => {
    const key = { ...added("deputy"), validFrom: NOW, validUntil: LATER + DAY_MS };
    expect(next({ add: [key] }).keys.get(id("deputy"))).toMatchObject({
      validFrom: NOW,
      validUntil: LATER + DAY_MS,
    });
  });

  it("retires a key by status and by date, since the status alone binds nobody", () => {
    const second = next({ retire: [{ keyId: id("policy") }, { keyId: id("runtime"), until: LATER + 5 }] });
    expect(second.keys.get(id("policy"))).toMatchObject({ status: "retired", validUntil: LATER });
    expect(second.keys.get(id("runtime"))).toMatchObject({ status: "retired", validUntil: LATER + 5 });
    const late = next({ retire: [{ keyId: id("policy"), until: EXPIRES + DAY_MS }] });
    expect(late.keys.get(id("policy"))?.validUntil).toBe(EXPIRES);
  });

  it("revokes a key now or since an earlier time", () => {
    const revoke = [
      { keyId: id("policy"), reason: "lost" },
      { keyId: id("runtime"), reason: "copied", revokedAt: NOW + 1 },
    ];
    const second = next({ revoke });
    expect(second.keys.get(id("policy"))).toMatchObject({
      status: "revoked",
      revokedAt: LATER,
      reason: "lost",
    });
    expect(second.keys.get(id("runtime"))?.revokedAt).toBe(NOW + 1);
    const third = next({ revoke: [{ keyId: id("policy"), reason: "lost", revokedAt: NOW + 1 }] }, second);
    expect(third.keys.get(id("policy"))?.revokedAt).toBe(NOW + 1);
  });

  it("removes keys, drops roles and sets thresholds", () => {
    const second = next({
      add: [added("deputy"), added("second", "root")],
      remove: [id("policy")],
      dropRoles: ["runtime"],
      thresholds: { root: 2 },
    });
    expect([...second.roles]).toEqual([
      ["policy", { keyids: [id("deputy")], threshold: 1 }],
      ["release", { keyids: [id("release")], threshold: 1 }],
      ["root", { keyids: [id("root"), id("second")], threshold: 2 }],
    ]);
    expect(second.keys.has(id("policy"))).toBe(false);
    expect(second.keys.has(id("runtime"))).toBe(false);
  });

  it("extends keys and the trust root itself", () => {
    const end = EXPIRES + DAY_MS;
    const second = next({ expiresAt: end, extend: [{ keyId: id("policy"), validUntil: end }] });
    expect(second.expiresAt).toBe(end);
    expect(second.keys.get(id("policy"))?.validUntil).toBe(end);
  });

  it("keeps keys that no role lists, such as one that was revoked long ago", () => {
    const orphan = trustedKey("orphan", { status: "revoked", revokedAt: NOW });
    const previous = parsedTrustRoot({ keys: [...draftTrustRoot().keys, orphan] });
    expect(next({}, previous).keys.get(id("orphan"))?.revokedAt).toBe(NOW);
    expect(next({ remove: [id("orphan")] }, previous).keys.has(id("orphan"))).toBe(false);
  });
});

describe("A change that contradicts itself or what is there is refused (TRUST-050)", () => {
  const revoked = next({ revoke: [{ keyId: id("policy"), reason: "lost" }] });
  it.for<[string, TrustRootChanges, TrustRoot?]>([
    ["a key that is not there, to retire", { retire: [{ keyId: id("stranger") }] }],
    ["a key that is not there, to revoke", { revoke: [{ keyId: "x", reason: "lost" }] }],
    ["a key that is not there, to extend", { extend: [{ keyId: "x", validUntil: EXPIRES }] }],
    ["a key that is not there, to remove", { remove: [id("stranger")] }],
    ["a key that is there, to add", { add: [added("root", "policy")] }],
    ["a key added twice", { add: [added("deputy"), added("deputy")] }],
    [
      "a key changed twice",
      { retire: [{ keyId: id("policy") }], revoke: [{ keyId: id("policy"), reason: "lost" }] },
    ],
    ["a key changed and removed", { remove: [id("policy")], retire: [{ keyId: id("policy") }] }],
    ["a role that is not there, to drop", { dropRoles: ["log"] }],
    ["a role that is not there, for a threshold", { thresholds: { log: 1 } }],
    ["a role left without a key", { remove: [id("runtime")] }],
    ["a revocation in the future", { revoke: [{ keyId: id("policy"), reason: "x", revokedAt: LATER + 1 }] }],
    ["an extension that shortens", { extend: [{ keyId: id("policy"), validUntil: EXPIRES - 1 }] }],
    ["a revoked key, to retire", { retire: [{ keyId: id("policy") }] }, revoked],
    ["a revoked key, to extend", { extend: [{ keyId: id("policy"), validUntil: EXPIRES }] }, revoked],
  ])("%s", ([, changes, previous]) => {
    expect(() => next(changes, previous)).toThrow(refusal("TRUST-050"));
  });
});

describe("A change that no version may make is refused by its own code", () => {
  it.for<[string, TrustRootChanges, Parameters<typeof refusal>[0], TrustRoot?]>([
    ["a threshold out of reach", { thresholds: { root: 2 } }, "TRUST-015"],
    ["an unknown role", { add: [added("deputy", "admin")] }, "TRUST-013"],
    ["no root role", { dropRoles: ["root"] }, "TRUST-013"],
    ["an end that has passed", { expiresAt: LATER }, "TRUST-011"],
    ["a key that ends before it starts", { add: [{ ...added("deputy"), validUntil: LATER }] }, "TRUST-011"],
    [
      "a revocation that is moved to a later time (threat 25)",
      { revoke: [{ keyId: id("policy"), reason: "lost", revokedAt: LATER }] },
      "TRUST-023",
      next({ revoke: [{ keyId: id("policy"), reason: "lost", revokedAt: NOW + 1 }] }),
    ],
  ])("%s", ([, changes, code, previous]) => {
    expect(() => next(changes, previous)).toThrow(refusal(code));
  });

  it("a date before the version it follows", () => {
    expect(() => next({}, first, NOW - 1)).toThrow(refusal("TRUST-023"));
    expect(() => next({}, first, NaN)).toThrow(refusal("TRUST-011"));
  });
});

describe("Changes count operators, not only keys (threat 21)", () => {
  it("two keys of one operator do not reach a threshold of two", () => {
    const { operator } = trustedKey("root");
    const second = { ...added("second", "root"), operator };
    expect(() => next({ add: [second], thresholds: { root: 2 } })).toThrow(refusal("TRUST-015"));
  });
});
