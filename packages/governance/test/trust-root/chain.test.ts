import { sha256 } from "@parmanasystems/canonical";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  openTrustRoot,
  openTrustRootChain,
  type SignedDocument,
  type TrustRoot,
  type TrustRootDraft,
  walkTrustRootChain,
} from "../../src/index.js";
import {
  DAY_MS,
  delegation,
  draftTrustRoot,
  flipped,
  NOW,
  refusal,
  signedChain,
  signerOf,
  signTrustRoot,
  trustedKey,
} from "../signed-fixtures.js";

const pinnedKey = signerOf("root").publicKey;
const [first, second, third] = (await signedChain(3)) as [SignedDocument, SignedDocument, SignedDocument];
const open = (...documents: readonly SignedDocument[]) => openTrustRootChain({ documents, pinnedKey });

/** A root role of its own for a version, with a key for the policies beside it. */
function rooted(threshold: number, ...names: readonly string[]): Partial<TrustRootDraft> {
  return {
    keys: [...names, "policy"].map((name) => trustedKey(name)),
    roles: new Map([
      ["root", delegation(threshold, ...names)],
      ["policy", delegation(1, "policy")],
    ]),
  };
}

const following = (before: SignedDocument, version: number, root: Partial<TrustRootDraft>): TrustRootDraft =>
  draftTrustRoot({ version, previous: sha256(before.document), issuedAt: NOW + version * DAY_MS, ...root });

