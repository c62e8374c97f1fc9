import { encodeUtf8, sha256 } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BundleContent,
  createBundleManifest,
  type FileEntry,
  isBundlePath,
  openPolicyBundle,
} from "../src/index.js";
import { times } from "./policy-arbitrary.js";
import {
  bundleContent,
  DAY_MS,
  edited,
  flipped,
  NOW,
  openedTrustRoot,
  policyBytes,
  refusal,
  replaced,
  signAs,
  trustedKey,
} from "./signed-fixtures.js";

const trustRoot = await openedTrustRoot();
const content = await bundleContent("policy");
const name = { policyId: "claims-approval", policyVersion: "1.0.0" };
const open = (changed: Partial<BundleContent>) => () =>
  openPolicyBundle({ ...content, ...changed }, trustRoot, name);

/** The bundle with another manifest, validly signed: the policy key itself makes the mistake. */
async function signedManifest(manifest: Uint8Array): Promise<BundleContent> {
  const { signature } = await signAs(payloadTypes.policyBundle, manifest, ["policy"]);
  return { ...content, manifest, signature };
}

async function openManifest(edit: (json: Record<string, never>) => void): Promise<unknown> {
  return openPolicyBundle(await signedManifest(edited(content.manifest, edit)), trustRoot, name);
}

function withFile(path: string, bytes: Uint8Array): Partial<BundleContent> {
  return { files: new Map([...content.files, [path, bytes]]) };
}

describe("A bundle opens when the policy role signed every byte of it", () => {
  it("gives the policy and its hashes", () => {
    const bundle = openPolicyBundle(content, trustRoot, name);
    expect(bundle.policy).toMatchObject(name);
    expect(bundle).toMatchObject({
      policyHash: sha256(policyBytes()),
      bundleHash: sha256(content.manifest),
      createdAt: NOW,
      files: [
        { path: "policy.json", sha256: sha256(policyBytes()) },
        { path: "policy.test.json", size: 12 },
      ],
    });
    expect(bundle.policyHash).toBe(bundle.policy.policyHash);
  });

  it("opens without an expected name, and is handed out frozen", () => {
    const bundle = openPolicyBundle(content, trustRoot);
    expect(
      [bundle, bundle.policy, bundle.files, bundle.files[0]].every((value) => Object.isFrozen(value)),
    ).toBe(true);
  });

  it("is refused unsigned, signed by another role, or for another type of document (threat 14, threat 15)", async () => {
    expect(open({ signature: encodeUtf8('{"payloadType":"x","signatures":[]}') })).toThrow(
      refusal("TRUST-030"),
    );
    for (const role of ["root", "release", "runtime", "stranger"]) {
      const { signature } = await bundleContent(role);
      expect(open({ signature })).toThrow(refusal("TRUST-032"));
    }
    for (const payloadType of [payloadTypes.policyIndex, payloadTypes.releaseManifest, "application/json"]) {
      const { signature } = await signAs(payloadType, content.manifest, ["policy"]);
      expect(open({ signature })).toThrow(refusal("TRUST-030"));
    }
  });

  it("is refused when the policy key was not valid at createdAt, or is revoked (threat 25)", async () => {
    const keys = (changes: object) =>
      ["root", "release", "runtime"].map((key) => trustedKey(key)).concat(trustedKey("policy", changes));
    const late = await openedTrustRoot({ keys: keys({ validFrom: NOW + 1 }) });
    expect(() => openPolicyBundle(content, late)).toThrow(refusal("TRUST-035"));
    const revoked = await openedTrustRoot({ keys: keys({ status: "revoked", revokedAt: NOW + DAY_MS }) });
    expect(() => openPolicyBundle(content, revoked)).toThrow(refusal("TRUST-037"));
  });
});

