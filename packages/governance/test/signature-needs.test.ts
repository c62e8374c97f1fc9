import { payloadTypes } from "@parmanasystems/signing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createNextTrustRoot,
  createPolicyIndexDocument,
  createProposal,
  isComplete,
  openTrustRoot,
  requireWantedSigner,
  signatureNeeds,
  type SignatureProposal,
  signedDocumentOf,
  signProposal,
} from "../src/index.js";
import {
  DAY_MS,
  delegation,
  draftTrustRoot,
  NOW,
  openedTrustRoot,
  refusal,
  signerOf,
  signTrustRoot,
  trustedKey,
} from "./signed-fixtures.js";

const id = (name: string): string => signerOf(name).keyId;
const pinnedKey = signerOf("alice").publicKey;
const rootKeys = ["alice", "bob", "carol"];
const first = openTrustRoot({
  ...(await signTrustRoot(
    draftTrustRoot({
      keys: [...rootKeys, "policy"].map((name) => trustedKey(name)),
      roles: new Map([
        ["root", delegation(2, ...rootKeys)],
        ["policy", delegation(1, "policy")],
      ]),
    }),
    "alice",
    "bob",
  )),
  pinnedKey,
});
const dave = { role: "root", operator: "operator of dave", publicKey: signerOf("dave").publicKey };
const rotation = createProposal(
  payloadTypes.trustRoot,
  createNextTrustRoot(first, { add: [dave], remove: [id("carol")] }, NOW + DAY_MS),
);
const signedBy = (proposal: SignatureProposal, ...names: string[]) =>
  signProposal(proposal, names.map(signerOf));
const summary = (proposal: SignatureProposal) =>
  signatureNeeds(proposal, first).map(({ trustRootVersion, missing, signed, candidates }) => [
    trustRootVersion,
    missing,
    signed.map(({ keyId }) => keyId),
    candidates.map(({ keyId }) => keyId).sort(),
  ]);
const index = createProposal(
  payloadTypes.policyIndex,
  createPolicyIndexDocument({ version: 1, issuedAt: NOW, expiresAt: NOW + DAY_MS, policies: new Map() }),
);

describe("A rotation needs the old threshold and the new one (threat 21)", () => {
  it("and says whose signatures are missing for each", async () => {
    expect(summary(rotation)).toEqual([
      [1, 2, [], [id("alice"), id("bob"), id("carol")].sort()],
      [2, 2, [], [id("alice"), id("bob"), id("dave")].sort()],
    ]);
    expect(summary(await signedBy(rotation, "carol", "alice"))).toEqual([
      [1, 0, [id("carol"), id("alice")], []],
      [2, 1, [id("alice")], [id("bob"), id("dave")].sort()],
    ]);
    const complete = await signedBy(rotation, "alice", "bob");
    expect(isComplete(signatureNeeds(complete, first))).toBe(true);
  });

  it("counts exactly as opening it does (property)", async () => {
    const names = [...rootKeys, "dave", "stranger"];
    await fc.assert(
      fc.asyncProperty(fc.subarray(names, { minLength: 1 }), async (signers) => {
        const proposal = await signedBy(rotation, ...signers);
        const open = () => openTrustRoot({ ...signedDocumentOf(proposal), pinnedKey, previous: first });
        if (isComplete(signatureNeeds(proposal, first))) expect(open().version).toBe(2);
        else expect(open).toThrow(refusal("TRUST-032"));
      }),
      { numRuns: 40 },
    );
  });

  it("refuses a bad signature of a key that counts, and ignores those of strangers", async () => {
    const signed = await signedBy(rotation, "alice", "stranger");
    const bad = { keyid: id("bob"), sig: `${"A".repeat(86)}==` };
    expect(() => signatureNeeds({ ...signed, signatures: [...signed.signatures, bad] }, first)).toThrow(
      refusal("TRUST-031"),
    );
    expect(summary(signed)[0]?.[1]).toBe(1);
  });

  it("counts operators: a second key of one of them is no candidate", async () => {
    const twin = { ...dave, operator: "operator of alice" };
    const proposal = createProposal(
      payloadTypes.trustRoot,
      createNextTrustRoot(first, { add: [twin] }, NOW + DAY_MS),
    );
    const [, own] = signatureNeeds(await signedBy(proposal, "alice"), first);
    expect(own?.candidates.map(({ keyId }) => keyId).sort()).toEqual([id("bob"), id("carol")].sort());
    const [, both] = signatureNeeds(await signedBy(proposal, "alice", "dave"), first);
    expect(both?.missing).toBe(1);
  });

  it("names no candidate that may not sign: retired, revoked or no longer valid", async () => {
    const proposal = createProposal(
      payloadTypes.trustRoot,
      createNextTrustRoot(
        first,
        { retire: [{ keyId: id("bob") }], revoke: [{ keyId: id("carol"), reason: "lost" }], add: [dave] },
        NOW + DAY_MS,
      ),
    );
    const [old, own] = signatureNeeds(proposal, first);
    expect(old?.candidates).toHaveLength(3);
    expect(own?.candidates.map(({ keyId }) => keyId).sort()).toEqual([id("alice"), id("dave")].sort());
  });
});

