import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requireListed } from "../../src/index.js";
import {
  createPolicyIndex,
  loadPolicyBundle,
  publishToIndex,
  readPolicyIndex,
  revokeInIndex,
  signPolicyBundle,
  type SignPolicyBundleInput,
} from "../../src/node/index.js";
import { DAY_MS, EXPIRES, NOW, signerOf } from "../signed-fixtures.js";
import {
  createAuthority,
  readTree,
  refused,
  type TestAuthority,
  writeSource,
  writeTree,
} from "./environment-fixtures.js";

const name = { policyId: "claims-approval", policyVersion: "1.0.0" };

function termsOf(
  authority: TestAuthority,
  changes: Partial<SignPolicyBundleInput> = {},
): SignPolicyBundleInput {
  return {
    ...authority,
    sourceDir: join(authority.directory, "sources/claims-approval/1.0.0"),
    signers: [authority.signerOf("policy")],
    now: NOW,
    ...changes,
  };
}

const load = (authority: TestAuthority) =>
  loadPolicyBundle(authority.policiesRootPath, "claims-approval", "1.0.0", authority.trustRoot);

describe("Signing a policy", () => {
  it("puts a bundle below the policies root that loads", async () => {
    const authority = await createAuthority();
    writeSource(authority.directory);
    const signed = await signPolicyBundle(termsOf(authority));
    expect(signed).toMatchObject({
      created: true,
      directory: join(authority.policiesRootPath, "claims-approval/1.0.0"),
    });
    expect(await load(authority)).toEqual(signed.bundle);
    expect(Object.keys(readTree(authority.policiesRootPath))).toEqual([
      "claims-approval/1.0.0/bundle.manifest.json",
      "claims-approval/1.0.0/bundle.sig",
      "claims-approval/1.0.0/policy.json",
      "claims-approval/1.0.0/policy.test.json",
    ]);
  });

  it("signs in place when the source is the bundle's own directory", async () => {
    const authority = await createAuthority();
    const sources = join(authority.directory, "sources");
    const sourceDir = writeSource(authority.directory);
    writeTree(sourceDir, { "docs/why.md": "because" });
    const terms = termsOf(authority, { policiesRootPath: sources });
    const { bundle } = await signPolicyBundle(terms);
    expect(bundle.files.map(({ path }) => path)).toEqual(["docs/why.md", "policy.json", "policy.test.json"]);
    expect(await loadPolicyBundle(sources, "claims-approval", "1.0.0", authority.trustRoot)).toEqual(bundle);
    expect((await signPolicyBundle(terms)).created).toBe(false);
  });

  it("changes nothing when the same content is signed already", async () => {
    const authority = await createAuthority();
    writeSource(authority.directory);
    const first = await signPolicyBundle(termsOf(authority));
    const before = readTree(authority.policiesRootPath);
    const second = await signPolicyBundle(termsOf(authority, { now: NOW + DAY_MS }));
    expect(second).toMatchObject({ created: false, bundle: { bundleHash: first.bundle.bundleHash } });
    expect(readTree(authority.policiesRootPath)).toEqual(before);
  });

  it("replaces a bundle that was never published", async () => {
    const authority = await createAuthority();
    const sourceDir = writeSource(authority.directory);
    await signPolicyBundle(termsOf(authority));
    rmSync(join(sourceDir, "policy.test.json"));
    const { created, bundle } = await signPolicyBundle(termsOf(authority));
    expect(created).toBe(true);
    expect((await load(authority)).bundleHash).toBe(bundle.bundleHash);
    expect(Object.keys(readTree(authority.policiesRootPath))).toHaveLength(3);
  });

  it("mends a damaged bundle that was never published", async () => {
    const authority = await createAuthority();
    writeSource(authority.directory);
    const { directory } = await signPolicyBundle(termsOf(authority));
    writeFileSync(join(directory, "policy.json"), "{}");
    expect((await signPolicyBundle(termsOf(authority))).created).toBe(true);
    expect((await load(authority)).policy.policyId).toBe("claims-approval");
  });

  it("works for many at once", async () => {
    const authority = await createAuthority();
    const versions = ["1.0.0", "1.1.0", "1.2.0", "2.0.0-rc.1"];
    const signing = versions.map((version) =>
      signPolicyBundle(termsOf(authority, { sourceDir: writeSource(authority.directory, version) })),
    );
    const bundles = await Promise.all(signing);
    expect(bundles.map(({ bundle }) => bundle.policy.policyVersion)).toEqual(versions);
  });

  it("recovers from a crash between the two renames in place", async () => {
    const authority = await createAuthority();
    const sources = join(authority.directory, "sources");
    const sourceDir = writeSource(authority.directory);
    const terms = termsOf(authority, { policiesRootPath: sources });
    const { bundle } = await signPolicyBundle(terms);
    const { "claims-approval/1.0.0/bundle.manifest.json": manifest = "" } = readTree(sources);
    rmSync(join(sourceDir, "bundle.manifest.json"));
    writeTree(sourceDir, { "bundle.manifest.json.next": manifest });
    const again = await signPolicyBundle(terms);
    expect(again).toMatchObject({ created: false, bundle: { bundleHash: bundle.bundleHash } });
  });
});

