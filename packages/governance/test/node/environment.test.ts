import { generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { payloadTypes, signDetached } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import { createTrustRootDocument } from "../../src/index.js";
import {
  createPolicyIndex,
  readPolicyIndex,
  readReleaseManifest,
  readTrustRoot,
  readTrustRootPredecessors,
  signRelease,
} from "../../src/node/index.js";
import { type SignedPaths, writeSignedDocument } from "../../src/node/signed-document-files.js";
import { DAY_MS, NOW, signerOf } from "../signed-fixtures.js";
import { createAuthority, refused, type TestAuthority, writeTree } from "./environment-fixtures.js";

async function signNext(
  authority: TestAuthority,
  role = "root",
): Promise<{ document: Uint8Array; signature: Uint8Array }> {
  const { trustRoot } = authority;
  const document = createTrustRootDocument({
    ...trustRoot,
    version: 2,
    previous: trustRoot.hash,
    issuedAt: NOW + DAY_MS,
    keys: trustRoot.keys.values(),
  });
  return {
    document,
    signature: await signDetached(payloadTypes.trustRoot, document, [authority.signerOf(role)]),
  };
}

describe("Reading the trust root", () => {
  it("gives the opened trust root, its exact bytes and the pinned key", async () => {
    const authority = await createAuthority();
    const opened = await readTrustRoot(authority);
    expect(opened.value.hash).toBe(authority.trustRoot.hash);
    expect(opened.signed).toEqual(authority.signed);
    expect(opened.pinnedKey.keyId).toBe(authority.pinnedKey.keyId);
  });

  it.each(["trust-root.json", "trust-root.sig", "root.pub"])(
    "refuses to start without %s (threat 27)",
    async (name) => {
      const authority = await createAuthority();
      const path = join(authority.directory, "trust", name);
      rmSync(path);
      await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-001"));
      await expect(readTrustRoot(authority)).rejects.toThrow(path);
    },
  );

  it("refuses to start when a path is not set (threat 27)", async () => {
    const authority = await createAuthority();
    await expect(readTrustRoot({ ...authority, trustRootPath: "" })).rejects.toThrow(refused("TRUST-001"));
    await expect(readTrustRoot({ ...authority, trustPublicKeyPath: "" })).rejects.toThrow(
      refused("TRUST-001"),
    );
    await expect(readPolicyIndex("", authority.trustRoot)).rejects.toThrow(refused("TRUST-001"));
    await expect(readReleaseManifest({ releaseManifestPath: "" }, authority.trustRoot)).rejects.toThrow(
      refused("TRUST-001"),
    );
  });

  it.each([
    ["trust-root.json", "TRUST-010"],
    ["trust-root.sig", "TRUST-030"],
    ["root.pub", "TRUST-016"],
  ] as const)("refuses an empty or half-written %s (threat 24, threat 27)", async (name, code) => {
    const authority = await createAuthority();
    const path = join(authority.directory, "trust", name);
    for (const size of [60, 0]) {
      truncateSync(path, size);
      await expect(readTrustRoot(authority)).rejects.toThrow(refused(code));
    }
  });

  it.each(["trust-root.json", "trust-root.sig", "root.pub"])(
    "refuses a world-writable or linked %s (threat 24)",
    async (name) => {
      const authority = await createAuthority();
      const path = join(authority.directory, "trust", name);
      chmodSync(path, 0o666);
      await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-004"));
      copyFileSync(path, `${path}.copy`);
      chmodSync(`${path}.copy`, 0o644);
      rmSync(path);
      symlinkSync(`${path}.copy`, path);
      await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-003"));
    },
  );

  it("refuses a trust root of others, and one of ours with another pinned key", async () => {
    const [ours, theirs] = [await createAuthority(), await createAuthority()];
    await expect(readTrustRoot({ ...ours, trustRootPath: theirs.trustRootPath })).rejects.toThrow(
      refused("TRUST-017"),
    );
    await expect(readTrustRoot({ ...ours, trustPublicKeyPath: theirs.trustPublicKeyPath })).rejects.toThrow(
      refused("TRUST-017"),
    );
  });

  const spki = (key: { export(terms: { type: "spki"; format: "pem" }): string | Buffer }): string =>
    key.export({ type: "spki", format: "pem" }).toString();
  it.for([
    ["RSA", spki(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey)],
    ["P-256", spki(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey)],
    ["X25519", spki(generateKeyPairSync("x25519").publicKey)],
    ["Ed448", spki(generateKeyPairSync("ed448").publicKey)],
    [
      "private",
      generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    ],
    ["double", signerOf("root").publicKey.toPem().repeat(2)],
    ["non-UTF-8", Buffer.from([0xff, 0xfe])],
  ] as const)("refuses a pinned key that is %s (threat 12)", async ([, pem]) => {
    const authority = await createAuthority();
    writeFileSync(authority.trustPublicKeyPath, pem);
    await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-016"));
  });
});

/** The files of a version beside the trust root. */
function pathsOf(authority: TestAuthority, version?: number): SignedPaths {
  const stem = authority.trustRootPath.replace(/\.json$/, version === undefined ? "" : `.${version}`);
  return { documentPath: `${stem}.json`, signaturePath: `${stem}.sig` };
}

describe("Version N lies beside versions 1 to N-1, and the chain is walked (threat 22)", () => {
  it("gives all of them", async () => {
    const authority = await createAuthority();
    expect(await readTrustRoot(authority)).toMatchObject({ chain: [{ version: 1 }], predecessors: [] });
    const second = await signNext(authority);
    await writeSignedDocument(pathsOf(authority, 1), authority.signed);
    // What lies ready for the next rotation is no predecessor yet.
    await writeSignedDocument(pathsOf(authority, 2), second);
    await writeSignedDocument(pathsOf(authority), second);
    const { value, signed, chain, predecessors } = await readTrustRoot(authority);
    expect(chain.map(({ version }) => version)).toEqual([1, 2]);
    expect(value).toBe(chain[1]);
    expect(signed).toEqual(second);
    expect(predecessors).toEqual([authority.signed]);
  });

  it("refuses version 2 without version 1, or beside another one", async () => {
    const [authority, others] = [await createAuthority(), await createAuthority()];
    await writeSignedDocument(pathsOf(authority), await signNext(authority));
    await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-027"));
    await writeSignedDocument(pathsOf(authority, 1), others.signed);
    await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-017"));
    await writeSignedDocument(pathsOf(authority, 1), authority.signed);
    expect((await readTrustRoot(authority)).value.version).toBe(2);
    rmSync(pathsOf(authority, 1).signaturePath);
    await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-001"));
  });

  it("refuses a predecessor that everybody may write, that is a link, or that is too large (threat 24)", async () => {
    const authority = await createAuthority();
    await writeSignedDocument(pathsOf(authority), await signNext(authority));
    await writeSignedDocument(pathsOf(authority, 1), authority.signed);
    const { documentPath } = pathsOf(authority, 1);
    chmodSync(documentPath, 0o666);
    await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-004"));
    rmSync(documentPath);
    symlinkSync(authority.trustRootPath, documentPath);
    await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-003"));
    rmSync(documentPath);
    writeFileSync(documentPath, new Uint8Array(256 * 1024 + 1));
    await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-005"));
  });

  it("is read while a writer is between its two renames", async () => {
    const authority = await createAuthority();
    const second = await signNext(authority);
    await writeSignedDocument(pathsOf(authority, 1), authority.signed);
    writeFileSync(pathsOf(authority).signaturePath, second.signature);
    writeFileSync(`${pathsOf(authority).documentPath}.next`, second.document);
    expect(await readTrustRoot(authority)).toMatchObject({ value: { version: 2 }, signed: second });
  });

  it("leaves the judgement of what it finds to whoever opens it", async () => {
    const authority = await createAuthority();
    const { trustRootPath } = authority;
    const second = await signNext(authority);
    expect(await readTrustRootPredecessors(trustRootPath, second.document)).toEqual([]);
    await writeSignedDocument(pathsOf(authority, 1), second);
    expect(await readTrustRootPredecessors(trustRootPath, second.document)).toEqual([second]);
    expect(await readTrustRootPredecessors(trustRootPath, authority.signed.document)).toEqual([]);
    expect(await readTrustRootPredecessors(trustRootPath, new Uint8Array())).toEqual([]);
  });
});

describe("A trust root that is replaced while the runtime runs (threat 24)", () => {
  it("does not touch the one that was loaded, and is taken over only as its signed successor", async () => {
    const authority = await createAuthority();
    const { value: loaded } = await readTrustRoot(authority);
    const before = JSON.stringify([...loaded.keys.keys()]);
    await writeSignedDocument(pathsOf(authority, 1), authority.signed);
    await writeSignedDocument(pathsOf(authority), await signNext(authority, "policy"));
    await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-032"));
    writeFileSync(authority.trustRootPath, "{}");
    await expect(readTrustRoot(authority)).rejects.toThrow(refused("TRUST-011"));
    expect(JSON.stringify([...loaded.keys.keys()])).toBe(before);
    await writeSignedDocument(pathsOf(authority), await signNext(authority));
    const { value, chain } = await readTrustRoot(authority);
    expect(value.version).toBe(2);
    expect(chain[0]?.hash).toBe(loaded.hash);
  });
});

describe("Reading the policy index and the release manifest", () => {
  it("gives the opened documents and their exact bytes", async () => {
    const authority = await createAuthority();
    const terms = {
      ...authority,
      signers: [authority.signerOf("policy")],
      now: NOW,
      expiresAt: NOW + DAY_MS,
    };
    const index = await createPolicyIndex(terms);
    expect(await readPolicyIndex(authority.policiesRootPath, authority.trustRoot)).toEqual(index);
    const releaseManifestPath = join(authority.directory, "release-manifest.json");
    const files = [{ path: "a@1.0.0/a.js", size: 0, sha256: authority.trustRoot.hash }];
    const release = await signRelease({
      ...authority,
      releaseManifestPath,
      signers: [authority.signerOf("release")],
      now: NOW,
      runtimeVersion: "1.0.0",
      files,
    });
    expect(await readReleaseManifest({ releaseManifestPath }, authority.trustRoot)).toEqual(release);
  });

  it("refuses an index that is exchanged with its signature of last week (threat 31)", async () => {
    const authority = await createAuthority();
    const terms = {
      ...authority,
      signers: [authority.signerOf("policy")],
      now: NOW,
      expiresAt: NOW + DAY_MS,
    };
    const { signed } = await createPolicyIndex(terms);
    writeTree(authority.policiesRootPath, {
      "index.sig": readFileSync(authority.trustRootPath.replace(".json", ".sig")),
    });
    await expect(readPolicyIndex(authority.policiesRootPath, authority.trustRoot)).rejects.toThrow(
      refused("TRUST-030"),
    );
    writeTree(authority.policiesRootPath, {
      "index.sig": signed.signature,
      "index.json": Buffer.concat([signed.document, Buffer.from(" ")]),
    });
    await expect(readPolicyIndex(authority.policiesRootPath, authority.trustRoot)).rejects.toThrow(
      refused("TRUST-031"),
    );
  });
});
