import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ParmanaError, sha256 } from "@parmanasystems/canonical";
import { createTrustRootDocument, EVALUATOR_SEMANTICS } from "@parmanasystems/governance";
import { signRelease } from "@parmanasystems/governance/node";
import {
  generatePrivateKey,
  LocalSigner,
  payloadTypes,
  type PrivateKey,
  signDetached,
  type Signer,
} from "@parmanasystems/signing";
import type { TestEnvironment } from "@parmanasystems/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createExecutionRuntime,
  type ExecutionRuntime,
  MemoryReplayStore,
  MemoryVersions,
  runtimeVersion,
} from "../src/index.js";
import { claim, CLAIMS, governed, NOW, policySource } from "./environment.js";

let environment: TestEnvironment;
let versions: MemoryVersions;
const clock = { now: () => NOW + 1_000 };

beforeEach(async () => {
  environment = await governed({ policies: [policySource("claims-approval")] });
  versions = new MemoryVersions();
});
afterEach(() => {
  environment.remove();
});

function start(): ExecutionRuntime {
  const { paths, signer, verifier } = environment;
  return createExecutionRuntime({
    environment: paths,
    signer,
    verifier,
    replayStore: new MemoryReplayStore({ clock }),
    versions,
    clock,
  });
}

function release(overrides: Partial<Parameters<typeof signRelease>[0]>) {
  const { paths, trustRoot, keys } = environment;
  return signRelease({
    ...paths,
    trustRoot,
    signers: [new LocalSigner(keys.release)],
    now: NOW,
    runtimeVersion,
    files: [],
    ...overrides,
  });
}

async function releasedFiles() {
  const document: unknown = JSON.parse(readFileSync(environment.paths.releaseManifestPath, "utf8"));
  return (document as { files: { path: string; size: number; sha256: `sha256:${string}` }[] }).files;
}

describe("the runtime is the released one, or refuses to start (threat 60)", () => {
  it("starts from the files that were released", async () => {
    await expect(start().ready()).resolves.toBeUndefined();
  });

  it("names a file that differs", async () => {
    const files = (await releasedFiles()).map((file) =>
      file.path.includes("/canonical@") && file.path.endsWith("dist/index.js")
        ? { ...file, sha256: `sha256:${"0".repeat(64)}` as const }
        : file,
    );
    await release({ files });
    await expect(start().ready()).rejects.toMatchObject({
      code: "INV-041",
      details: { changed: [expect.stringMatching(/canonical@.*dist\/index\.js/)] },
    });
  });

  it("names a file that is not in the manifest, also of a dependency", async () => {
    const files = (await releasedFiles()).filter(
      ({ path }) => !/^@noble\/hashes@[^/]*\/sha2\.js$/.test(path),
    );
    await release({ files });
    await expect(start().ready()).rejects.toMatchObject({
      code: "INV-041",
      details: { added: [expect.stringContaining("@noble/hashes")] },
    });
  });

  it("names a released file that is gone", async () => {
    const [some] = (await releasedFiles()).filter(({ path }) =>
      path.startsWith("@parmanasystems/canonical@"),
    );
    if (some === undefined) throw new Error("canonical is not in the manifest");
    const gone = { ...some, path: some.path.replace(/[^/]*$/, "zz-gone.js") };
    await release({ files: [...(await releasedFiles()), gone] });
    await expect(start().ready()).rejects.toMatchObject({
      code: "INV-041",
      details: { missing: [gone.path] },
    });
  });

  it("refuses a manifest of another version or other semantics", async () => {
    const files = await releasedFiles();
    await release({ files, runtimeVersion: "99.0.0" });
    await expect(start().ready()).rejects.toMatchObject({ code: "INV-082" });
    await release({ files, evaluatorSemantics: EVALUATOR_SEMANTICS.replace(/\d+$/, "999") });
    await expect(start().ready()).rejects.toMatchObject({ code: "INV-082" });
  });
});