describe("A published version never changes", () => {
  it("refuses to sign other content under its name, active or revoked (threat 31)", async () => {
    const authority = await createAuthority();
    const sourceDir = writeSource(authority.directory);
    const indexTerms = {
      ...authority,
      ...name,
      signers: [authority.signerOf("policy")],
      now: NOW,
      expiresAt: EXPIRES,
      remembered: undefined,
    };
    await createPolicyIndex(indexTerms);
    const { bundle } = await signPolicyBundle(termsOf(authority));
    await publishToIndex(indexTerms);
    const before = readTree(authority.policiesRootPath);
    writeFileSync(join(sourceDir, "policy.test.json"), "{}");
    await expect(signPolicyBundle(termsOf(authority))).rejects.toThrow(refused("POL-050"));
    expect(readTree(authority.policiesRootPath)).toEqual(before);
    const { value: index } = await readPolicyIndex(authority.policiesRootPath, authority.trustRoot);
    expect(requireListed(index, { ...name, bundleHash: bundle.bundleHash })).toBe("active");
    await revokeInIndex(indexTerms);
    await expect(signPolicyBundle(termsOf(authority))).rejects.toThrow(refused("POL-050"));
  });

  it("refuses when the index cannot be verified", async () => {
    const authority = await createAuthority();
    writeSource(authority.directory);
    writeTree(authority.policiesRootPath, { "index.json": "{}", "index.sig": "{}" });
    await expect(signPolicyBundle(termsOf(authority))).rejects.toThrow(refused("POL-040"));
  });
});

describe("Signing refuses and writes nothing", () => {
  it.for([
    ["no signer", { signers: [] }, "TRUST-032"],
    ["a signer of no role", { signers: [signerOf("stranger")] }, "TRUST-034"],
    ["an expired trust root", { now: EXPIRES }, "TRUST-024"],
    ["a clock before the trust root", { now: NOW - 1 }, "TRUST-025"],
    ["a clock that is no number", { now: NaN }, "TRUST-024"],
    ["a clock that counts parts of milliseconds", { now: NOW + 0.5 }, "TRUST-050"],
  ] as const)("for %s", async ([, changes, code]) => {
    const authority = await createAuthority();
    writeSource(authority.directory);
    const before = readTree(authority.directory);
    await expect(signPolicyBundle(termsOf(authority, changes))).rejects.toThrow(refused(code));
    expect(readTree(authority.directory)).toEqual(before);
  });

  it("for the key of another role (threat 14)", async () => {
    const authority = await createAuthority();
    writeSource(authority.directory);
    const terms = termsOf(authority, { signers: [authority.signerOf("runtime")] });
    await expect(signPolicyBundle(terms)).rejects.toThrow(refused("TRUST-034"));
  });

  it("for a signer that signs something else (threat 51)", async () => {
    const authority = await createAuthority();
    writeSource(authority.directory);
    const { keyId } = authority.signerOf("policy");
    const lying = {
      keyId,
      sign: (type: string, bytes: Uint8Array) => authority.signerOf("runtime").sign(type, bytes),
    };
    await expect(signPolicyBundle(termsOf(authority, { signers: [lying] }))).rejects.toThrow(
      refused("TRUST-031"),
    );
    expect(readTree(authority.policiesRootPath)).toEqual({});
  });

  it("for sources that are missing, broken, misplaced, linked or oddly named", async () => {
    const authority = await createAuthority();
    const sourceDir = writeSource(authority.directory);
    const sign = (changes: Partial<SignPolicyBundleInput> = {}) =>
      signPolicyBundle(termsOf(authority, changes));
    await expect(sign({ sourceDir: join(authority.directory, "absent") })).rejects.toThrow(
      refused("TRUST-002"),
    );
    await expect(sign({ sourceDir: join(authority.directory, "keys") })).rejects.toThrow(refused("POL-001"));
    await expect(
      sign({ sourceDir: writeSource(authority.directory, "1.1.0", { policyVersion: "1.0.0" }) }),
    ).rejects.toThrow(refused("POL-008"));
    writeTree(sourceDir, { ".DS_Store": "" });
    await expect(sign()).rejects.toThrow(refused("POL-032"));
    rmSync(join(sourceDir, ".DS_Store"));
    symlinkSync("/etc/passwd", join(sourceDir, "link"));
    await expect(sign()).rejects.toThrow(refused("TRUST-003"));
  });
});