describe("A chain is walked from the pinned key through every version (threat 22)", () => {
  it("gives every version in order, frozen", () => {
    const chain = open(first, second, third);
    expect(chain.map(({ version, hash }) => [version, hash])).toEqual(
      [first, second, third].map(({ document }, at) => [at + 1, sha256(document)]),
    );
    expect(Object.isFrozen(chain)).toBe(true);
    expect(open(first)).toHaveLength(1);
  });

  it("refuses to begin later than with version 1", () => {
    expect(() => open(second)).toThrow(refusal("TRUST-027"));
    expect(() => open(second, third)).toThrow(refusal("TRUST-027"));
    expect(() => open(third)).toThrow("versions 1 to 2");
    expect(() => openTrustRoot({ ...second, pinnedKey })).toThrow(refusal("TRUST-027"));
  });

  it("refuses any other selection than all of them in order (property)", () => {
    const versions = [first, second, third];
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 1, maxLength: 5 }), (picked) => {
        const attempt = () => open(...picked.flatMap((at) => versions[at] ?? []));
        if (picked.every((at, index) => at === index)) expect(attempt()).toHaveLength(picked.length);
        else expect(attempt).toThrow(refusal(picked[0] === 0 ? "TRUST-020" : "TRUST-027"));
      }),
      { numRuns: 60 },
    );
  });

  it("refuses a predecessor of another chain", async () => {
    const other = await signTrustRoot(draftTrustRoot({ issuedAt: NOW + 1, expiresAt: NOW + DAY_MS }), "root");
    expect(() => open(other, second)).toThrow(refusal("TRUST-022"));
  });

  it("refuses a chain without a member, and one of more than 1,024 before it opens any", () => {
    expect(() => open()).toThrow(refusal("TRUST-028"));
    expect(() => open(...new Array<SignedDocument>(1025).fill(first))).toThrow(refusal("TRUST-028"));
    expect(() => open(...new Array<SignedDocument>(1024).fill(first))).toThrow(refusal("TRUST-020"));
  });

  it("refuses one changed byte in any version (property)", () => {
    const versions = [first, second, third];
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.constantFrom("document", "signature"),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (at, file, position, mask) => {
          const changed = versions.map((signed, index) =>
            index === at
              ? { ...signed, [file]: flipped(signed[file], position % signed[file].length, mask) }
              : signed,
          );
          expect(() => open(...changed)).toThrow(expect.objectContaining({ name: "GovernanceError" }));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("One pinned key does not take over a root role that several share (threat 21)", () => {
  const shared = signTrustRoot(draftTrustRoot(rooted(2, "root", "second")), "root", "second");

  it("by declaring a lower threshold in a new version", async () => {
    const v1 = await shared;
    const forged = await signTrustRoot(following(v1, 2, rooted(1, "root", "attacker")), "root");
    expect(() => open(v1, forged)).toThrow(refusal("TRUST-032"));
    expect(() => open(forged)).toThrow(refusal("TRUST-027"));
    expect(() => openTrustRoot({ ...forged, pinnedKey })).toThrow(refusal("TRUST-027"));
  });

  it("nor two versions later", async () => {
    const v1 = await shared;
    const v2 = await signTrustRoot(following(v1, 2, rooted(1, "root")), "root");
    const v3 = await signTrustRoot(following(v2, 3, rooted(1, "root")), "root");
    expect(() => open(v1, v2, v3)).toThrow(refusal("TRUST-032"));
    expect(() => open(v1, v3)).toThrow(refusal("TRUST-020"));
  });

  it("nor once it was rotated out", async () => {
    const v1 = await shared;
    const rotation = following(v1, 2, rooted(2, "second", "third"));
    const v2 = await signTrustRoot(rotation, "root", "second", "third");
    const back = await signTrustRoot(following(v2, 3, rooted(1, "root")), "root");
    expect(open(v1, v2).map(({ version }: TrustRoot) => version)).toEqual([1, 2]);
    expect(() => open(v1, v2, back)).toThrow(refusal("TRUST-032"));
  });

  it("while the threshold of both versions opens it", async () => {
    const v1 = await shared;
    const v2 = await signTrustRoot(following(v1, 2, rooted(1, "third")), "root", "second", "third");
    expect(open(v1, v2)[1]).toMatchObject({ version: 2, previous: sha256(v1.document) });
  });
});

describe("A revoked key stays revoked along the whole chain (threat 25)", () => {
  it("is refused when it was dropped in one version and comes back as a good one in the next", async () => {
    const roles = new Map([
      ["root", delegation(1, "root")],
      ["policy", delegation(1, "policy")],
    ]);
    const withKeys = (...keys: TrustRootDraft["keys"] extends Iterable<infer Key> ? Key[] : never) => ({
      keys: [trustedKey("root"), trustedKey("policy"), ...keys],
      roles,
    });
    const compromised = (since: number) =>
      trustedKey("second", { status: "revoked", revokedAt: since, reason: "compromised" });
    const sign = (draft: TrustRootDraft) => signTrustRoot(draft, "root");
    const runtime = new Map([...roles, ["runtime", delegation(1, "second")]]);
    const v1 = await sign(draftTrustRoot({ ...withKeys(trustedKey("second")), roles: runtime }));
    const v2 = await sign(following(v1, 2, { ...withKeys(compromised(NOW + DAY_MS)), roles: runtime }));
    const v3 = await sign(following(v2, 3, withKeys()));
    const revived = await sign(following(v3, 4, { ...withKeys(trustedKey("second")), roles: runtime }));
    const later = await sign(
      following(v3, 4, { ...withKeys(compromised(NOW + 2 * DAY_MS)), roles: runtime }),
    );
    const still = await sign(following(v3, 4, { ...withKeys(compromised(NOW + DAY_MS)), roles: runtime }));
    expect(() => open(v1, v2, v3, revived)).toThrow(refusal("TRUST-023"));
    expect(() => open(v1, v2, v3, later)).toThrow(refusal("TRUST-023"));
    expect(open(v1, v2, v3, still)).toHaveLength(4);
  });
});

describe("A walk says whose signatures opened each version", () => {
  it("the pinned key's and the own threshold's first, then both thresholds'", async () => {
    const v1 = await signTrustRoot(draftTrustRoot(rooted(2, "root", "second")), "root", "second");
    const v2 = await signTrustRoot(following(v1, 2, rooted(1, "third")), "root", "second", "third");
    const steps = [...walkTrustRootChain({ documents: [v1, v2], pinnedKey })];
    const ids = (...names: string[]) => names.map((name) => signerOf(name).keyId);
    expect(steps.map(({ signedBy, acceptedBy }) => [signedBy, acceptedBy])).toEqual([
      [ids("root", "second"), ids("root")],
      [ids("third"), ids("root", "second")],
    ]);
  });

  it("yields what holds, up to the version that does not", async () => {
    const forged = await signTrustRoot(following(second, 3, rooted(1, "attacker")), "attacker");
    const seen: number[] = [];
    expect(() => {
      for (const { trustRoot } of walkTrustRootChain({ documents: [first, second, forged], pinnedKey })) {
        seen.push(trustRoot.version);
      }
    }).toThrow(refusal("TRUST-032"));
    expect(seen).toEqual([1, 2]);
  });
});

describe("A pinned hash must be that of a version on the chain", () => {
  const hashes = [first, second, third].map(({ document }) => sha256(document));
  const pinned = (pinnedHash: (typeof hashes)[number] | undefined, ...documents: SignedDocument[]) =>
    openTrustRootChain({ documents, pinnedKey, pinnedHash });

  it("whichever version that is; none is asked for where none is pinned", () => {
    for (const hash of [...hashes, undefined]) {
      expect(pinned(hash, first, second, third)).toHaveLength(3);
    }
  });

  it("refuses another version 1 by the pinned key's holder, and a chain that ends before the pinned version", async () => {
    const other = await signTrustRoot(draftTrustRoot({ issuedAt: NOW + 9 }), "root");
    expect(open(other)).toHaveLength(1);
    for (const hash of hashes) expect(() => pinned(hash, other)).toThrow(refusal("TRUST-018"));
    expect(() => pinned(hashes[2], first, second)).toThrow(refusal("TRUST-018"));
  });

  it("is not taken from a polluted prototype, nor loosened by one (threat 58)", () => {
    Object.defineProperty(Object.prototype, "pinnedHash", { value: "sha256:x", configurable: true });
    try {
      expect(open(first)).toHaveLength(1);
    } finally {
      Reflect.deleteProperty(Object.prototype, "pinnedHash");
    }
  });
});
