import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ParmanaError } from "@parmanasystems/canonical";
import { EVALUATOR_SEMANTICS } from "@parmanasystems/governance";
import { signRelease } from "@parmanasystems/governance/node";
import { LocalSigner } from "@parmanasystems/signing";
import type { TestEnvironment } from "@parmanasystems/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createExecutionRuntime, type ExecutionRuntime, MemoryReplayStore, MemoryVersions, runtimeVersion } from "../src/index.js";
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
    const files = (await releasedFiles()).filter(({ path }) => !/^@noble\/hashes@[^/]*\/sha2\.js$/.test(path));
    await release({ files });
    await expect(start().ready()).rejects.toMatchObject({
      code: "INV-041",
      details: { added: [expect.stringContaining("@noble/hashes")] },
    });
  });

  it("names a released file that is gone", async () => {
    const [some] = (await releasedFiles()).filter(({ path }) => path.startsWith("@parmanasystems/canonical@"));
    if (some === undefined) throw new Error("canonical is not in the manifest");
    const gone = { ...some, path: some.path.replace(/[^/]*$/, "zz-gone.js") };
    await release({ files: [...(await releasedFiles()), gone] });
    await expect(start().ready()).rejects.toMatchObject({ code: "INV-041", details: { missing: [gone.path] } });
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
    "trust root": { path: () => environment.paths.trustRootPath, codes: ["TRUST-011", "TRUST-010", "TRUST-001", "TRUST-001"] },
    "policy index": { path: () => join(environment.paths.policiesRootPath, "index.json"), codes: ["TRUST-031", "POL-040", "TRUST-001", "TRUST-001"] },
    "release manifest": { path: () => environment.paths.releaseManifestPath, codes: ["INV-040", "INV-040", "TRUST-001", "TRUST-001"] },
    policy: {
      path: () => join(environment.paths.policiesRootPath, "claims-approval/1.0.0/policy.json"),
      codes: ["POL-034", "POL-034", "POL-033", "POL-030"],
    },
  } as const;
  const attempt = () => start().execute({ ...CLAIMS, signals: claim(1) });

  it.each(Object.entries(documents))("refuses an edited, empty, missing or unsigned %s (threats 27, 28)", async (name, { path, codes }) => {
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
        rmSync(name === "policy" ? path().replace("policy.json", "bundle.sig") : path().replace(/\.json$/, ".sig"));
      },
    ];
    const seen: unknown[] = [];
    for (const damage of damages) {
      damage();
      seen.push(await attempt().catch((error: unknown) => ParmanaError.isInstance(error) && error.code));
    }
    expect(seen).toEqual(codes);
  });

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
