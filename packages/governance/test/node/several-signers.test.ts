import { sha256 } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createPolicyIndexDocument,
  createProposal,
  encodeProposal,
  findVersion,
  mergeProposals,
  parseProposal,
  type PolicyIndex,
  type SignatureProposal,
  signedDocumentOf,
  signProposal,
  type TrustRoot,
} from "../../src/index.js";
import {
  createPolicyIndex,
  installPolicyBundle,
  installPolicyIndex,
  installRelease,
  loadPolicyBundle,
  proposeIndexChange,
  proposePolicyBundle,
  proposePolicyIndex,
  proposeRelease,
  publishToIndex,
  readPolicyIndex,
  readReleaseManifest,
  requireManifestFiles,
  revokeInIndex,
  signPolicyBundle,
  signRelease,
} from "../../src/node/index.js";
import { parsePolicyIndex } from "../../src/policy-index.js";
import {
  DAY_MS,
  delegation,
  draftTrustRoot,
  NOW,
  openedTrustRoot,
  signerOf,
  trustedKey,
} from "../signed-fixtures.js";
import { readTree, refused, temporaryDirectory, writeSource, writeTree } from "./environment-fixtures.js";

/** Policies and releases need two operators; the twin is a second key of the first. */
const operatorOf = new Map([["twin", "operator of policy"]]);
const policyKeys = ["policy", "second", "twin"];
const trustRoot: TrustRoot = await openedTrustRoot({
  ...draftTrustRoot(),
  keys: ["root", "release", "release-2", ...policyKeys].map((name) =>
    trustedKey(name, operatorOf.has(name) ? { operator: operatorOf.get(name) ?? "" } : {}),
  ),
  roles: new Map([
    ["root", delegation(1, "root")],
    ["policy", delegation(2, ...policyKeys)],
    ["release", delegation(2, "release", "release-2")],
  ]),
});

const name = { policyId: "claims-approval", policyVersion: "1.0.0" };

interface Place {
  readonly directory: string;
  readonly policiesRootPath: string;
  readonly trustRoot: TrustRoot;
}

function place(): Place {
  const directory = temporaryDirectory();
  return { directory, policiesRootPath: join(directory, "policies"), trustRoot };
}

const signedBy = (...names: string[]) => ({ signers: names.map(signerOf), now: NOW });
const both = signedBy("policy", "second");
const dates = { expiresAt: NOW + DAY_MS, remembered: undefined };

/** Both sign copies of the proposal on machines of their own, and the copies are joined. */
async function passedAround(proposal: SignatureProposal, ...names: string[]): Promise<SignatureProposal> {
  const copies = await Promise.all(
    names.map(async (each) => {
      const copy = parseProposal(encodeProposal(proposal));
      return parseProposal(encodeProposal(await signProposal(copy, [signerOf(each)])));
    }),
  );
  return mergeProposals(proposal, ...copies);
}

async function published(): Promise<Place & { readonly index: PolicyIndex }> {
  const made = place();
  await createPolicyIndex({ ...made, ...both, ...dates });
  await signPolicyBundle({ ...made, ...both, sourceDir: writeSource(made.directory) });
  const { value: index } = await publishToIndex({ ...made, ...both, ...dates, ...name });
  return { ...made, index };
}