describe("what is signed is checked, without exception", () => {
  const documents = {
    "trust root": {
      path: () => environment.paths.trustRootPath,
      codes: ["TRUST-011", "TRUST-010", "TRUST-001", "TRUST-001"],
    },
    "policy index": {
      path: () => join(environment.paths.policiesRootPath, "index.json"),
      codes: ["TRUST-031", "POL-040", "TRUST-001", "TRUST-001"],
    },
    "release manifest": {
      path: () => environment.paths.releaseManifestPath,
      codes: ["INV-040", "INV-040", "TRUST-001", "TRUST-001"],
    },
    policy: {
      path: () => join(environment.paths.policiesRootPath, "claims-approval/1.0.0/policy.json"),
      codes: ["POL-034", "POL-034", "POL-033", "POL-030"],
    },
  } as const;
  const attempt = () => start().execute({ ...CLAIMS, signals: claim(1) });

  it.each(Object.entries(documents))(
    "refuses an edited, empty, missing or unsigned %s (threats 27, 28)",
    async (name, { path, codes }) => {
      const text = readFileSync(path(), "utf8");
      const edited = text.replace(/[1-8](?=[^1-8]*$)/, (digit) => String(Number(digit) + 1));
      const damages = [
        () => {
          writeFileSync(path(), edited);
        },
        () => {
          writeFileSync(path(), "");
        },
        () => {
          rmSync(path());
        },
        () => {
          writeFileSync(path(), text);
          rmSync(
            name === "policy"
              ? path().replace("policy.json", "bundle.sig")
              : path().replace(/\.json$/, ".sig"),
          );
        },
      ];
      const seen: unknown[] = [];
      for (const damage of damages) {
        damage();
        seen.push(await attempt().catch((error: unknown) => ParmanaError.isInstance(error) && error.code));
      }
      expect(seen).toEqual(codes);
    },
  );

  it("refuses a signature moved from another document (threat 14)", async () => {
    const index = documents["policy index"].path().replace(/\.json$/, ".sig");
    copyFileSync(environment.paths.releaseManifestPath.replace(/\.json$/, ".sig"), index);
    await expect(start().ready()).rejects.toMatchObject({ code: "TRUST-030" });
  });
});

describe("versions never go back", () => {
  it("refuses an index older than one accepted before (threat 31)", async () => {
    const index = documents();
    const old = { json: readFileSync(index.json), sig: readFileSync(index.sig) };
    await environment.revoke(CLAIMS.policyId, CLAIMS.policyVersion, NOW + 1);
    await start().ready();
    writeFileSync(index.json, old.json);
    writeFileSync(index.sig, old.sig);
    await expect(start().ready()).rejects.toMatchObject({ code: "POL-047" });
  });

  it("refuses another document under an accepted version (threat 22)", async () => {
    await start().ready();
    const other = new MemoryVersions();
    await other.remember("policy-index", { version: 2, hash: `sha256:${"1".repeat(64)}` });
    versions = other;
    await expect(start().ready()).rejects.toMatchObject({ code: "POL-048" });
    const roots = new MemoryVersions();
    await roots.remember("trust-root", { version: 1, hash: `sha256:${"1".repeat(64)}` });
    versions = roots;
    await expect(start().ready()).rejects.toMatchObject({ code: "TRUST-021" });
    const newer = new MemoryVersions();
    await newer.remember("trust-root", { version: 2, hash: `sha256:${"1".repeat(64)}` });
    versions = newer;
    await expect(start().ready()).rejects.toMatchObject({ code: "TRUST-026" });
  });

  function documents() {
    const json = join(environment.paths.policiesRootPath, "index.json");
    return { json, sig: json.replace(/\.json$/, ".sig") };
  }
});

