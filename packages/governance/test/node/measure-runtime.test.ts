import { sha256 } from "@parmanasystems/canonical";
import fc from "fast-check";
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createReleaseManifestDocument,
  openReleaseManifest,
  type ReleaseManifest,
  requireReleasedRuntime,
  runtimeHashOf,
} from "../../src/index.js";
import { measureRuntimeFiles } from "../../src/node/index.js";
import { payloadTypes } from "@parmanasystems/signing";
import { flipped, NOW, openedTrustRoot, signAs } from "../signed-fixtures.js";
import { refused, temporaryDirectory, writeTree } from "./environment-fixtures.js";

function installed(): { directory: string; roots: Map<string, string> } {
  const directory = temporaryDirectory();
  writeTree(directory, {
    "ours/package.json": '{"name":"@parmanasystems/x","version":"1.0.0"}',
    "ours/dist/index.js": "export {};",
    "ours/dist/node/index.js": "export {};",
    "ours/dist/index.d.ts": "export {};",
    "ours/src/index.ts": "export {};",
    "ours/README.md": "x",
    "ours/node_modules/theirs/index.js": "not measured here",
    "theirs/package.json": '{"name":"theirs","version":"2.0.0"}',
    "theirs/index.js": "module.exports = 1;",
    "theirs/lib/data": "x",
    "theirs/node_modules/nested/index.js": "not measured here",
  });
  const roots = new Map([
    ["theirs@2.0.0", join(directory, "theirs")],
    ["@parmanasystems/x@1.0.0", join(directory, "ours")],
  ]);
  return { directory, roots };
}

async function releaseOf(roots: ReadonlyMap<string, string>): Promise<ReleaseManifest> {
  const document = createReleaseManifestDocument({
    runtimeVersion: "1.0.0",
    evaluatorSemantics: "parmana-policy/1",
    schemaVersions: ["1.0.0"],
    createdAt: NOW,
    files: await measureRuntimeFiles(roots),
  });
  return openReleaseManifest(
    await signAs(payloadTypes.releaseManifest, document, ["release"]),
    await openedTrustRoot(),
  );
}

describe("Measuring a runtime", () => {
  it("lists what the packages run from, by package and path", async () => {
    const { roots } = installed();
    const files = await measureRuntimeFiles(roots);
    expect(files.map(({ path }) => path)).toEqual([
      "@parmanasystems/x@1.0.0/dist/index.d.ts",
      "@parmanasystems/x@1.0.0/dist/index.js",
      "@parmanasystems/x@1.0.0/dist/node/index.js",
      "@parmanasystems/x@1.0.0/package.json",
      "theirs@2.0.0/index.js",
      "theirs@2.0.0/lib/data",
      "theirs@2.0.0/package.json",
    ]);
    expect(files[1]).toEqual({ path: files[1]?.path, size: 10, sha256: sha256("export {};") });
  });

  it("does not depend on where the packages are", async () => {
    const [first, second] = [installed(), installed()];
    renameSync(join(second.directory, "ours"), join(second.directory, "moved"));
    second.roots.set("@parmanasystems/x@1.0.0", join(second.directory, "moved"));
    expect(runtimeHashOf(await measureRuntimeFiles(first.roots))).toBe(
      runtimeHashOf(await measureRuntimeFiles(second.roots)),
    );
  });

  it("takes a checkout that was never built, whose files are then missing", async () => {
    const { roots, directory } = installed();
    const release = await releaseOf(roots);
    renameSync(join(directory, "ours/dist"), join(directory, "gone"));
    const measured = await measureRuntimeFiles(roots);
    expect(() => {
      requireReleasedRuntime(release, measured);
    }).toThrow(refused("INV-041"));
  });

  it("refuses a dist that is a link: what it points to would resolve its imports from there", async () => {
    const { roots, directory } = installed();
    renameSync(join(directory, "ours/dist"), join(directory, "elsewhere"));
    symlinkSync(join(directory, "elsewhere"), join(directory, "ours/dist"));
    await expect(measureRuntimeFiles(roots)).rejects.toThrow(refused("INV-042"));
  });

  it("refuses links and packages that are not there", async () => {
    const { roots, directory } = installed();
    symlinkSync("/etc/passwd", join(directory, "theirs/link.js"));
    await expect(measureRuntimeFiles(roots)).rejects.toThrow(refused("INV-042"));
    await expect(
      measureRuntimeFiles(new Map([["@parmanasystems/x@1.0.0", "/does/not/exist"]])),
    ).rejects.toThrow(refused("INV-042"));
    await expect(
      measureRuntimeFiles(new Map([["x@1.0.0", join(directory, "theirs/index.js")]])),
    ).rejects.toThrow(refused("INV-042"));
  });
});

describe("A file of the runtime that changes after the release is found (threat 60)", () => {
  it("in any byte of any file (property)", async () => {
    const { roots, directory } = installed();
    const release = await releaseOf(roots);
    const paths = [
      "ours/dist/index.js",
      "ours/dist/node/index.js",
      "ours/package.json",
      "theirs/index.js",
      "theirs/lib/data",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (path, position, mask) => {
          const file = join(directory, path);
          const bytes = readFileSync(file);
          writeFileSync(file, flipped(bytes, position % bytes.length, mask));
          const measured = await measureRuntimeFiles(roots);
          writeFileSync(file, bytes);
          expect(() => {
            requireReleasedRuntime(release, measured);
          }).toThrow(refused("INV-041"));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.for([
    ["a module", "ours/dist/evil.js"],
    ["a package that shadows a dependency", "ours/dist/node_modules/theirs/index.js"],
    ["a file without extension that shadows a module", "theirs/index"],
    ["a package inside one of others", "theirs/lib/node_modules/nested/index.js"],
  ] as const)("when %s is added", async ([, path]) => {
    const { roots, directory } = installed();
    const release = await releaseOf(roots);
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), "evil()");
    const measured = await measureRuntimeFiles(roots);
    expect(() => {
      requireReleasedRuntime(release, measured);
    }).toThrow(refused("INV-041"));
  });
});
