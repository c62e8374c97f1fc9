import { generatePrivateKey, LocalSigner } from "@parmanasystems/signing";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  type CreateTrustInput,
  createTrust,
  readPrivateKey,
  readTrustRoot,
  writePrivateKey,
} from "../../src/node/index.js";
import { DAY_MS, EXPIRES, NOW, signerOf } from "../signed-fixtures.js";
import { createAuthority, readTree, refused, temporaryDirectory } from "./environment-fixtures.js";

const key = { operator: "Acme" };

function inputFor(directory: string, changes: Partial<CreateTrustInput> = {}): CreateTrustInput {
  return {
    trustDir: join(directory, "trust"),
    keysDir: join(directory, "keys"),
    now: NOW,
    expiresAt: EXPIRES,
    roles: { root: { keys: [key] } },
    ...changes,
  };
}

describe("Creating trust", () => {
  it("writes the trust root, its signature, the pinned key and one private key for each role", async () => {
    const authority = await createAuthority();
    expect(Object.keys(readTree(authority.directory))).toEqual([
      "keys/policy.pem",
      "keys/release.pem",
      "keys/root.pem",
      "keys/runtime.pem",
      "trust/root.pub",
      "trust/trust-root.json",
      "trust/trust-root.sig",
    ]);
    expect((await readTrustRoot(authority)).value).toMatchObject({
      version: 1,
      issuedAt: NOW,
      expiresAt: EXPIRES,
    });
    for (const { role, keyId, privateKeyPath } of authority.keys) {
      expect(authority.trustRoot.roles.get(role)?.keyids).toEqual([keyId]);
      expect((await readPrivateKey(privateKeyPath ?? "")).keyId).toBe(keyId);
    }
  });

  it("keeps private keys to their owner, and out of everything else (threat 52)", async () => {
    const authority = await createAuthority();
    const keysDir = join(authority.directory, "keys");
    expect(statSync(keysDir).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(keysDir)) {
      expect(statSync(join(keysDir, name)).mode & 0o777).toBe(0o600);
      const [, secret = ""] = readFileSync(join(keysDir, name), "utf8").split("\n");
      expect(secret).toHaveLength(64);
      expect(inspect(authority, { depth: 10, showHidden: true })).not.toContain(secret);
      expect(JSON.stringify(authority)).not.toContain(secret);
      expect(JSON.stringify(readTree(join(authority.directory, "trust")))).not.toContain(secret);
    }
  });

  it("only returns the keys when no directory is given for them", async () => {
    const directory = temporaryDirectory();
    const { trustDir, now, expiresAt, roles } = inputFor(directory);
    const created = await createTrust({ trustDir, now, expiresAt, roles });
    expect(created.keys.map(({ privateKeyPath }) => privateKeyPath)).toEqual([null]);
    expect(new LocalSigner(created.keys[0]?.privateKey?.toPem() ?? "").keyId).toBe(created.pinnedKey.keyId);
    expect(readdirSync(directory)).toEqual(["trust"]);
  });

  it("names the files of several keys, and of roles with a colon", async () => {
    const directory = temporaryDirectory();
    const roles = {
      root: { keys: [key] },
      policy: { keys: [key, { operator: "Other" }], threshold: 2 },
      "approver:claims-manager": { keys: [key] },
    };
    const { trustRoot } = await createTrust(inputFor(directory, { roles, keysValidUntil: NOW + DAY_MS }));
    expect(readdirSync(join(directory, "keys")).sort()).toEqual([
      "approver-claims-manager.pem",
      "policy.2.pem",
      "policy.pem",
      "root.pem",
    ]);
    expect(trustRoot.roles.get("policy")?.threshold).toBe(2);
    expect([...trustRoot.keys.values()].every(({ validUntil }) => validUntil === NOW + DAY_MS)).toBe(true);
  });

  it("takes keys that were made elsewhere and never sees their private half", async () => {
    const directory = temporaryDirectory();
    const [first, second] = [signerOf("root"), signerOf("second")];
    const roles = {
      root: {
        keys: [
          { operator: "A", publicKey: first.publicKey, signer: first },
          { operator: "B", publicKey: second.publicKey, signer: second },
        ],
        threshold: 2,
      },
      policy: { keys: [{ operator: "A", publicKey: signerOf("policy").publicKey }] },
    };
    const created = await createTrust(inputFor(directory, { roles }));
    expect(created.keys.map(({ privateKey }) => privateKey)).toEqual([null, null, null]);
    expect(created.pinnedKey.keyId).toBe(first.keyId);
    expect(existsSync(join(directory, "keys"))).toBe(false);
  });
});