describe("A threshold of two counts operators of the role (threat 21)", () => {
  it.for([
    ["one signer", ["policy"]],
    ["two keys of one operator", ["policy", "twin"]],
  ] as const)("%s is not enough for bundle or index", async ([, names]) => {
    const made = place();
    const terms = { ...made, ...signedBy(...names), ...dates };
    await expect(createPolicyIndex(terms)).rejects.toThrow(refused("TRUST-032"));
    const sourceDir = writeSource(made.directory);
    await expect(signPolicyBundle({ ...terms, sourceDir })).rejects.toThrow(refused("TRUST-032"));
    await createPolicyIndex({ ...terms, ...both });
    await signPolicyBundle({ ...terms, ...both, sourceDir });
    const before = readTree(made.policiesRootPath);
    await expect(publishToIndex({ ...terms, ...name })).rejects.toThrow(refused("TRUST-032"));
    expect(readTree(made.policiesRootPath)).toEqual(before);
  });

  it("two operators are enough", async () => {
    const { index, policiesRootPath } = await published();
    expect(findVersion(index, name)?.status).toBe("active");
    await expect(
      loadPolicyBundle(policiesRootPath, name.policyId, name.policyVersion, trustRoot),
    ).resolves.toMatchObject({ policy: name });
  });

  it("one signer is not enough for a release", async () => {
    const { directory } = place();
    const files = [{ path: "x@1.0.0/index.js", size: 1, sha256: sha256("x") }];
    const terms = {
      releaseManifestPath: join(directory, "release-manifest.json"),
      trustRoot,
      runtimeVersion: "1.0.0",
      files,
    };
    await expect(signRelease({ ...terms, ...signedBy("release") })).rejects.toThrow(refused("TRUST-032"));
    const proposal = await proposeRelease({ ...terms, ...signedBy() });
    const signed = signedDocumentOf(await passedAround(proposal, "release", "release-2"));
    await installRelease({ ...terms, signed });
    expect((await readReleaseManifest(terms, trustRoot)).value.runtimeVersion).toBe("1.0.0");
  });
});

describe("Bundle and index travel between the machines of those who sign them", () => {
  it("as proposals, until both have signed", async () => {
    const made = place();
    const sourceDir = writeSource(made.directory);
    const index = await proposePolicyIndex({ ...made, ...signedBy("second"), ...dates });
    await expect(
      installPolicyIndex({ ...made, ...dates, now: NOW, signed: signedDocumentOf(index) }),
    ).rejects.toThrow(refused("TRUST-032"));
    const first = signedDocumentOf(await passedAround(index, "policy"));
    expect((await installPolicyIndex({ ...made, ...dates, now: NOW, signed: first })).value.version).toBe(1);

    const bundle = await passedAround(
      await proposePolicyBundle({ ...made, ...signedBy(), sourceDir }),
      "policy",
      "second",
    );
    const installed = await installPolicyBundle({ ...made, sourceDir, signed: signedDocumentOf(bundle) });
    expect(installed).toMatchObject({ created: true, bundle: { bundleHash: sha256(bundle.document) } });
    const again = await installPolicyBundle({ ...made, sourceDir, signed: signedDocumentOf(bundle) });
    expect(again.created).toBe(false);

    const change = await proposeIndexChange("publish", { ...made, ...signedBy("policy"), ...dates, ...name });
    const second = signedDocumentOf(await passedAround(change, "second"));
    const { value } = await installPolicyIndex({ ...made, ...dates, now: NOW, signed: second });
    expect(findVersion(value, name)).toEqual({ status: "active", bundleHash: sha256(bundle.document) });
    expect((await installPolicyIndex({ ...made, ...dates, now: NOW, signed: second })).value.version).toBe(2);
  });

  it("and nothing is written while they do", async () => {
    const { policiesRootPath, directory } = await published();
    const before = readTree(directory);
    const sourceDir = join(directory, "sources/claims-approval/1.0.0");
    await proposePolicyBundle({ trustRoot, ...signedBy(), sourceDir });
    await proposeIndexChange("revoke", { policiesRootPath, trustRoot, ...signedBy(), ...dates, ...name });
    expect(readTree(directory)).toEqual(before);
  });

  it("not for a key that is not asked, or after the trust root expired (threat 23)", async () => {
    const made = await published();
    const terms = { ...made, ...dates, ...name };
    const propose = (changes: object) =>
      proposeIndexChange("revoke", { ...terms, ...signedBy(), ...changes });
    await expect(propose(signedBy("root"))).rejects.toThrow(refused("TRUST-034"));
    await expect(propose({ now: trustRoot.expiresAt })).rejects.toThrow(refused("TRUST-024"));
    await expect(propose({ now: 1.5 + NOW })).rejects.toThrow(refused("TRUST-050"));
  });
});

