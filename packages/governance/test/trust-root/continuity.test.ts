import { describe, expect, it } from "vitest";
import {
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
  openedTrustRoot,
  refusal,
  signerOf,
  signTrustRoot,
  trustedKey,
} from "../signed-fixtures.js";

const pinnedKey = signerOf("root").publicKey;
const first = await openedTrustRoot();

async function next(changes: Partial<TrustRootDraft> = {}): Promise<TrustRoot> {
  return openedTrustRoot({ version: 2, previous: first.hash, issuedAt: NOW + 1, ...changes });
}

describe("Versions of a trust root follow one another (threat 22)", () => {
  it("accepts the direct successor", async () => {
    const second = await next();
    expect(() => {
      requireSuccessor(first, second);
    }).not.toThrow(Error);
  });

  it("refuses to skip a version, to go back, or to stay", async () => {
    const second = await next();
    const third = await openedTrustRoot({ version: 3, previous: second.hash, issuedAt: NOW + 2 });
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

  it("tells equivocation apart: the same version with other content", async () => {
    const other = await next({ expiresAt: EXPIRES + 1 });
    const second = await next();
    expect(() => {
      requireSuccessor(second, other);
    }).toThrow(refusal("TRUST-021"));
  });

  it("refuses a successor of another document, and one that is dated before", async () => {
    const other = await openedTrustRoot({ expiresAt: EXPIRES + 1 });
    const second = await next();
    expect(() => {
      requireSuccessor(other, second);
    }).toThrow(refusal("TRUST-022"));
    const earlier = await signTrustRoot(
      draftTrustRoot({ version: 2, previous: first.hash, issuedAt: NOW - 1 }),
      "root",
    );
    expect(() => openTrustRoot({ ...earlier, pinnedKey, previous: first })).toThrow(refusal("TRUST-023"));
  });

  it("refuses to weaken a revocation", async () => {
    const roles = new Map([
      ["root", delegation(1, "root")],
      ["policy", delegation(1, "policy")],
    ]);
    const withPolicyKey = (changes: Parameters<typeof trustedKey>[1]): Partial<TrustRootDraft> => {
      return { roles, keys: [trustedKey("root"), trustedKey("policy", changes)] };
    };
    const revoked = await openedTrustRoot(withPolicyKey({ status: "revoked", revokedAt: NOW + DAY_MS }));
    const follow = async (changes: Partial<TrustRootDraft>): Promise<TrustRoot> =>
      openedTrustRoot({ version: 2, previous: revoked.hash, ...changes });
    for (const weaker of [
      await follow(withPolicyKey({})),
      await follow(withPolicyKey({ status: "retired" })),
      await follow(withPolicyKey({ status: "revoked", revokedAt: NOW + DAY_MS + 1 })),
    ]) {
      expect(() => {
        requireSuccessor(revoked, weaker);
      }).toThrow(refusal("TRUST-023"));
    }
    for (const sound of [
      await follow(withPolicyKey({ status: "revoked", revokedAt: NOW + DAY_MS })),
      await follow(withPolicyKey({ status: "revoked", revokedAt: NOW })),
      await follow({ keys: [trustedKey("root")], roles: new Map([["root", delegation(1, "root")]]) }),
    ]) {
      expect(() => {
        requireSuccessor(revoked, sound);
      }).not.toThrow(Error);
    }
  });
});

describe("The highest version seen is never lowered (threat 22)", () => {
  it("accepts the first one ever, the same one, and its direct successor", async () => {
    for (const remembered of [undefined, { version: 1, hash: first.hash }]) {
      expect(() => {
        requireTrustRootNotRolledBack(remembered, first);
      }).not.toThrow(Error);
    }
    const second = await next();
    expect(() => {
      requireTrustRootNotRolledBack({ version: 1, hash: first.hash }, second);
    }).not.toThrow(Error);
  });

  it("refuses an older, a forked, an equivocating and a skipping one", async () => {
    const second = await next();
    const third = await openedTrustRoot({ version: 3, previous: second.hash });
    const other = await openedTrustRoot({ expiresAt: EXPIRES + 1 });
    const table = [
      ["TRUST-026", second, first],
      ["TRUST-021", first, other],
      ["TRUST-022", other, second],
      ["TRUST-020", first, third],
    ] as const;
    for (const [code, remembered, seen] of table) {
      expect(() => {
        requireTrustRootNotRolledBack(remembered, seen);
      }).toThrow(refusal(code));
    }
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