describe("What could never be installed needs nobody's signature", () => {
  it.for<[string, () => SignatureProposal, Parameters<typeof refusal>[0]]>([
    [
      "a version that is not the next (threat 22)",
      () => {
        const second = openTrustRootUnsigned(rotation);
        return createProposal(payloadTypes.trustRoot, createNextTrustRoot(second, {}, NOW + 2 * DAY_MS));
      },
      "TRUST-020",
    ],
    [
      "the successor of another trust root",
      () => {
        const other = { ...first, hash: `sha256:${"0".repeat(64)}` as const };
        return createProposal(payloadTypes.trustRoot, createNextTrustRoot(other, {}, NOW + DAY_MS));
      },
      "TRUST-022",
    ],
  ])("%s", ([, propose, code]) => {
    expect(() => signatureNeeds(propose(), first)).toThrow(refusal(code));
  });

  it("a second version without the first, or anything else without a trust root", () => {
    expect(() => signatureNeeds(rotation, undefined)).toThrow(refusal("TRUST-042"));
    expect(() => signatureNeeds(index, undefined)).toThrow(refusal("TRUST-042"));
  });
});

describe("A first version, and what other roles sign", () => {
  it("a first version is judged by itself alone", async () => {
    const proposal = createProposal(
      payloadTypes.trustRoot,
      signedDocumentOf(await signedBy(rotation, "alice")).document,
    );
    expect(proposal.content.kind).toBe("trust-root");
    const own = await openedTrustRoot();
    expect(own.version).toBe(1);
    const unsigned = (await signTrustRoot(draftTrustRoot(), "root")).document;
    expect(signatureNeeds(createProposal(payloadTypes.trustRoot, unsigned), undefined)).toMatchObject([
      { trustRootVersion: 1, role: "root", threshold: 1, missing: 1 },
    ]);
  });

  it("an index is judged by the policy role of the trust root in force", async () => {
    expect(signatureNeeds(index, first)).toMatchObject([{ role: "policy", threshold: 1, missing: 1 }]);
    expect(isComplete(signatureNeeds(await signedBy(index, "alice"), first))).toBe(false);
    expect(isComplete(signatureNeeds(await signedBy(index, "policy"), first))).toBe(true);
  });
});

describe("Who may sign a proposal", () => {
  const at = NOW + 2 * DAY_MS;
  it.each(["alice", "bob", "carol", "dave"])(
    "%s: a root key of the old version or of the new one",
    (name) => {
      expect(() => {
        requireWantedSigner(rotation, first, id(name), at);
      }).not.toThrow(Error);
    },
  );

  it("nobody else", () => {
    expect(() => {
      requireWantedSigner(rotation, first, id("policy"), at);
    }).toThrow(refusal("TRUST-034"));
    expect(() => {
      requireWantedSigner(index, first, id("alice"), NOW + 1);
    }).toThrow(refusal("TRUST-034"));
    expect(() => {
      requireWantedSigner(rotation, first, id("alice"), NOW - 1);
    }).toThrow(refusal("TRUST-035"));
  });
});

function openTrustRootUnsigned({ content }: SignatureProposal) {
  if (content.kind === "trust-root") return content.value;
  throw new TypeError("no trust root");
}