describe("A bundle proposal is worth nothing for other files (threats 28 and 29)", () => {
  async function proposed() {
    const made = place();
    const sourceDir = writeSource(made.directory);
    const proposal = await proposePolicyBundle({ ...made, ...both, sourceDir });
    return { made, sourceDir, proposal, signed: signedDocumentOf(proposal) };
  }

  it.for<[string, (sourceDir: string) => void, Parameters<typeof refused>[0]]>([
    [
      "an edited file",
      (sourceDir) => {
        writeFileSync(join(sourceDir, "policy.test.json"), '{"cases":[1]}');
      },
      "POL-034",
    ],
    [
      "one more file",
      (sourceDir) => {
        writeFileSync(join(sourceDir, "notes.txt"), "x");
      },
      "POL-035",
    ],
  ])("%s is refused when it is signed and when it is installed", async ([, edit, code]) => {
    const { made, sourceDir, proposal, signed } = await proposed();
    if (proposal.content.kind !== "policy-bundle") throw new TypeError("no bundle");
    await requireManifestFiles(sourceDir, proposal.content.value);
    edit(sourceDir);
    await expect(requireManifestFiles(sourceDir, proposal.content.value)).rejects.toThrow(refused(code));
    await expect(installPolicyBundle({ ...made, sourceDir, signed })).rejects.toThrow(refused(code));
  });

  it("another policy's folder is refused", async () => {
    const { made, proposal, signed } = await proposed();
    if (proposal.content.kind !== "policy-bundle") throw new TypeError("no bundle");
    const sourceDir = writeSource(made.directory, "1.1.0");
    await expect(requireManifestFiles(sourceDir, proposal.content.value)).rejects.toThrow(refused("POL-036"));
    await expect(installPolicyBundle({ ...made, sourceDir, signed })).rejects.toThrow(refused("POL-036"));
  });

  it("a published version stays as it is, also for a manifest that differs in its date only (threat 31)", async () => {
    const made = await published();
    const sourceDir = join(made.directory, "sources/claims-approval/1.0.0");
    const proposal = await proposePolicyBundle({ trustRoot, ...both, now: NOW + 1, sourceDir });
    await expect(
      installPolicyBundle({ ...made, sourceDir, signed: signedDocumentOf(proposal) }),
    ).rejects.toThrow(refused("POL-050"));
  });
});