describe("A bundle is exactly what its manifest lists", () => {
  it("refuses a policy edited after signing, also at the same size (threat 28)", () => {
    const policy = policyBytes();
    for (const changed of [replaced(policy, "80", "99"), replaced(policy, "80", "9"), new Uint8Array()]) {
      expect(open(withFile("policy.json", changed))).toThrow(refusal("POL-034"));
    }
  });

  it("refuses an edited companion file (threat 28)", () => {
    expect(open(withFile("policy.test.json", encodeUtf8('{"cases":{}}')))).toThrow(refusal("POL-034"));
  });

  it("refuses a file that is not listed (threat 29)", () => {
    for (const path of ["notes.txt", "Policy.json", "../policy.json", "", "__proto__"]) {
      expect(open(withFile(path, encodeUtf8("x")))).toThrow(refusal("POL-035"));
    }
  });

  it("refuses a missing file", () => {
    const files = new Map(content.files);
    files.delete("policy.test.json");
    expect(open({ files })).toThrow(refusal("POL-033"));
    expect(open({ files: new Map() })).toThrow(refusal("POL-033"));
  });

  it("refuses any single changed byte of any of its files (property)", () => {
    const all = [...content.files.keys(), "manifest", "signature"];
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (file, position, mask) => {
          const bytes = content.files.get(file) ?? content[file as "manifest" | "signature"];
          const changed = flipped(bytes, position % bytes.length, mask);
          const opened = content.files.has(file) ? open(withFile(file, changed)) : open({ [file]: changed });
          expect(opened).toThrow(expect.objectContaining({ name: "GovernanceError" }));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("evaluates the bytes that were hashed, whatever happens to the caller's (threat 30)", () => {
    const policy = policyBytes();
    const files = new Map(content.files).set("policy.json", policy);
    const bundle = openPolicyBundle({ ...content, files }, trustRoot);
    const before = JSON.stringify(bundle.policy.rules);
    policy.fill(0x20);
    expect(JSON.stringify(bundle.policy.rules)).toBe(before);
  });

  it("reads each file of the caller's map once (threat 30)", () => {
    const reads: string[] = [];
    const files = new Map(content.files);
    const spied = new Proxy(files, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        reads.push(String(property));
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    openPolicyBundle({ ...content, files: spied }, trustRoot, name);
    expect(reads).toEqual(["Symbol(Symbol.iterator)"]);
  });
});

describe("A validly signed bundle with inner defects is refused (threat 20)", () => {
  it("names another policy or version than the one asked for (threat 31)", async () => {
    for (const expected of [
      { ...name, policyId: "loan-approval" },
      { ...name, policyVersion: "1.0.1" },
    ]) {
      expect(() => openPolicyBundle(content, trustRoot, expected)).toThrow(refusal("POL-036"));
    }
    await expect(openManifest((json) => Object.assign(json, { policyVersion: "2.0.0" }))).rejects.toThrow(
      refusal("POL-036"),
    );
  });

  it("holds a policy of another name than its manifest", async () => {
    const manifest = edited(content.manifest, (json) => Object.assign(json, { policyVersion: "2.0.0" }));
    const signed = await signedManifest(manifest);
    expect(() => openPolicyBundle(signed, trustRoot)).toThrow(refusal("POL-008"));
  });

  it("holds a policy that does not load", async () => {
    const broken = encodeUtf8("{}");
    const manifest = edited(content.manifest, (json: Record<string, Record<string, unknown>[]>) => {
      Object.assign(json["files"]?.[0] ?? {}, { size: broken.length, sha256: sha256(broken) });
    });
    const signed = await signedManifest(manifest);
    const files = new Map(content.files).set("policy.json", broken);
    expect(() => openPolicyBundle({ ...signed, files }, trustRoot)).toThrow(refusal("POL-004"));
  });

  it("was made for another schema version or semantics", async () => {
    await expect(openManifest((json) => Object.assign(json, { schemaVersion: "2.0.0" }))).rejects.toThrow(
      refusal("POL-037"),
    );
    await expect(
      openManifest((json) => Object.assign(json, { evaluatorSemantics: "parmana-policy/2" })),
    ).rejects.toThrow(refusal("POL-037"));
  });
});

describe("The bundle manifest is closed (threat 19)", () => {
  const file = (path: string): FileEntry => ({ path, size: 0, sha256: sha256("") });
  const policyFile = { path: "policy.json", size: 1, sha256: sha256("x") };

  it.for([
    ["an unknown member", { comment: "x" }],
    ["another type", { type: "parmana/policy-bundle/v2" }],
    ["an id that is no id", { policyId: "Claims" }],
    ["a version that is no version", { policyVersion: "v1" }],
    ["a date that is no date", { createdAt: "today" }],
    ["no files", { files: [] }],
    ["a list without policy.json", { files: [file("policy.test.json")] }],
    ["files in another order", { files: [policyFile, file("a.txt")] }],
    ["an unknown member of a file", { files: [{ ...policyFile, mode: 7 }] }],
    ["a negative size", { files: [{ ...policyFile, size: -1 }] }],
    ["a size beyond the limit", { files: [{ ...policyFile, size: 4 * 1024 * 1024 + 1 }] }],
    ["a hash that is no hash", { files: [{ ...policyFile, sha256: "sha256:00" }] }],
    ["65 files", { files: times(65, (index) => file(`f${index}`)) }],
  ] as const)("%s is refused", async ([, members]) => {
    await expect(openManifest((json) => Object.assign(json, members))).rejects.toThrow(refusal("POL-031"));
  });

  it("a missing member is refused", async () => {
    await expect(openManifest((json) => Reflect.deleteProperty(json, "type"))).rejects.toThrow(
      refusal("POL-031"),
    );
  });

  it.each([
    "../policy.json",
    "/etc/passwd",
    "a/../b",
    "a//b",
    "a\\b",
    "%2e%2e/x",
    "a\u0000b",
    ".hidden",
    "a/.",
    "trailing.",
    "ä",
    "bundle.sig",
    "BUNDLE.MANIFEST.JSON",
  ])("the path %j is refused (threat 29)", async (path) => {
    const list = [file(path), policyFile].sort((left, right) => (left.path < right.path ? -1 : 1));
    const manifest = await signedManifest(
      edited(content.manifest, (json) => Object.assign(json, { files: list })),
    );
    expect(() => openPolicyBundle(manifest, trustRoot)).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(path.includes("\u0000") ? "POL-031" : "POL-032"),
      }),
    );
  });

  it("refuses one path twice, also in another case (threat 29)", async () => {
    for (const other of ["policy.json", "POLICY.json"]) {
      const files = other < "policy.json" ? [file(other), policyFile] : [policyFile, file(other)];
      await expect(openManifest((json) => Object.assign(json, { files }))).rejects.toThrow(
        refusal("POL-032"),
      );
    }
  });

  it("refuses bundles that are too large together", async () => {
    const size = 4 * 1024 * 1024;
    const files = ["a", "b", "policy.json"].map((path) => ({ path, size, sha256: sha256("") }));
    await expect(openManifest((json) => Object.assign(json, { files }))).rejects.toThrow(refusal("POL-039"));
  });

  it("refuses what is not strict JSON (threat 18)", async () => {
    const doubled = replaced(content.manifest, '"createdAt"', '"type":"x","createdAt"');
    for (const manifest of [new Uint8Array(), doubled, encodeUtf8(" ".repeat(65 * 1024))]) {
      const signed = await signedManifest(manifest);
      expect(() => openPolicyBundle(signed, trustRoot)).toThrow(refusal("POL-031"));
    }
  });
});

describe("A manifest is only made of files that will open", () => {
  const createdAt = "2026-11-20T22:00:00.000Z";

  it("lists the policy alone, too", async () => {
    const manifest = createBundleManifest({ policy: policyBytes(), createdAt });
    const files = new Map([["policy.json", policyBytes()]]);
    const bundle = openPolicyBundle({ ...(await signedManifest(manifest)), files }, trustRoot, name);
    expect(bundle.files).toHaveLength(1);
  });

  it("refuses bad policies, paths, dates and sizes", () => {
    const make = (path: string, bytes: Uint8Array) => () =>
      createBundleManifest({ policy: policyBytes(), files: new Map([[path, bytes]]), createdAt });
    expect(() => createBundleManifest({ policy: encodeUtf8("{}"), createdAt })).toThrow(refusal("POL-004"));
    expect(() => createBundleManifest({ policy: policyBytes(), createdAt: "now" })).toThrow(
      refusal("POL-031"),
    );
    expect(make("../x", encodeUtf8("x"))).toThrow(refusal("POL-032"));
    expect(make("policy.json", policyBytes())).toThrow(refusal("POL-032"));
    expect(make("large.txt", new Uint8Array(4 * 1024 * 1024 + 1))).toThrow(refusal("POL-039"));
  });

  it("accepts plain relative paths only (property)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (path) => {
        if (!isBundlePath(path)) return;
        expect(path).toMatch(/^[A-Za-z0-9._/-]+$/);
        expect(
          path.split("/").every((step) => step !== "" && !step.startsWith(".") && !step.endsWith(".")),
        ).toBe(true);
      }),
    );
    expect(["policy.json", "docs/why.md", "a_b-c.1/d"].every(isBundlePath)).toBe(true);
  });
});
