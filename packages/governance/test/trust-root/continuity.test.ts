import { describe, expect, it } from "vitest";
import {
  newestTrustRoot,
  openTrustRoot,
  requireTrustRootNotRolledBack,
  requireUnexpired,
  type TrustRoot,
  type TrustRootDraft,
} from "../../src/index.js";
import { requireSuccessor } from "../../src/trust-root/continuity.js";
import {
  DAY_MS,
  delegation,
  draftTrustRoot,
  EXPIRES,
  NOW,
  parsedTrustRoot,
  refusal,
  signerOf,
  signTrustRoot,
  trustedKey,
} from "../signed-fixtures.js";

const pinnedKey = signerOf("root").publicKey;
const first = parsedTrustRoot();

function next(changes: Partial<TrustRootDraft> = {}): TrustRoot {
  return parsedTrustRoot({ version: 2, previous: first.hash, issuedAt: NOW + 1, ...changes });
}

describe("Versions of a trust root follow one another (threat 22)", () => {
  it("accepts the direct successor", () => {
    const second = next();
    expect(() => {
      requireSuccessor(first, second);
    }).not.toThrow(Error);
  });

  it("refuses to skip a version, to go back, or to stay", () => {
    const second = next();
    const third = parsedTrustRoot({ version: 3, previous: second.hash, issuedAt: NOW + 2 });
    for (const [previous, following] of [
      [first, third],
      [third, second],
      [second, first],
      [second, second],
    ] as const) {
      expect(() => {
        requireSuccessor(previous, following);
      }).toThrow(refusal("TRUST-020"));
    }
  });

  it("tells equivocation apart: the same version with other content", () => {
    const other = next({ expiresAt: EXPIRES + 1 });
    const second = next();
    expect(() => {
      requireSuccessor(second, other);
    }).toThrow(refusal("TRUST-021"));
  });

  it("refuses a successor of another document, and one that is dated before", async () => {
    const other = parsedTrustRoot({ expiresAt: EXPIRES + 1 });
    const second = next();
    expect(() => {
      requireSuccessor(other, second);
    }).toThrow(refusal("TRUST-022"));
    const earlier = await signTrustRoot(
      draftTrustRoot({ version: 2, previous: first.hash, issuedAt: NOW - 1 }),
      "root",
    );
    expect(() => openTrustRoot({ ...earlier, pinnedKey, previous: first })).toThrow(refusal("TRUST-023"));
  });

  it("refuses to weaken a revocation", () => {
    const roles = new Map([
      ["root", delegation(1, "root")],
      ["policy", delegation(1, "policy")],
    ]);
    const withPolicyKey = (changes: Parameters<typeof trustedKey>[1]): Partial<TrustRootDraft> => {
      return { roles, keys: [trustedKey("root"), trustedKey("policy", changes)] };
    };
    const revoked = parsedTrustRoot(withPolicyKey({ status: "revoked", revokedAt: NOW + DAY_MS }));
    const follow = (changes: Partial<TrustRootDraft>): TrustRoot =>
      parsedTrustRoot({ version: 2, previous: revoked.hash, ...changes });
    for (const weaker of [
      follow(withPolicyKey({})),
      follow(withPolicyKey({ status: "retired" })),
      follow(withPolicyKey({ status: "revoked", revokedAt: NOW + DAY_MS + 1 })),
    ]) {
      expect(() => {
        requireSuccessor(revoked, weaker);
      }).toThrow(refusal("TRUST-023"));
    }
    for (const sound of [
      follow(withPolicyKey({ status: "revoked", revokedAt: NOW + DAY_MS })),
      follow(withPolicyKey({ status: "revoked", revokedAt: NOW })),
      follow({ keys: [trustedKey("root")], roles: new Map([["root", delegation(1, "root")]]) }),
    ]) {
      expect(() => {
        requireSuccessor(revoked, sound);
      }).not.toThrow(Error);
    }
  });
});

describe("The highest version seen is never lowered (threat 22)", () => {
  const second = next();
  const third = parsedTrustRoot({ version: 3, previous: second.hash });
  const chains = [[first], [first, second], [first, second, third]];

  it.each(chains)("accepts a chain that reaches back to it, however far it jumps", (...chain) => {
    for (const remembered of [undefined, ...chain]) {
      expect(() => {
        requireTrustRootNotRolledBack(remembered, chain);
      }).not.toThrow(Error);
    }
  });

  it("refuses an older, an equivocating and a forked chain, and one with a gap or without a member", () => {
    const other = parsedTrustRoot({ expiresAt: EXPIRES + 1 });
    const otherSecond = parsedTrustRoot({ version: 2, previous: other.hash });
    const otherThird = parsedTrustRoot({ version: 3, previous: otherSecond.hash });
    const table = [
      ["TRUST-026", second, [first]],
      ["TRUST-026", third, [first, second]],
      ["TRUST-021", first, [other]],
      ["TRUST-021", first, [other, otherSecond]],
      ["TRUST-021", second, [other, otherSecond]],
      ["TRUST-021", second, [other, otherSecond, otherThird]],
      ["TRUST-027", first, [third]],
      ["TRUST-027", second, [first, third]],
      ["TRUST-028", first, []],
      ["TRUST-028", undefined, []],
    ] as const;
    for (const [code, remembered, chain] of table) {
      expect(() => {
        requireTrustRootNotRolledBack(remembered, chain);
      }).toThrow(refusal(code));
    }
  });

  it("is that of the last member", () => {
    expect(newestTrustRoot([first, second])).toBe(second);
    expect(() => newestTrustRoot([])).toThrow(refusal("TRUST-028"));
  });
});

describe("A trust root is in force from its issue to its expiry, by the clock that is given (threat 23)", () => {
  it.each([NOW, NOW + 1, EXPIRES - 1])("at %d", (now) => {
    expect(() => {
      requireUnexpired(first, now);
    }).not.toThrow(Error);
  });

  it.each([EXPIRES, EXPIRES + 1, EXPIRES + 3650 * DAY_MS, Infinity, NaN])("and has expired at %d", (now) => {
    expect(() => {
      requireUnexpired(first, now);
    }).toThrow(refusal("TRUST-024"));
  });

  it.each([NOW - 1, NOW - 3650 * DAY_MS, -Infinity])("and is from the future at %d", (now) => {
    expect(() => {
      requireUnexpired(first, now);
    }).toThrow(refusal("TRUST-025"));
  });
});
