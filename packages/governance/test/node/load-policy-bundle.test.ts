import { createBundleManifest } from "../../src/index.js";
import { payloadTypes, signDetached } from "@parmanasystems/signing";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkPolicyDirectory, loadPolicyBundle } from "../../src/node/index.js";
import { NOW, policyBytes } from "../signed-fixtures.js";
import {
  createAuthority,
  refused,
  temporaryDirectory,
  writeSource,
  writeTree,
} from "./environment-fixtures.js";
import { formatTimestamp } from "@parmanasystems/canonical";

describe("Loading a policy bundle", () => {
  it("gives the policy of a bundle that the trust root's policy key signed", async () => {
    const authority = await createAuthority();
    const policy = policyBytes();
    const manifest = createBundleManifest({ policy, createdAt: formatTimestamp(NOW) });
    const sign = (role: string) =>
      signDetached(payloadTypes.policyBundle, manifest, [authority.signerOf(role)]);
    const directory = join(authority.policiesRootPath, "claims-approval", "1.0.0");
    const load = () =>
      loadPolicyBundle(authority.policiesRootPath, "claims-approval", "1.0.0", authority.trustRoot);
    writeTree(directory, {
      "policy.json": policy,
      "bundle.manifest.json": manifest,
      "bundle.sig": await sign("policy"),
    });
    expect((await load()).policy.policyId).toBe("claims-approval");
    writeTree(directory, { "bundle.sig": await sign("runtime") });
    await expect(load()).rejects.toThrow(refused("TRUST-032"));
  });
});

describe("Checking an unsigned policy", () => {
  it("returns it", async () => {
    const policy = await checkPolicyDirectory(writeSource(temporaryDirectory()));
    expect(policy).toMatchObject({ policyId: "claims-approval", policyVersion: "1.0.0" });
  });

  it("works for a directory that is named relative to another", async () => {
    const sourceDir = writeSource(temporaryDirectory());
    expect((await checkPolicyDirectory(join(sourceDir, "..", "1.0.0", "."))).policyVersion).toBe("1.0.0");
  });

  it("refuses missing, broken and misplaced policies", async () => {
    await expect(checkPolicyDirectory(temporaryDirectory())).rejects.toThrow(refused("POL-001"));
    await expect(
      checkPolicyDirectory(writeSource(temporaryDirectory(), "1.0.0", { rules: [] })),
    ).rejects.toThrow(expect.objectContaining({ code: expect.stringMatching(/^POL-0(0[6-9]|[12][0-9])$/) }));
    const misplaced = writeSource(temporaryDirectory(), "1.0.0", { policyVersion: "1.0.1" });
    await expect(checkPolicyDirectory(misplaced)).rejects.toThrow(refused("POL-008"));
    const huge = temporaryDirectory();
    writeTree(huge, { "policy.json": new Uint8Array(5 * 1024 * 1024) });
    await expect(checkPolicyDirectory(huge)).rejects.toThrow(refused("TRUST-005"));
  });

  it("names the file", async () => {
    const sourceDir = writeSource(temporaryDirectory(), "1.0.0", { rules: 7 });
    await expect(checkPolicyDirectory(sourceDir)).rejects.toThrow(join(sourceDir, "policy.json"));
  });
});