describe("reload never replaces good by bad (threat 24)", () => {
  it("keeps what is in force when the files on disk do not hold", async () => {
    const runtime = start();
    await runtime.ready();
    writeFileSync(environment.paths.trustRootPath, "{}");
    await expect(runtime.reload()).rejects.toMatchObject({ code: "TRUST-011" });
    expect(await runtime.execute({ ...CLAIMS, signals: claim(1) })).toMatchObject({ decision: "approved" });
  });

  it("reaches what is under way: nothing is released that the new index revokes (threat 31)", async () => {
    const { paths, signer, verifier } = environment;
    const slow: Signer = {
      keyId: signer.keyId,
      sign: async (type, payload) => {
        if (type === payloadTypes.attestation) {
          await environment.revoke(CLAIMS.policyId, CLAIMS.policyVersion, NOW + 1);
          await runtime.reload();
        }
        return signer.sign(type, payload);
      },
    };
    const replayStore = new MemoryReplayStore({ clock });
    const runtime = createExecutionRuntime({
      environment: paths,
      signer: slow,
      verifier,
      replayStore,
      clock,
    });
    await expect(runtime.execute({ ...CLAIMS, signals: claim(1) })).rejects.toMatchObject({
      code: "POL-043",
    });
  });

  it("puts a revocation in force", async () => {
    const runtime = start();
    await runtime.execute({ ...CLAIMS, signals: claim(1) });
    await environment.revoke(CLAIMS.policyId, CLAIMS.policyVersion, NOW + 1);
    expect(await runtime.execute({ ...CLAIMS, signals: claim(2) })).toMatchObject({ decision: "approved" });
    await runtime.reload();
    await expect(runtime.execute({ ...CLAIMS, signals: claim(3) })).rejects.toMatchObject({
      code: "POL-043",
    });
  });

  it("starts at a later call when the first found nothing to start from", async () => {
    const { trustRootPath } = environment.paths;
    const good = readFileSync(trustRootPath);
    writeFileSync(trustRootPath, "{}");
    const runtime = start();
    await expect(runtime.ready()).rejects.toMatchObject({ code: "TRUST-011" });
    writeFileSync(trustRootPath, good);
    await expect(runtime.ready()).resolves.toBeUndefined();
  });
});

