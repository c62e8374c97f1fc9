import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createNextTrustRoot,
  describeTrustRootChanges,
  type TrustedKey,
  type TrustRoot,
  type TrustRootChanges,
} from "../../src/index.js";
import { parseTrustRoot } from "../../src/trust-root/document.js";
import { DAY_MS, EXPIRES, NOW, parsedTrustRoot, signerOf, trustedKey } from "../signed-fixtures.js";

const id = (name: string): string => signerOf(name).keyId;
const first = parsedTrustRoot();
const words = (changes: TrustRootChanges): string => {
  const next = parseTrustRoot(createNextTrustRoot(first, changes, NOW + DAY_MS));
  return describeTrustRootChanges(next, first).join("\n");
};
const deputy = { role: "policy", operator: "Deputy", publicKey: signerOf("deputy").publicKey };

describe("A new version is put into words for who is to sign it", () => {
  it.for<[string, TrustRootChanges, string]>([
    ["an added key", { add: [deputy] }, `Key ${id("deputy")} of Deputy is added to role policy, valid from`],
    ["a new role", { add: [{ ...deputy, role: "log" }] }, "Role log is new: 1 of 1 keys."],
    ["a retired key", { retire: [{ keyId: id("policy") }] }, "is retired: it signs nothing new."],
    [
      "a revoked key",
      { revoke: [{ keyId: id("policy"), reason: "laptop lost" }] },
      "is REVOKED since 2026-11-21T22:00:00.000Z (laptop lost)",
    ],
    ["a removed key", { add: [deputy], remove: [id("policy")] }, "is REMOVED: nothing it signed verifies"],
    ["a dropped role", { dropRoles: ["release"] }, "Role release GOES: nothing can be signed for it"],
    ["the dropped runtime role", { dropRoles: ["runtime"] }, "every verifier chooses by itself"],
    [
      "a later end",
      { expiresAt: EXPIRES + DAY_MS },
      "It expires at 2027-11-21T22:00:00.000Z, and no longer at",
    ],
    [
      "a longer life of a key",
      { extend: [{ keyId: id("policy"), validUntil: EXPIRES + DAY_MS }] },
      `is valid from 2026-11-20T22:00:00.000Z to 2027-11-21T22:00:00.000Z, and no longer from`,
    ],
  ])("%s", ([, changes, sentence]) => {
    expect(words(changes)).toContain(sentence);
  });

  it("warns of lower thresholds", () => {
    const two = { ...deputy, role: "root" };
    const shared = parseTrustRoot(
      createNextTrustRoot(first, { add: [two], thresholds: { root: 2 } }, NOW + 1),
    );
    expect(describeTrustRootChanges(shared, first)).toContain(
      "Role root demands 2 signatures, and no longer 1.",
    );
    const alone = parseTrustRoot(createNextTrustRoot(shared, { thresholds: { root: 1 } }, NOW + 2));
    expect(describeTrustRootChanges(alone, shared)).toEqual([
      "Role root demands 1 signatures, and no longer 2. FEWER signatures suffice from now on.",
    ]);
  });

  it("warns of roles that nobody could sign for any more", () => {
    expect(words({ revoke: [{ keyId: id("policy"), reason: "lost" }] })).toContain(
      "Role policy demands 1 signatures, and 0 operators have an active key: nothing new can be signed for it.",
    );
    expect(words({ retire: [{ keyId: id("root") }] })).toContain("no later version can ever follow this one");
  });

  it("says all of a first version", () => {
    const sentences = describeTrustRootChanges(first);
    expect(sentences).toHaveLength(1 + first.roles.size + first.keys.size);
    expect(sentences[0]).toBe("It is in force from 2026-11-20T22:00:00.000Z to 2027-11-20T22:00:00.000Z.");
  });

  it("has nothing to say of a version that changes nothing", () => {
    expect(words({})).toBe("");
  });
});

