import { payloadTypes } from "@parmanasystems/signing";
import type * as fsPromises from "node:fs/promises";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createNextTrustRoot } from "../../src/index.js";
import {
  createPolicyIndex,
  createTrust,
  installTrustRoot,
  publishToIndex,
  readPolicyIndex,
  readTrustRoot,
  signPolicyBundle,
} from "../../src/node/index.js";
import { DAY_MS, EXPIRES, NOW, signAs, signerOf } from "../signed-fixtures.js";
import { createAuthority, temporaryDirectory, writeSource } from "./environment-fixtures.js";

/** How many more changes of the disk the process lives to make; the next one it begins is its last, and may be half done. */
const life = { changes: Infinity, made: 0 };

class Killed extends Error {}

function change(halfDone?: () => Promise<unknown>): Promise<unknown> | undefined {
  life.made += 1;
  if (life.made <= life.changes) return undefined;
  const last = life.made === life.changes + 1;
  return (last ? (halfDone?.() ?? Promise.resolve()) : Promise.resolve()).then(() => {
    throw new Killed("kill -9");
  });
}

// The dead change nothing any more, their own cleaning up included.
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof fsPromises>();
  const mortal = <Arguments extends unknown[], Result>(
    call: (...values: Arguments) => Promise<Result>,
  ): ((...values: Arguments) => Promise<Result>) => {
    return async (...values) => {
      await change();
      return call(...values);
    };
  };
  return {
    ...real,
    rename: mortal(real.rename),
    symlink: mortal(real.symlink),
    unlink: mortal(real.unlink),
    rm: mortal(real.rm),
    mkdir: mortal(real.mkdir),
    open: async (...values: Parameters<typeof real.open>) => {
      if (values[1] !== "wx") return real.open(...values);
      await change();
      const file = await real.open(...values);
      const writeFile = file.writeFile.bind(file);
      file.writeFile = async (bytes) => {
        const half = bytes instanceof Uint8Array ? bytes.subarray(0, bytes.length / 2) : "";
        await change(() => writeFile(half));
        await writeFile(bytes);
      };
      return file;
    },
  };
});

beforeEach(() => {
  Object.assign(life, { changes: Infinity, made: 0 });
});

/** Runs the work of a process that dies at its next change after `changes` of them; its lock is that of a dead process. */
async function untilKilled(
  changes: number,
  directory: string,
  work: () => Promise<unknown>,
): Promise<boolean> {
  Object.assign(life, { changes, made: 0 });
  const outcome = await work().catch((error: unknown) => error);
  const killed = life.made > changes;
  Object.assign(life, { changes: Infinity, made: 0 });
  if (!killed && outcome instanceof Error) throw outcome;
  rmSync(join(directory, ".parmana.lock"), { force: true });
  return killed;
}

async function trustRoots() {
  const directory = join(temporaryDirectory(), "trust");
  const signer = signerOf("root");
  const paths = await createTrust({
    trustDir: directory,
    roles: { root: { keys: [{ operator: "Acme", publicKey: signer.publicKey, signer }] } },
    now: NOW,
    expiresAt: EXPIRES,
  });
  const next = async () => {
    const { value } = await readTrustRoot(paths);
    const document = createNextTrustRoot(value, { expiresAt: value.expiresAt + 1 }, NOW + DAY_MS);
    return signAs(payloadTypes.trustRoot, document, ["root"]);
  };
  return { directory, paths, next };
}

describe("kill -9 at every single change of the disk leaves a trust root chain that opens (threats 24, 37)", () => {
  it("with the old version or the new one, and the same command ends what was begun", async () => {
    const versions: number[] = [];
    for (let changes = 0; ; changes += 1) {
      const { directory, paths, next } = await trustRoots();
      await installTrustRoot({ paths, signed: await next(), now: NOW + DAY_MS, remembered: undefined });
      const signed = await next();
      const install = () => installTrustRoot({ paths, signed, now: NOW + DAY_MS, remembered: undefined });
      const killed = await untilKilled(changes, directory, install);
      const found = await readTrustRoot(paths);
      expect(found.chain).toHaveLength(found.value.version);
      versions.push(found.value.version);

      expect((await install()).value.version).toBe(3);
      expect(readdirSync(directory).filter((name) => name.endsWith(".next"))).toEqual([]);
      await installTrustRoot({ paths, signed: await next(), now: NOW + DAY_MS, remembered: undefined });
      expect((await readTrustRoot(paths)).chain).toHaveLength(4);
      if (!killed) break;
    }
    // Once the new version is there it stays, and there were steps before and after that moment.
    expect(versions).toEqual([...versions].sort((left, right) => left - right));
    expect(new Set(versions)).toEqual(new Set([2, 3]));
    expect(versions.length).toBeGreaterThan(12);
  });

  it("or no trust root yet, while the first one is installed", async () => {
    const { paths: made } = await trustRoots();
    const { signed, value } = await readTrustRoot(made);
    let survived = 0;
    for (let changes = 0; ; changes += 1) {
      const directory = join(temporaryDirectory(), "trust");
      const paths = {
        trustRootPath: join(directory, "trust-root.json"),
        trustPublicKeyPath: join(directory, "root.pub"),
      };
      const install = () => installTrustRoot({ paths, signed, now: NOW, remembered: undefined });
      const killed = await untilKilled(changes, directory, install);
      if (existsSync(paths.trustRootPath)) expect((await readTrustRoot(paths)).value.hash).toBe(value.hash);
      expect((await install()).value.hash).toBe(value.hash);
      survived += 1;
      if (!killed) break;
    }
    expect(survived).toBeGreaterThan(8);
  });
});

describe("kill -9 at every single change of the disk leaves a policy index that opens (threats 31, 37)", () => {
  it("with the old version or the new one, and every version before it archived", async () => {
    const authority = await createAuthority();
    const terms = {
      policiesRootPath: authority.policiesRootPath,
      trustRoot: authority.trustRoot,
      signers: [authority.signerOf("policy")],
      now: NOW,
      expiresAt: NOW + 30 * DAY_MS,
    };
    const published = {
      ...terms,
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      remembered: undefined,
    };
    await createPolicyIndex(terms);
    await signPolicyBundle({ ...terms, sourceDir: writeSource(authority.directory) });
    const versions: number[] = [];
    for (let changes = 0; ; changes += 1) {
      const { value: before } = await readPolicyIndex(terms.policiesRootPath, terms.trustRoot);
      const killed = await untilKilled(changes, terms.policiesRootPath, () => publishToIndex(published));
      const { value } = await readPolicyIndex(terms.policiesRootPath, terms.trustRoot);
      versions.push(value.version - before.version);
      for (let version = 1; version < value.version; version += 1) {
        for (const ending of ["json", "sig"]) {
          expect(existsSync(join(terms.policiesRootPath, `index.${version}.${ending}`))).toBe(true);
        }
      }
      if (!killed) break;
    }
    expect(versions).toEqual([...versions].sort((left, right) => left - right));
    expect(new Set(versions)).toEqual(new Set([0, 1]));
  });
});
