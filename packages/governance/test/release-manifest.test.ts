import { canonicalize, encodeUtf8, sha256 } from "@parmanasystems/canonical";
import { payloadTypes } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import {
  createReleaseManifestDocument,
  type FileEntry,
  openReleaseManifest,
  type ReleaseManifest,
  type ReleaseManifestDraft,
  requireReleasedRuntime,
  runtimeHashOf,
} from "../src/index.js";
import { edited, expectEveryFlipRefused, NOW, openedTrustRoot, refusal, signAs } from "./signed-fixtures.js";

const trustRoot = await openedTrustRoot();
const entry = (path: string, content = path): FileEntry => ({
  path,
  size: content.length,
  sha256: sha256(content),
});
const files = [
  "@parmanasystems/canonical@1.0.0/dist/index.js",
  "@parmanasystems/canonical@1.0.0/package.json",
  "ajv@8.20.0/dist/Ajv.js",
  "ajv@8.20.0/dist/ajv.js",
].map((path) => entry(path));
const draft: ReleaseManifestDraft = {
  runtimeVersion: "1.0.0",
  evaluatorSemantics: "parmana-policy/1",
  schemaVersions: ["1.0.0"],
  createdAt: NOW,
  files,
};
const document = createReleaseManifestDocument(draft);
const signed = await signAs(payloadTypes.releaseManifest, document, ["release"]);
const release = openReleaseManifest(signed, trustRoot);

async function openEdited(members: object): Promise<ReleaseManifest> {
  const changed = edited(document, (json) => Object.assign(json, members));
  return openReleaseManifest(await signAs(payloadTypes.releaseManifest, changed, ["release"]), trustRoot);
}

describe("A release manifest lists every file of a runtime", () => {
  it("is read back as it was written", () => {
    expect(release).toEqual({
      ...draft,
      runtimeHash: runtimeHashOf(files),
      releaseManifestHash: sha256(document),
    });
    expect(Object.isFrozen(release.files)).toBe(true);
    expect(createReleaseManifestDocument({ ...release, files: [...release.files].reverse() })).toEqual(
      document,
    );
  });

  it("has the hash of its canonical list of files, in whatever order they were found", () => {
    expect(runtimeHashOf([...files].reverse())).toBe(sha256(canonicalize(files)));
  });

  it("is refused under a signature of another role or type (threat 14, threat 15)", async () => {
    for (const role of ["policy", "root", "stranger"]) {
      const other = await signAs(payloadTypes.releaseManifest, document, [role]);
      expect(() => openReleaseManifest(other, trustRoot)).toThrow(refusal("TRUST-032"));
    }
    const other = await signAs(payloadTypes.policyBundle, document, ["release"]);
    expect(() => openReleaseManifest(other, trustRoot)).toThrow(refusal("TRUST-030"));
  });

  it("is refused with any single changed byte (property)", () => {
    expectEveryFlipRefused(signed, (changed) => openReleaseManifest(changed, trustRoot));
  });
});

describe("A release manifest is closed (threat 19)", () => {
  it.for([
    ["an unknown member", { comment: "x" }],
    ["another type", { type: "parmana/release-manifest/v2" }],
    ["a version that is none", { runtimeVersion: "latest" }],
    ["semantics that are none", { evaluatorSemantics: "parmana-policy/x" }],
    ["no schema versions", { schemaVersions: [] }],
    ["a schema version that is none", { schemaVersions: ["1"] }],
    ["a schema version twice", { schemaVersions: ["1.0.0", "1.0.0"] }],
    ["a date that is none", { createdAt: 0 }],
    ["no files", { files: [] }],
    ["a file twice", { files: [files[0], files[0]] }],
    ["files in another order", { files: [...files].reverse() }],
    ["an unknown member of a file", { files: [{ ...files[0], mode: 420 }] }],
  ] as const)("%s is refused", async ([, members]) => {
    await expect(openEdited(members)).rejects.toThrow(refusal("INV-040"));
  });

  it.each(["../x", "a/../b", "/a", "a//b", "a/.", "a\\b", "a\u0000b", "", ".", "x".repeat(513)])(
    "the path %j is refused (threat 29)",
    async (path) => {
      await expect(openEdited({ files: [entry(path)] })).rejects.toThrow(refusal("INV-040"));
    },
  );

  it("takes the names that npm packages use", async () => {
    const paths = ["@a/b@1.0.0-rc.1+x/dist/.keep", "c@1.0.0/Größe (1).js", "c@1.0.0/a..b.js"];
    await expect(openEdited({ files: paths.map((path) => entry(path)) })).resolves.toMatchObject({
      runtimeVersion: "1.0.0",
    });
  });

  it("anything but one strict JSON document is refused (threat 18)", async () => {
    for (const bytes of [new Uint8Array(), encodeUtf8("{}[]")]) {
      const other = await signAs(payloadTypes.releaseManifest, bytes, ["release"]);
      expect(() => openReleaseManifest(other, trustRoot)).toThrow(refusal("INV-040"));
    }
  });
});

describe("A runtime that differs from its release in one byte is refused (threat 60)", () => {
  it("accepts the released files in any order", () => {
    expect(() => {
      requireReleasedRuntime(release, [...files].reverse());
    }).not.toThrow(Error);
  });

  it("accepts a process that loads only some of the released packages", () => {
    expect(() => {
      requireReleasedRuntime(release, files.slice(0, 2));
    }).not.toThrow(Error);
  });

  it.for([
    [
      "changed",
      [entry("@parmanasystems/canonical@1.0.0/dist/index.js", "evil"), ...files.slice(1)],
      "changed",
    ],
    ["missing", files.slice(0, -1), "missing"],
    ["added", [...files, entry("@parmanasystems/canonical@1.0.0/dist/z.js")], "added"],
  ] as const)("names a file that is %s", ([, measured, kind]) => {
    const names = {
      changed: files[0]?.path,
      missing: files[3]?.path,
      added: "@parmanasystems/canonical@1.0.0/dist/z.js",
    };
    expect(() => {
      requireReleasedRuntime(release, measured);
    }).toThrow(
      expect.objectContaining({
        code: "INV-041",
        details: { changed: [], missing: [], added: [], [kind]: [names[kind]] },
      }),
    );
  });

  it("refuses nothing at all, a file twice, and a file of another size", () => {
    const [first, ...others] = files;
    for (const measured of [
      [],
      [...files, ...files.slice(0, 1)],
      [{ ...entry("x"), ...first, size: 1 }, ...others],
    ]) {
      expect(() => {
        requireReleasedRuntime(release, measured);
      }).toThrow(refusal("INV-041"));
    }
  });
});
