import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { measureRuntimeFiles, runtimePackageRoots } from "../../src/node/index.js";
import { refused, temporaryDirectory, writeTree } from "./environment-fixtures.js";

function packageJson(name: string, version: string, members: object = {}): string {
  return JSON.stringify({ name, version, ...members });
}

const needs = (...names: readonly string[]): object => ({
  dependencies: Object.fromEntries(names.map((name) => [name, "*"])),
});

/** As npm installs it: everything hoisted but one version that conflicts. */
function npmInstallation(): string {
  const root = temporaryDirectory();
  writeTree(join(root, "node_modules"), {
    "@parmanasystems/runtime/package.json": packageJson(
      "@parmanasystems/runtime",
      "1.0.0",
      needs("@parmanasystems/canonical", "b"),
    ),
    "@parmanasystems/runtime/dist/chunks/index.js": "",
    "@parmanasystems/canonical/package.json": packageJson("@parmanasystems/canonical", "1.0.0", needs("a")),
    "@parmanasystems/canonical/dist/index.js": "",
    "a/package.json": packageJson("a", "1.0.0"),
    "a/index.js": "1",
    "b/package.json": packageJson("b", "1.0.0", needs("a")),
    "b/node_modules/a/package.json": packageJson("a", "2.0.0", needs("b")),
    "unrelated/package.json": packageJson("unrelated", "1.0.0"),
  });
  return root;
}

/** As pnpm installs it: every package in a store of its own, with links to what it needs. */
function pnpmInstallation(): string {
  const root = temporaryDirectory();
  const store = join(root, "node_modules/.pnpm");
  writeTree(root, {
    "packages/runtime/package.json": packageJson(
      "@parmanasystems/runtime",
      "1.0.0",
      needs("@parmanasystems/canonical"),
    ),
    "packages/runtime/src/deep/module.ts": "",
    "packages/canonical/package.json": packageJson("@parmanasystems/canonical", "1.0.0", needs("@scope/a")),
    "node_modules/.pnpm/@scope+a@1.0.0/node_modules/@scope/a/package.json": packageJson(
      "@scope/a",
      "1.0.0",
      needs("b"),
    ),
    "node_modules/.pnpm/b@1.0.0/node_modules/b/package.json": packageJson("b", "1.0.0"),
  });
  const link = (target: string, path: string): void => {
    mkdirSync(join(path, ".."), { recursive: true });
    symlinkSync(target, path);
  };
  link(
    join(root, "packages/canonical"),
    join(root, "packages/runtime/node_modules/@parmanasystems/canonical"),
  );
  link(
    join(store, "@scope+a@1.0.0/node_modules/@scope/a"),
    join(root, "packages/canonical/node_modules/@scope/a"),
  );
  link(join(store, "b@1.0.0/node_modules/b"), join(store, "@scope+a@1.0.0/node_modules/b"));
  return root;
}

describe("The packages of a runtime", () => {
  it("are found in an npm installation, hoisted and nested, from a URL or a path", async () => {
    const root = npmInstallation();
    const module = join(root, "node_modules/@parmanasystems/runtime/dist/chunks/index.js");
    const expected = {
      "@parmanasystems/runtime@1.0.0": "node_modules/@parmanasystems/runtime",
      "@parmanasystems/canonical@1.0.0": "node_modules/@parmanasystems/canonical",
      "a@1.0.0": "node_modules/a",
      "a@2.0.0": "node_modules/b/node_modules/a",
      "b@1.0.0": "node_modules/b",
    };
    for (const from of [module, pathToFileURL(module), pathToFileURL(module).href]) {
      const roots = await runtimePackageRoots(from);
      expect(
        Object.fromEntries([...roots].map(([label, directory]) => [label, directory.slice(root.length + 1)])),
      ).toEqual(expected);
    }
  });

  it("are found in a pnpm workspace, from src", async () => {
    const root = pnpmInstallation();
    const roots = await runtimePackageRoots(join(root, "packages/runtime/src/deep/module.ts"));
    expect(
      Object.fromEntries([...roots].map(([label, directory]) => [label, directory.slice(root.length + 1)])),
    ).toEqual({
      "@parmanasystems/runtime@1.0.0": "packages/runtime",
      "@parmanasystems/canonical@1.0.0": "packages/canonical",
      "@scope/a@1.0.0": "node_modules/.pnpm/@scope+a@1.0.0/node_modules/@scope/a",
      "b@1.0.0": "node_modules/.pnpm/b@1.0.0/node_modules/b",
    });
  });

  it("of this very package are found and measured", async () => {
    const roots = await runtimePackageRoots(new URL("../../src/node/index.ts", import.meta.url));
    const names = [...roots.keys()].map((label) => label.replace(/@[^@]+$/, ""));
    expect(names).toEqual(
      expect.arrayContaining([
        "@parmanasystems/governance",
        "@parmanasystems/signing",
        "@noble/ed25519",
        "ajv",
        "fast-uri",
      ]),
    );
    const paths = (await measureRuntimeFiles(roots)).map(({ path }) => path);
    expect(paths).toContain("ajv@8.20.0/dist/ajv.js");
    expect(paths.filter((path) => path.includes("vitest"))).toEqual([]);
  });

  it("include optional dependencies where they are installed, and never peers or tools", async () => {
    const root = npmInstallation();
    const members = {
      optionalDependencies: { a: "*", absent: "*" },
      dependencies: { absent: "*" },
      peerDependencies: { unrelated: "*" },
      devDependencies: { unrelated: "*" },
    };
    writeTree(join(root, "node_modules/@parmanasystems/runtime"), {
      "package.json": packageJson("@parmanasystems/runtime", "1.0.0", members),
    });
    const roots = await runtimePackageRoots(
      join(root, "node_modules/@parmanasystems/runtime/dist/chunks/index.js"),
    );
    expect([...roots.keys()]).toEqual(["@parmanasystems/runtime@1.0.0", "a@1.0.0"]);
  });

  it("skip a package.json that only marks a module type", async () => {
    const root = npmInstallation();
    writeTree(root, { "node_modules/@parmanasystems/runtime/dist/package.json": '{"type":"module"}' });
    const roots = await runtimePackageRoots(
      join(root, "node_modules/@parmanasystems/runtime/dist/chunks/index.js"),
    );
    expect([...roots.keys()][0]).toBe("@parmanasystems/runtime@1.0.0");
  });
});

