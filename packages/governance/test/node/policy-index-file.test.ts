import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findVersion } from "../../src/index.js";
import {
  createPolicyIndex,
  deprecateInIndex,
  type PolicyVersionInput,
  publishToIndex,
  readPolicyIndex,
  revokeInIndex,
  signPolicyBundle,
} from "../../src/node/index.js";
import { DAY_MS, EXPIRES, NOW, signerOf } from "../signed-fixtures.js";
import {
  createAuthority,
  readTree,
  refused,
  type TestAuthority,
  writeSource,
} from "./environment-fixtures.js";

interface Published extends TestAuthority {
  readonly terms: PolicyVersionInput;
}

/** An empty index and signed, unpublished bundles. */
async function prepared(...versions: readonly string[]): Promise<Published> {
  const authority = await createAuthority();
  const signers = [authority.signerOf("policy")];
  const terms = {
    ...authority,
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    signers,
    now: NOW,
    expiresAt: NOW + DAY_MS,
    remembered: undefined,
  };
  await createPolicyIndex(terms);
  for (const version of versions) {
    await signPolicyBundle({
      ...authority,
      sourceDir: writeSource(authority.directory, version),
      signers,
      now: NOW,
    });
  }
  return { ...authority, terms };
}

describe("The index of a policies root", () => {
  it("starts empty at version 1 and is never started twice", async () => {
    const { terms, policiesRootPath, trustRoot } = await prepared();
    const { value } = await readPolicyIndex(policiesRootPath, trustRoot);
    expect(value).toMatchObject({ version: 1, issuedAt: NOW, expiresAt: NOW + DAY_MS });
    expect(value.policies.size).toBe(0);
    await expect(createPolicyIndex(terms)).rejects.toThrow(refused("TRUST-051"));
  });

  it("is not signed anew when an older one lies in its place, nor by a caller that does not say (threat 31)", async () => {
    const setup = await prepared("1.0.0");
    const { value } = await readPolicyIndex(setup.policiesRootPath, setup.trustRoot);
    const newer = { version: value.version + 1, hash: value.hash };
    await expect(publishToIndex({ ...setup.terms, remembered: newer })).rejects.toThrow(refused("POL-047"));
    await expect(revokeInIndex({ ...setup.terms, remembered: newer })).rejects.toThrow(refused("POL-047"));
    const silent = { ...setup.terms };
    Reflect.deleteProperty(silent, "remembered");
    await expect(publishToIndex(silent)).rejects.toThrow(refused("TRUST-050"));
  });

  it("gets the next version with each change", async () => {
    const { terms } = await prepared("1.0.0", "1.1.0");
    const published = await publishToIndex(terms);
    expect(published.value.version).toBe(2);
    expect(findVersion(published.value, terms)?.status).toBe("active");
    const second = await publishToIndex({ ...terms, policyVersion: "1.1.0", now: NOW + 1 });
    expect(second.value).toMatchObject({ version: 3, issuedAt: NOW + 1 });
    const deprecated = await deprecateInIndex(terms).catch((error: unknown) => error);
    expect(deprecated).toEqual(refused("POL-046"));
    const third = await deprecateInIndex({ ...terms, now: NOW + 1 });
    expect(findVersion(third.value, terms)?.status).toBe("deprecated");
    const fourth = await revokeInIndex({ ...terms, now: NOW + 2 });
    expect(fourth.value.version).toBe(5);
    expect(findVersion(fourth.value, terms)).toEqual({
      status: "revoked",
      bundleHash: findVersion(published.value, terms)?.bundleHash,
    });
    expect(findVersion(fourth.value, { ...terms, policyVersion: "1.1.0" })?.status).toBe("active");
  });

  it("is renewed by publishing again, also after it expired", async () => {
    const { terms, policiesRootPath, trustRoot } = await prepared("1.0.0");
    await publishToIndex(terms);
    await publishToIndex({ ...terms, now: NOW + 30 * DAY_MS, expiresAt: NOW + 60 * DAY_MS });
    const { value } = await readPolicyIndex(policiesRootPath, trustRoot);
    expect(value).toMatchObject({ version: 3, expiresAt: NOW + 60 * DAY_MS });
  });

  it("keeps every change of many at once", async () => {
    const versions = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"];
    const { terms, policiesRootPath, trustRoot } = await prepared(...versions);
    await Promise.all(versions.map((policyVersion) => publishToIndex({ ...terms, policyVersion })));
    const { value } = await readPolicyIndex(policiesRootPath, trustRoot);
    expect(value.version).toBe(5);
    expect([...(value.policies.get("claims-approval")?.active.keys() ?? [])]).toEqual(versions);
  });
});

