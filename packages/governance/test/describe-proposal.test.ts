import { sha256 } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import {
  createBundleManifest,
  createPolicyIndexDocument,
  createProposal,
  createReleaseManifestDocument,
  createTrustRootDocument,
  describeProposal,
  type PolicyIndex,
  type PolicyIndexDraft,
} from "../src/index.js";
import { parsePolicyIndex } from "../src/policy-index.js";
import { DAY_MS, draftTrustRoot, NOW, policyBytes } from "./signed-fixtures.js";

type Listing = Readonly<
  Record<string, readonly [status: "active" | "deprecated" | "revoked", content: string]>
>;

function index(version: number, listing: Listing): PolicyIndex {
  const versions = { active: new Map(), deprecated: new Map(), revoked: new Map() };
  for (const [name, [status, content]] of Object.entries(listing))
    versions[status].set(name, sha256(content));
  const policies = Object.keys(listing).length === 0 ? new Map() : new Map([["claims", versions]]);
  const draft: PolicyIndexDraft = { version, issuedAt: NOW, expiresAt: NOW + DAY_MS, policies };
  return parsePolicyIndex(createPolicyIndexDocument(draft));
}

function changes(before: Listing | undefined, after: Listing): readonly string[] {
  const next = index(2, after);
  const proposal = createProposal(payloadTypes.policyIndex, createPolicyIndexDocument(next));
  const policyIndex = before === undefined ? undefined : index(1, before);
  return describeProposal(proposal, { policyIndex }).changes.slice(1);
}

describe("A proposal says what would be signed, with its hash", () => {
  it("a trust root", () => {
    const document = createTrustRootDocument(draftTrustRoot());
    const { title, changes: words } = describeProposal(createProposal(payloadTypes.trustRoot, document));
    expect(title).toBe(`Trust root version 1, ${sha256(document)}`);
    expect(words).toContain("Role policy is new: 1 of 1 keys.");
  });

  it("a bundle, file by file", () => {
    const policy = policyBytes();
    const document = createBundleManifest({ policy, createdAt: "2026-11-20T22:00:00.000Z" });
    expect(describeProposal(createProposal(payloadTypes.policyBundle, document))).toEqual({
      title: `Policy bundle claims-approval@1.0.0, ${sha256(document)}`,
      changes: [
        "It was put together at 2026-11-20T22:00:00.000Z.",
        `It holds policy.json, ${policy.length} bytes, ${sha256(policy)}.`,
      ],
    });
  });

  it("a release", () => {
    const document = createReleaseManifestDocument({
      runtimeVersion: "1.0.0",
      evaluatorSemantics: "parmana-policy/1",
      schemaVersions: ["1.0.0"],
      createdAt: NOW,
      files: [{ path: "x@1.0.0/index.js", size: 1, sha256: sha256("x") }],
    });
    const { title, changes: words } = describeProposal(
      createProposal(payloadTypes.releaseManifest, document),
    );
    expect(title).toBe(`Release manifest of runtime 1.0.0, ${sha256(document)}`);
    expect(words).toEqual([
      "It was measured at 2026-11-20T22:00:00.000Z: 1 files.",
      expect.stringMatching(/^Its runtimeHash is sha256:[0-9a-f]{64}\.$/),
    ]);
  });
});

describe("An index is compared with the one in force", () => {
  const one = sha256("one");
  it.for<[string, Listing | undefined, Listing, readonly string[]]>([
    ["nothing new", { "1.0.0": ["active", "one"] }, { "1.0.0": ["active", "one"] }, []],
    [
      "a new version",
      {},
      { "1.0.0": ["active", "one"] },
      [`claims@1.0.0 is active, and was not listed: ${one}.`],
    ],
    [
      "where none is at hand, all of it",
      undefined,
      { "1.0.0": ["active", "one"] },
      [`claims@1.0.0 is active, and was not listed: ${one}.`],
    ],
    [
      "a revoked version",
      { "1.0.0": ["active", "one"] },
      { "1.0.0": ["revoked", "one"] },
      [`claims@1.0.0 is revoked, and was active: ${one}.`],
    ],
    [
      "a version that comes back",
      { "1.0.0": ["revoked", "one"] },
      { "1.0.0": ["active", "one"] },
      [`claims@1.0.0 is active, and was revoked: ${one}.`],
    ],
    [
      "another bundle",
      { "1.0.0": ["active", "two"] },
      { "1.0.0": ["active", "one"] },
      [`claims@1.0.0 is active, with ANOTHER bundle, and was active: ${one}.`],
    ],
    ["a version left out", { "1.0.0": ["active", "one"] }, {}, ["claims@1.0.0 is LISTED NO MORE."]],
  ])("%s", ([, before, after, sentences]) => {
    expect(changes(before, after)).toEqual(sentences);
  });
});
