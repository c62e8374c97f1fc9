import { sha256 } from "@parmanasystems/canonical";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readReleaseManifest, signRelease, type SignReleaseInput } from "../../src/node/index.js";
import { EXPIRES, NOW } from "../signed-fixtures.js";
import { createAuthority, readTree, refused, type TestAuthority } from "./environment-fixtures.js";

const files = [{ path: "@parmanasystems/canonical@1.0.0/dist/index.js", size: 1, sha256: sha256("x") }];

function termsOf(authority: TestAuthority, changes: Partial<SignReleaseInput> = {}): SignReleaseInput {
  return {
    ...authority,
    releaseManifestPath: join(authority.directory, "release", "release-manifest.json"),
    signers: [authority.signerOf("release")],
    now: NOW,
    runtimeVersion: "1.0.0",
    files,
    ...changes,
  };
}

describe("Signing a release", () => {
  it("writes the manifest and its signature, for this build's semantics", async () => {
    const authority = await createAuthority();
    const { value } = await signRelease(termsOf(authority));
    expect(value).toMatchObject({
      runtimeVersion: "1.0.0",
      evaluatorSemantics: "parmana-policy/1",
      schemaVersions: ["1.0.0"],
      createdAt: NOW,
      files,
    });
    expect(Object.keys(readTree(join(authority.directory, "release")))).toEqual([
      "release-manifest.json",
      "release-manifest.sig",
    ]);
  });

  it("replaces the release before, also after a crash", async () => {
    const authority = await createAuthority();
    const terms = termsOf(authority);
    await signRelease(terms);
    writeFileSync(`${terms.releaseManifestPath}.next`, "{}");
    await signRelease({ ...terms, runtimeVersion: "1.0.1" });
    const { value } = await readReleaseManifest(terms, authority.trustRoot);
    expect(value.runtimeVersion).toBe("1.0.1");
    expect(Object.keys(readTree(join(authority.directory, "release")))).toHaveLength(2);
  });

  it("puts the signature where it is told to", async () => {
    const authority = await createAuthority();
    const terms = termsOf(authority, {
      releaseSignaturePath: join(authority.directory, "release", "other.sig"),
    });
    await signRelease(terms);
    expect((await readReleaseManifest(terms, authority.trustRoot)).value.runtimeVersion).toBe("1.0.0");
    await expect(
      readReleaseManifest({ releaseManifestPath: terms.releaseManifestPath }, authority.trustRoot),
    ).rejects.toThrow(refused("TRUST-001"));
  });

  it("refuses other roles, expired trust roots and bad files, and writes nothing", async () => {
    const authority = await createAuthority();
    const before = readTree(authority.directory);
    for (const [changes, code] of [
      [{ signers: [authority.signerOf("policy")] }, "TRUST-034"],
      [{ signers: [] }, "TRUST-032"],
      [{ now: EXPIRES }, "TRUST-024"],
      [{ files: [] }, "INV-040"],
      [{ runtimeVersion: "latest" }, "INV-040"],
    ] as const) {
      await expect(signRelease(termsOf(authority, changes))).rejects.toThrow(refused(code));
    }
    expect(readTree(authority.directory)).toEqual(before);
  });
});