describe("Changing the index refuses and writes nothing", () => {
  async function expectRefusal(
    setup: Published,
    change: () => Promise<unknown>,
    code: Parameters<typeof refused>[0],
  ): Promise<void> {
    const before = readTree(setup.policiesRootPath);
    await expect(change()).rejects.toThrow(refused(code));
    expect(readTree(setup.policiesRootPath)).toEqual(before);
  }

  it("to bring back a revoked version (threat 31)", async () => {
    const setup = await prepared("1.0.0");
    await publishToIndex(setup.terms);
    await revokeInIndex(setup.terms);
    await expectRefusal(setup, () => publishToIndex(setup.terms), "POL-051");
    await expectRefusal(setup, () => deprecateInIndex(setup.terms), "POL-051");
  });

  it("to publish other content under a published version (threat 31)", async () => {
    const setup = await prepared("1.0.0");
    await publishToIndex(setup.terms);
    const bundleDir = join(setup.policiesRootPath, "claims-approval/1.0.0");
    rmSync(bundleDir, { recursive: true });
    const indexFiles = ["index.json", "index.sig"].map((name) => join(setup.policiesRootPath, name));
    const saved = readTree(setup.policiesRootPath);
    for (const path of indexFiles) rmSync(path);
    const sourceDir = writeSource(setup.directory);
    writeFileSync(join(sourceDir, "policy.test.json"), "{}");
    await signPolicyBundle({ ...setup.terms, sourceDir });
    for (const path of indexFiles) {
      writeFileSync(path, saved[path.slice(setup.policiesRootPath.length + 1)] ?? "", "latin1");
    }
    await expectRefusal(setup, () => publishToIndex(setup.terms), "POL-050");
  });

  it("to publish what is not signed, not there, or edited (threat 28)", async () => {
    const setup = await prepared("1.0.0");
    await expectRefusal(setup, () => publishToIndex({ ...setup.terms, policyVersion: "9.0.0" }), "POL-030");
    await expectRefusal(setup, () => publishToIndex({ ...setup.terms, policyId: "../x" }), "POL-038");
    writeFileSync(join(setup.policiesRootPath, "claims-approval/1.0.0/policy.test.json"), "{}");
    await expectRefusal(setup, () => publishToIndex(setup.terms), "POL-034");
  });

  it("to revoke or deprecate what is not listed", async () => {
    const setup = await prepared("1.0.0");
    await expectRefusal(setup, () => revokeInIndex(setup.terms), "POL-042");
    await expectRefusal(setup, () => deprecateInIndex(setup.terms), "POL-042");
  });

  it("without an index, or on top of one that does not verify", async () => {
    const setup = await prepared("1.0.0");
    const path = join(setup.policiesRootPath, "index.json");
    writeFileSync(path, "{}");
    await expectRefusal(setup, () => publishToIndex(setup.terms), "POL-040");
    rmSync(path);
    await expectRefusal(setup, () => publishToIndex(setup.terms), "TRUST-001");
  });

  it.for([
    ["no signer", { signers: [] }, "TRUST-032"],
    ["a signer of no role", { signers: [signerOf("stranger")] }, "TRUST-034"],
    ["an expiry that has passed", { expiresAt: NOW }, "POL-040"],
    ["an expired trust root", { now: EXPIRES }, "TRUST-024"],
  ] as const)("for %s", async ([, changes, code]) => {
    const setup = await prepared("1.0.0");
    await expectRefusal(setup, () => publishToIndex({ ...setup.terms, ...changes }), code);
  });
});

describe("A crash while the index is replaced", () => {
  it("is ended by the next change (threat 37)", async () => {
    const setup = await prepared("1.0.0", "1.1.0");
    const path = join(setup.policiesRootPath, "index.json");
    const before = readTree(setup.policiesRootPath)["index.json"] ?? "";
    await publishToIndex(setup.terms);
    const after = readTree(setup.policiesRootPath)["index.json"] ?? "";
    writeFileSync(path, before, "latin1");
    writeFileSync(`${path}.next`, after, "latin1");
    expect((await readPolicyIndex(setup.policiesRootPath, setup.trustRoot)).value.version).toBe(2);
    const third = await publishToIndex({ ...setup.terms, policyVersion: "1.1.0" });
    expect(third.value.version).toBe(3);
    expect(findVersion(third.value, setup.terms)?.status).toBe("active");
  });

  it("leaves nothing to recover from a document that is not signed", async () => {
    const setup = await prepared("1.0.0");
    writeFileSync(join(setup.policiesRootPath, "index.json.next"), "{}");
    expect((await publishToIndex(setup.terms)).value.version).toBe(2);
  });
});