describe("A runtime whose packages are not what they should be is refused (threat 60)", () => {
  const module = (root: string): string =>
    join(root, "node_modules/@parmanasystems/runtime/dist/chunks/index.js");

  it("when a copy of a package differs from another of the same version", async () => {
    const root = npmInstallation();
    const copy = { "package.json": packageJson("a", "1.0.0"), "index.js": "1" };
    rmSync(join(root, "node_modules/b/node_modules/a"), { recursive: true });
    writeTree(join(root, "node_modules/b/node_modules/a"), copy);
    expect((await runtimePackageRoots(module(root))).has("a@1.0.0")).toBe(true);
    writeTree(join(root, "node_modules/b/node_modules/a"), { "index.js": "2" });
    await expect(runtimePackageRoots(module(root))).rejects.toThrow(refused("INV-043"));
  });

  it("when a dependency is missing, broken or oddly named", async () => {
    const root = npmInstallation();
    const manifest = join(root, "node_modules/a/package.json");
    for (const content of [
      '{"name":"a"',
      '{"name":"a","name":"b","version":"1.0.0"}',
      "[]",
      '{"name":"../a","version":"1.0.0"}',
      '{"name":"a","version":"1/2"}',
    ]) {
      writeFileSync(manifest, content);
      await expect(runtimePackageRoots(module(root))).rejects.toThrow(refused("INV-042"));
    }
    rmSync(join(root, "node_modules/a"), { recursive: true });
    await expect(runtimePackageRoots(module(root))).rejects.toThrow(refused("INV-042"));
    writeFileSync(
      join(root, "node_modules/b/package.json"),
      packageJson("b", "1.0.0", needs("../../../etc")),
    );
    await expect(runtimePackageRoots(module(root))).rejects.toThrow(refused("INV-042"));
  });

  it("when the module is nowhere or belongs to no package", async () => {
    await expect(runtimePackageRoots("/does/not/exist.js")).rejects.toThrow(refused("INV-042"));
    const loose = temporaryDirectory();
    writeTree(loose, { "loose.js": "" });
    await expect(runtimePackageRoots(join(loose, "loose.js"))).rejects.toThrow(refused("INV-042"));
  });
});

describe("A file that Node would load in the place of a package is refused (threat 60)", () => {
  it.for([
    ["inside the package that needs it", "b/node_modules/a.js"],
    ["beside the package", "a.js"],
    ["without an ending", "b/node_modules/fresh"],
    ["as JSON", "@parmanasystems/canonical.json"],
  ] as const)("%s", async ([, path]) => {
    const root = temporaryDirectory();
    writeTree(join(root, "node_modules"), {
      "@parmanasystems/runtime/package.json": packageJson(
        "@parmanasystems/runtime",
        "1.0.0",
        needs("@parmanasystems/canonical", "b"),
      ),
      "@parmanasystems/runtime/dist/index.js": "",
      "@parmanasystems/canonical/package.json": packageJson("@parmanasystems/canonical", "1.0.0", needs("a")),
      "a/package.json": packageJson("a", "1.0.0"),
      "fresh/package.json": packageJson("fresh", "1.0.0"),
      "b/package.json": packageJson("b", "1.0.0", needs("a", "fresh")),
    });
    const from = join(root, "node_modules/@parmanasystems/runtime/dist/index.js");
    await runtimePackageRoots(from);
    writeTree(join(root, "node_modules"), { [path]: "evil()" });
    await expect(runtimePackageRoots(from)).rejects.toThrow(refused("INV-042"));
  });
});