describe("Creating trust refuses and writes nothing", () => {
  const given = (name: string, signer: LocalSigner | undefined): object => {
    return {
      operator: name,
      publicKey: signerOf(name).publicKey,
      ...(signer === undefined ? {} : { signer }),
    };
  };
  it.for([
    ["no root role", { roles: {} }, "TRUST-013"],
    ["an unknown role", { roles: { root: { keys: [key] }, admin: { keys: [key] } } }, "TRUST-013"],
    ["a role without keys", { roles: { root: { keys: [key] }, policy: { keys: [] } } }, "TRUST-011"],
    ["a threshold out of reach", { roles: { root: { keys: [key, key], threshold: 2 } } }, "TRUST-015"],
    [
      "one key in two roles",
      { roles: { root: { keys: [given("a", signerOf("a"))] }, policy: { keys: [given("a", undefined)] } } },
      "TRUST-014",
    ],
    [
      "a first root key without signer",
      { roles: { root: { keys: [given("a", undefined), key] } } },
      "TRUST-050",
    ],
    ["the signer of another key", { roles: { root: { keys: [given("a", signerOf("b"))] } } }, "TRUST-050"],
    [
      "a signer without its key",
      { roles: { root: { keys: [{ operator: "A", signer: signerOf("a") }] } } },
      "TRUST-050",
    ],
    [
      "fewer signers than the threshold",
      { roles: { root: { keys: [given("a", signerOf("a")), given("b", undefined)], threshold: 2 } } },
      "TRUST-032",
    ],
    ["an expiry in the past", { expiresAt: NOW }, "TRUST-011"],
    ["keys that end before they start", { keysValidUntil: NOW }, "TRUST-011"],
    ["a clock that is no number", { now: NaN }, "TRUST-011"],
  ] as const)("for %s", async ([, changes, code]) => {
    const directory = temporaryDirectory();
    const input = inputFor(directory, changes as unknown as Partial<CreateTrustInput>);
    await expect(createTrust(input)).rejects.toThrow(refused(code));
    expect(readdirSync(directory)).toEqual([]);
  });

  it("when there is a trust root, a pinned key or a private key already", async () => {
    for (const taken of ["trust/trust-root.json", "trust/root.pub", "keys/root.pem"]) {
      const directory = temporaryDirectory();
      mkdirSync(join(directory, "trust"));
      mkdirSync(join(directory, "keys"));
      writeFileSync(join(directory, taken), "theirs");
      await expect(createTrust(inputFor(directory))).rejects.toThrow(refused("TRUST-051"));
      expect(readTree(directory)).toEqual({ [taken]: "theirs" });
    }
  });

  it("for the second of two at once", async () => {
    const directory = temporaryDirectory();
    const results = await Promise.allSettled([
      createTrust(inputFor(directory)),
      createTrust(inputFor(directory)),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const paths = {
      trustRootPath: join(directory, "trust/trust-root.json"),
      trustPublicKeyPath: join(directory, "trust/root.pub"),
    };
    expect((await readTrustRoot(paths)).pinnedKey.keyId).toBe(
      (await readPrivateKey(join(directory, "keys/root.pem"))).keyId,
    );
  });
});

describe("A private key file", () => {
  it("is never overwritten", async () => {
    const authority = await createAuthority();
    const [first] = authority.keys;
    const path = first?.privateKeyPath ?? "";
    const before = readFileSync(path);
    await expect(writePrivateKey(path, generatePrivateKey())).rejects.toThrow(refused("TRUST-051"));
    expect(readFileSync(path)).toEqual(before);
  });

  it("is refused when others can read it, without showing it (threat 52)", async () => {
    const path = join(temporaryDirectory(), "key.pem");
    writeFileSync(path, "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n", { mode: 0o644 });
    await expect(readPrivateKey(path)).rejects.toThrow(refused("TRUST-004"));
    const secret = join(temporaryDirectory(), "key.pem");
    writeFileSync(secret, "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n", {
      mode: 0o600,
    });
    await expect(readPrivateKey(secret)).rejects.toThrow(
      expect.objectContaining({ name: "SigningError", message: expect.not.stringContaining("canary") }),
    );
  });
});
