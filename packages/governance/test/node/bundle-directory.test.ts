import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPolicyBundle, readBundleContent, signPolicyBundle } from "../../src/node/index.js";
import { times } from "../policy-arbitrary.js";
import { NOW, policyBytes } from "../signed-fixtures.js";
import {
  createAuthority,
  refused,
  temporaryDirectory,
  type TestAuthority,
  writeSource,
  writeTree,
} from "./environment-fixtures.js";

interface SignedSetup extends TestAuthority {
  readonly bundleDir: string;
  readonly load: (policyId?: string, policyVersion?: string) => Promise<unknown>;
}

async function signedSetup(): Promise<SignedSetup> {
  const authority = await createAuthority();
  const sourceDir = writeSource(authority.directory);
  const { directory } = await signPolicyBundle({
    ...authority,
    sourceDir,
    signers: [authority.signerOf("policy")],
    now: NOW,
  });
  const load = (policyId = "claims-approval", policyVersion = "1.0.0") =>
    loadPolicyBundle(authority.policiesRootPath, policyId, policyVersion, authority.trustRoot);
  return { ...authority, bundleDir: directory, load };
}

describe("Reading a bundle from its directory", () => {
  it("gives the exact bytes of every file", async () => {
    const { policiesRootPath } = await signedSetup();
    const content = await readBundleContent(policiesRootPath, "claims-approval", "1.0.0");
    expect([...content.files]).toEqual([
      ["policy.json", policyBytes()],
      ["policy.test.json", new TextEncoder().encode('{"cases":[]}')],
    ]);
  });

  it("works through a link to the root, which the operator chose", async () => {
    const { policiesRootPath, directory } = await signedSetup();
    symlinkSync(policiesRootPath, join(directory, "alias"));
    const content = await readBundleContent(join(directory, "alias"), "claims-approval", "1.0.0");
    expect(content.files.size).toBe(2);
  });

  it("refuses unknown policies and versions, and a missing root", async () => {
    const { load, policiesRootPath, trustRoot } = await signedSetup();
    await expect(load("loan-approval")).rejects.toThrow(refused("POL-030"));
    await expect(load("claims-approval", "9.9.9")).rejects.toThrow(refused("POL-030"));
    for (const root of [`${policiesRootPath}-absent`, ""]) {
      await expect(loadPolicyBundle(root, "claims-approval", "1.0.0", trustRoot)).rejects.toThrow(
        refused("TRUST-001"),
      );
    }
  });

  it.each(["bundle.manifest.json", "bundle.sig"])("refuses a policy without %s as unsigned", async (name) => {
    const { load, bundleDir } = await signedSetup();
    rmSync(join(bundleDir, name));
    await expect(load()).rejects.toThrow(refused("POL-030"));
  });
});

describe("A path never leaves the policies root (threat 29)", () => {
  it.each([
    "..",
    ".",
    "",
    "../claims-approval",
    "/etc",
    "claims-approval/1.0.0",
    "claims\\approval",
    "%2e%2e",
    "claims-approval\u0000",
    "Claims-Approval",
    "claims\u2011approval",
    "__proto__",
    "x".repeat(65),
    7 as unknown as string,
    undefined as unknown as string,
  ])("policyId %j is refused before the disk is touched", async (policyId) => {
    await expect(readBundleContent("/does/not/exist", policyId, "1.0.0")).rejects.toThrow(refused("POL-038"));
  });

  it.for([
    "..",
    "",
    "v1.0.0",
    "1.0",
    "1.0.0/..",
    "01.0.0",
    "1.0.0\u0000",
    "latest",
    `1.0.0-${"x".repeat(64)}`,
    null as unknown as string,
  ] as const)("policyVersion %j is refused before the disk is touched", async (policyVersion) => {
    await expect(readBundleContent("/does/not/exist", "claims-approval", policyVersion)).rejects.toThrow(
      refused("POL-038"),
    );
  });

  it("refuses links in place of the policy's, the version's or an inner directory", async () => {
    for (const level of ["claims-approval", "claims-approval/1.0.0"]) {
      const { load, policiesRootPath, directory } = await signedSetup();
      renameSync(join(policiesRootPath, level), join(directory, "moved"));
      symlinkSync(join(directory, "moved"), join(policiesRootPath, level));
      await expect(load()).rejects.toThrow(refused("TRUST-003"));
    }
    const { load, bundleDir } = await signedSetup();
    symlinkSync("/etc", join(bundleDir, "docs"));
    await expect(load()).rejects.toThrow(refused("TRUST-003"));
  });

  it("refuses a link in place of a file, even to the same bytes", async () => {
    for (const name of ["policy.json", "bundle.manifest.json", "bundle.sig", "policy.test.json"]) {
      const { load, bundleDir, directory } = await signedSetup();
      renameSync(join(bundleDir, name), join(directory, "moved"));
      symlinkSync(join(directory, "moved"), join(bundleDir, name));
      await expect(load()).rejects.toThrow(refused("TRUST-003"));
    }
  });

  it("refuses a file where a directory is expected", async () => {
    const { load, policiesRootPath, directory } = await signedSetup();
    renameSync(join(policiesRootPath, "claims-approval"), join(directory, "moved"));
    writeFileSync(join(policiesRootPath, "claims-approval"), "");
    await expect(load()).rejects.toThrow(refused("TRUST-003"));
  });
});