describe("No change is left unsaid", () => {
  const names = ["a", "b", "c"];
  const trusted = new Map(names.map((name) => [name, { ...trustedKey(name), keyId: id(name) }]));
  const statuses: fc.Arbitrary<Pick<TrustedKey, "status" | "revokedAt">> = fc.constantFrom(
    { status: "active" },
    { status: "retired" },
    { status: "revoked", revokedAt: NOW },
    { status: "revoked", revokedAt: NOW + 1 },
  );
  const key = (name: string): fc.Arbitrary<TrustedKey[]> =>
    fc.oneof(
      fc.constant<TrustedKey[]>([]),
      fc
        .record({
          operator: fc.constantFrom("Acme", "Bolt"),
          validFrom: fc.constantFrom(NOW - DAY_MS, NOW),
          validUntil: fc.constantFrom(NOW + DAY_MS, EXPIRES),
          reason: fc.constantFrom(undefined, "lost", "copied"),
          status: statuses,
        })
        .map(({ status, reason, ...terms }): TrustedKey[] => {
          const known = trusted.get(name);
          if (known === undefined) throw new TypeError(name);
          return [{ ...known, ...terms, ...status, ...(reason === undefined ? {} : { reason }) }];
        }),
    );
  // Made without a document: admitting keys a thousand times is another test's business.
  const trustRoots: fc.Arbitrary<TrustRoot> = fc
    .record({
      keys: fc.tuple(...names.map(key)),
      role: fc.constantFrom("policy", "log"),
      threshold: fc.constantFrom(1, 2),
      expiresAt: fc.constantFrom(EXPIRES, EXPIRES + 1),
    })
    .map(({ keys, role, threshold, expiresAt }) => {
      const [one = [], ...others] = keys;
      const idsOf = (listed: readonly TrustedKey[]) => listed.map(({ keyId }) => keyId);
      return {
        ...first,
        expiresAt,
        keys: new Map(keys.flat().map((each) => [each.keyId, each])),
        roles: new Map([
          ["root", { keyids: idsOf(one), threshold: 1 }],
          [role, { keyids: idsOf(others.flat()), threshold }],
        ]),
      };
    });
  const spelled = ({ keys, roles, expiresAt }: TrustRoot) =>
    JSON.stringify([[...keys], [...roles], expiresAt]);

  /** Differs from the first in at most one respect, which it takes from the second. */
  const variants = fc
    .tuple(trustRoots, trustRoots, fc.constantFrom("expiresAt", "roles", "key"), fc.constantFrom(...names))
    .map(([previous, other, respect, name]): [TrustRoot, TrustRoot] => {
      if (respect === "expiresAt") return [previous, { ...previous, expiresAt: other.expiresAt }];
      if (respect === "roles") return [previous, { ...previous, roles: held(other.roles, previous.keys) }];
      const keys = new Map(previous.keys);
      const replacement = other.keys.get(id(name));
      if (replacement === undefined) keys.delete(id(name));
      else keys.set(id(name), replacement);
      return [previous, { ...previous, keys, roles: held(previous.roles, keys) }];
    });
  /** A role lists no key that the trust root does not hold. */
  const held = (roles: TrustRoot["roles"], keys: TrustRoot["keys"]): TrustRoot["roles"] =>
    new Map(
      [...roles].map(([role, { keyids, threshold }]) => [
        role,
        { keyids: keyids.filter((keyId) => keys.has(keyId)), threshold },
      ]),
    );

  it("of two trust roots that differ in one respect, the second is not described as if it were the first (property)", () => {
    let different = 0;
    fc.assert(
      fc.property(variants, ([previous, next]) => {
        if (spelled(previous) === spelled(next)) return;
        different += 1;
        expect(describeTrustRootChanges(next, previous)).not.toEqual(
          describeTrustRootChanges(previous, previous),
        );
      }),
      { numRuns: 5_000 },
    );
    expect(different).toBeGreaterThan(2_000);
  });
});