describe("A signed index is installed only as the successor of the one in force (threat 31)", () => {
  const signIndex = async (changes: object, previous: PolicyIndex) => {
    const draft = { ...previous, version: previous.version + 1, issuedAt: NOW + 1, ...changes };
    const document = createPolicyIndexDocument(draft);
    return signedDocumentOf(
      await signProposal(createProposal(payloadTypes.policyIndex, document), both.signers),
    );
  };
  const table = (status: string, hash: string | undefined) => {
    const versions = {
      active: new Map(),
      deprecated: new Map(),
      revoked: new Map(),
      [status]: new Map([["1.0.0", hash]]),
    };
    return new Map([["claims-approval", versions]]);
  };
  const hash = (text: string) => sha256(text);

  it.for<[string, (index: PolicyIndex) => object, Parameters<typeof refused>[0]]>([
    ["a version too far", ({ version }) => ({ version: version + 2 }), "TRUST-042"],
    [
      "a version that is in force, with other content (mix-and-match)",
      ({ version }) => ({ version }),
      "POL-048",
    ],
    ["a version that was in force (rollback)", ({ version }) => ({ version: version - 1 }), "TRUST-042"],
    ["an earlier date", () => ({ issuedAt: NOW - 1 }), "TRUST-035"],
    [
      "another bundle under a published version",
      () => ({ policies: table("active", hash("other")) }),
      "POL-050",
    ],
    ["a published version left out", () => ({ policies: new Map() }), "POL-050"],
    ["an end that has passed (freeze, threat 23)", () => ({ expiresAt: NOW + 2 }), "POL-045"],
    [
      "a newly active version that is not there (mix-and-match)",
      ({ policies }) => ({
        policies: new Map([...policies, ["absent-policy", [...table("active", hash("x")).values()][0]]]),
      }),
      "POL-030",
    ],
  ])("%s is refused", async ([, changes, code]) => {
    const made = await published();
    const before = readTree(made.policiesRootPath);
    const signed = await signIndex(changes(made.index), made.index);
    await expect(
      installPolicyIndex({ ...made, signed, now: NOW + 2, remembered: undefined }),
    ).rejects.toThrow(refused(code));
    expect(readTree(made.policiesRootPath)).toEqual(before);
  });

  it("a version revoked before comes back under no signature", async () => {
    const made = await published();
    const { value: revoked } = await revokeInIndex({ ...made, ...both, ...dates, ...name });
    const bundleHash = findVersion(revoked, name)?.bundleHash;
    for (const status of ["active", "deprecated"]) {
      const signed = await signIndex({ policies: table(status, bundleHash) }, revoked);
      await expect(
        installPolicyIndex({ ...made, signed, now: NOW + 2, remembered: undefined }),
      ).rejects.toThrow(refused("POL-051"));
    }
  });

  it("a newly active version must be the bundle that lies there (mix-and-match)", async () => {
    const made = await published();
    await signPolicyBundle({ ...made, ...both, sourceDir: writeSource(made.directory, "1.1.0") });
    const versions = made.index.policies.get("claims-approval");
    const active = new Map([...(versions?.active ?? []), ["1.1.0", hash("another bundle")]]);
    const policies = new Map([["claims-approval", { ...versions, active }]]);
    const signed = await signIndex({ policies }, made.index);
    await expect(
      installPolicyIndex({ ...made, signed, now: NOW + 2, remembered: undefined }),
    ).rejects.toThrow(refused("POL-044"));
  });

  it("one that is older than remembered is refused, and a caller that does not say (rollback)", async () => {
    const made = await published();
    const signed = await signIndex({}, made.index);
    const remembered = { version: 9, hash: hash("x") };
    const terms = { ...made, signed, now: NOW + 2 };
    await expect(installPolicyIndex({ ...terms, remembered })).rejects.toThrow(refused("POL-047"));
    // @ts-expect-error a caller in plain JavaScript that does not say
    await expect(installPolicyIndex(terms)).rejects.toThrow(refused("TRUST-050"));
  });

  it("the first index is version 1 and lists nothing", async () => {
    const made = await published();
    const fresh = place();
    const signed = await signIndex({}, made.index);
    await expect(
      installPolicyIndex({ ...fresh, signed, now: NOW + 2, remembered: undefined }),
    ).rejects.toThrow(refused("TRUST-042"));
  });
});

describe("Every index that was in force is kept", () => {
  it("as index.<version>.json and .sig, so that what was decided under it can be verified", async () => {
    const made = await published();
    await revokeInIndex({ ...made, ...both, ...dates, ...name, now: NOW + 1 });
    const file = (path: string) => readFileSync(join(made.policiesRootPath, path));
    expect([1, 2].map((version) => parsePolicyIndex(file(`index.${version}.json`)).version)).toEqual([1, 2]);
    expect(parsePolicyIndex(file("index.2.json")).hash).toBe(made.index.hash);
    expect(file("index.2.sig").length).toBeGreaterThan(200);
    expect((await readPolicyIndex(made.policiesRootPath, trustRoot)).value.version).toBe(3);
  });

  it("and another document under that name stops the change: it is evidence", async () => {
    const made = await published();
    const before = readTree(made.policiesRootPath);
    writeTree(made.policiesRootPath, { "index.2.json": "{}" });
    await expect(revokeInIndex({ ...made, ...both, ...dates, ...name })).rejects.toThrow(
      refused("TRUST-051"),
    );
    expect(readTree(made.policiesRootPath)).toEqual({ ...before, "index.2.json": "{}" });
  });
});