describe("a new trust root takes over only through the thresholds of both versions (threats 21 and 22)", () => {
  const bob = generatePrivateKey();
  const attacker = generatePrivateKey();
  const files = (version?: number) => {
    const stem = environment.paths.trustRootPath.replace(
      /\.json$/,
      version === undefined ? "" : `.${version}`,
    );
    return { json: `${stem}.json`, sig: `${stem}.sig` };
  };

  async function write(path: ReturnType<typeof files>, document: Uint8Array, signers: readonly PrivateKey[]) {
    const signature = await signDetached(
      payloadTypes.trustRoot,
      document,
      signers.map((key) => new LocalSigner(key)),
    );
    writeFileSync(path.json, document);
    writeFileSync(path.sig, signature);
  }

  /** The trust root that was made, with more keys and other roles. */
  function documentOf(changes: {
    readonly version: number;
    readonly after?: Uint8Array;
    readonly more: ReadonlyMap<PrivateKey, string>;
    readonly roles: Readonly<
      Record<string, { readonly keys: readonly PrivateKey[]; readonly threshold: number }>
    >;
  }): Uint8Array {
    const { trustRoot } = environment;
    const { version, after, more, roles } = changes;
    const life = {
      validFrom: trustRoot.issuedAt,
      validUntil: trustRoot.expiresAt,
      status: "active",
    } as const;
    const delegations = Object.entries(roles).map(
      ([role, { keys, threshold }]) => [role, { keyids: keys.map(({ keyId }) => keyId), threshold }] as const,
    );
    return createTrustRootDocument({
      ...trustRoot,
      version,
      previous: after === undefined ? null : sha256(after),
      keys: [
        ...trustRoot.keys.values(),
        ...Array.from(more, ([{ publicKey }, operator]) => ({ publicKey, operator, ...life })),
      ],
      roles: new Map([...trustRoot.roles, ...delegations]),
    });
  }

  /** Version 1, in force, whose root role Alice (the pinned key) and Bob share. */
  async function shareTheRoot() {
    const alice = environment.keys.root;
    const roles = { root: { keys: [alice, bob], threshold: 2 } };
    const document = documentOf({ version: 1, more: new Map([[bob, "Bob"]]), roles });
    await write(files(), document, [alice, bob]);
    return { alice, roles, document };
  }

  function keepVersion1() {
    copyFileSync(files().json, files(1).json);
    copyFileSync(files().sig, files(1).sig);
  }

  it("and one that Alice alone signed is refused by reload and by restart, with version 1 beside it or without", async () => {
    const { alice, document } = await shareTheRoot();
    const running = start();
    await running.ready();
    const forged = documentOf({
      version: 2,
      after: document,
      more: new Map([[attacker, "Mallory"]]),
      roles: { root: { keys: [alice], threshold: 1 }, runtime: { keys: [attacker], threshold: 1 } },
    });
    for (const [code, lay] of [
      ["TRUST-027", () => undefined],
      ["TRUST-032", keepVersion1],
    ] as const) {
      lay();
      await write(files(), forged, [alice]);
      await expect(running.reload()).rejects.toMatchObject({ code });
      await expect(start().ready()).rejects.toMatchObject({ code });
      // A runtime that has never seen version 1 knows the pinned key, and no more.
      versions = new MemoryVersions();
      await expect(start().ready()).rejects.toMatchObject({ code });
      await write(files(), document, [alice, bob]);
    }
    expect(await running.execute({ ...CLAIMS, signals: claim(1) })).toMatchObject({
      provenance: { trustRootVersion: 1, trustRootHash: sha256(document) },
    });
  });

  it("and one that both signed is put in force by reload and by restart, also several versions on", async () => {
    const { alice, roles, document } = await shareTheRoot();
    const running = start();
    await running.ready();
    const shared = { more: new Map([[bob, "Bob"]]), roles };
    const second = documentOf({ version: 2, after: document, ...shared });
    const third = documentOf({ version: 3, after: second, ...shared });
    keepVersion1();
    await write(files(2), second, [alice, bob]);
    await write(files(), third, [alice, bob]);
    await running.reload();
    for (const [amount, runtime] of [running, start()].entries()) {
      expect(await runtime.execute({ ...CLAIMS, signals: claim(amount) })).toMatchObject({
        provenance: { trustRootVersion: 3, trustRootHash: sha256(third) },
      });
    }
    expect(await versions.highest("trust-root")).toEqual({ version: 3, hash: sha256(third) });
    await write(files(), second, [alice, bob]);
    await expect(start().ready()).rejects.toMatchObject({ code: "TRUST-026" });
  });

  it("and not another chain than the one that was in force, although the pinned key began it", async () => {
    const { alice, roles, document } = await shareTheRoot();
    await start().ready();
    const other = documentOf({ version: 1, more: new Map([[bob, "Robert"]]), roles });
    await write(files(1), other, [alice, bob]);
    const successor = documentOf({ version: 2, after: other, more: new Map([[bob, "Robert"]]), roles });
    await write(files(), successor, [alice, bob]);
    expect(sha256(other)).not.toBe(sha256(document));
    await expect(start().ready()).rejects.toMatchObject({ code: "TRUST-021" });
  });

  it("and one that demands two runtime signatures lets nothing be decided, since no attestation could verify", async () => {
    const { alice, roles, document } = await shareTheRoot();
    const more = new Map([
      [bob, "Bob"],
      [attacker, "second runtime"],
    ]);
    const runtime = { keys: [environment.keys.runtime, attacker], threshold: 2 };
    const second = documentOf({ version: 2, after: document, more, roles: { ...roles, runtime } });
    keepVersion1();
    await write(files(), second, [alice, bob]);
    await expect(start().ready()).rejects.toMatchObject({ code: "TRUST-038" });
    await expect(start().execute({ ...CLAIMS, signals: claim(1) })).rejects.toMatchObject({
      code: "TRUST-038",
    });
  });
});

describe("a trust root without a runtime role", () => {
  it("leaves the choice of runtime keys to the verifier, as the quick start needs", async () => {
    const ephemeral = await governed({ withoutRuntimeRole: true });
    const { paths, signer, verifier } = ephemeral;
    const replayStore = new MemoryReplayStore({ clock });
    const runtime = createExecutionRuntime({ environment: paths, signer, verifier, replayStore, clock });
    expect(await runtime.execute({ ...CLAIMS, signals: claim(1) })).toMatchObject({ keyId: signer.keyId });
    ephemeral.remove();
  });
});