describe("A bundle directory holds what was signed and nothing else", () => {
  it("refuses a policy edited after signing (threat 28)", async () => {
    const { load, bundleDir } = await signedSetup();
    const text = new TextDecoder().decode(policyBytes());
    writeFileSync(join(bundleDir, "policy.json"), text.replace('"greater_than":80', '"greater_than":99'));
    await expect(load()).rejects.toThrow(refused("POL-034"));
  });

  it("refuses unlisted files (threat 29)", async () => {
    for (const path of ["notes.txt", "docs/notes.txt", "bundle.sig.next"]) {
      const { load, bundleDir } = await signedSetup();
      writeTree(bundleDir, { [path]: "x" });
      await expect(load()).rejects.toThrow(refused("POL-035"));
    }
  });

  it("refuses names that no bundle may list, and names that differ in case only (threat 29)", async () => {
    for (const path of [
      ".hidden",
      "a b",
      "Größe",
      "docs/..x",
      "BUNDLE.SIG",
      "Policy.json",
      "docs/bad name",
    ]) {
      const { load, bundleDir } = await signedSetup();
      writeTree(bundleDir, { [path]: "x" });
      await expect(load()).rejects.toThrow(refused("POL-032"));
    }
  });

  it("refuses too many files, too large ones and too many directories (threat 7)", async () => {
    const many = await signedSetup();
    writeTree(many.bundleDir, Object.fromEntries(times(70, (index) => [`f${index}`, ""])));
    await expect(many.load()).rejects.toThrow(refused("POL-039"));
    const large = await signedSetup();
    writeTree(large.bundleDir, { large: new Uint8Array(4 * 1024 * 1024 + 1) });
    await expect(large.load()).rejects.toThrow(refused("TRUST-005"));
    const heavy = await signedSetup();
    writeTree(
      heavy.bundleDir,
      Object.fromEntries(["a", "b", "c"].map((name) => [name, new Uint8Array(4 * 1024 * 1024)])),
    );
    await expect(heavy.load()).rejects.toThrow(refused("POL-039"));
    const deep = await signedSetup();
    writeTree(deep.bundleDir, { [`${"d/".repeat(9)}f`]: "" });
    await expect(deep.load()).rejects.toThrow(refused("TRUST-003"));
  });

  it("refuses the bundle of another policy or version in its place (threat 31)", async () => {
    const { load, bundleDir, policiesRootPath } = await signedSetup();
    renameSync(bundleDir, join(policiesRootPath, "claims-approval", "2.0.0"));
    await expect(load("claims-approval", "2.0.0")).rejects.toThrow(refused("POL-036"));
    mkdirSync(join(policiesRootPath, "loan-approval"));
    renameSync(
      join(policiesRootPath, "claims-approval", "2.0.0"),
      join(policiesRootPath, "loan-approval", "1.0.0"),
    );
    await expect(load("loan-approval")).rejects.toThrow(refused("POL-036"));
  });

  it("evaluates the bytes that were verified when the file is swapped afterwards (threat 30)", async () => {
    const { bundleDir, policiesRootPath, trustRoot } = await signedSetup();
    const bundle = await loadPolicyBundle(policiesRootPath, "claims-approval", "1.0.0", trustRoot);
    const before = JSON.stringify(bundle.policy.rules);
    rmSync(bundleDir, { recursive: true });
    expect(existsSync(bundleDir)).toBe(false);
    expect(JSON.stringify(bundle.policy.rules)).toBe(before);
  });

  it("cannot be read from a directory that is none", async () => {
    const root = temporaryDirectory();
    await expect(readBundleContent(join(root, "absent"), "a", "1.0.0")).rejects.toThrow(refused("TRUST-001"));
  });
});
