import { LocalSigner, type PrivateKey } from "@parmanasystems/signing";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect } from "vitest";
import type { GovernanceErrorCode } from "../../src/index.js";
import { type CreatedTrust, createTrust } from "../../src/node/index.js";
import { EXPIRES, NOW, policyBytes } from "../signed-fixtures.js";

const directories: string[] = [];

afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A real directory that is gone after the test file. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "governance-")));
  directories.push(directory);
  return directory;
}

export function writeTree(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}

/** All files below the directory with their content, to see that nothing was written or left behind. */
export function readTree(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.sort().map((path) => [path.slice(directory.length + 1), readFileSync(path, "latin1")]),
  );
}

export interface TestAuthority extends CreatedTrust {
  readonly directory: string;
  readonly policiesRootPath: string;
  readonly signerOf: (role: string) => LocalSigner;
}

/** A directory with trust root, keys and an empty policies root. */
export async function createAuthority(): Promise<TestAuthority> {
  const directory = temporaryDirectory();
  const key = { operator: "Acme" };
  const created = await createTrust({
    trustDir: join(directory, "trust"),
    keysDir: join(directory, "keys"),
    now: NOW,
    expiresAt: EXPIRES,
    roles: {
      root: { keys: [key] },
      policy: { keys: [key] },
      release: { keys: [key] },
      runtime: { keys: [key] },
    },
  });
  const privateKeys = new Map(created.keys.map(({ role, privateKey }) => [role, privateKey]));
  return {
    ...created,
    directory,
    policiesRootPath: join(directory, "policies"),
    signerOf: (role) => new LocalSigner(privateKeys.get(role) as PrivateKey),
  };
}

/** Writes the example policy as a source and returns its directory. */
export function writeSource(
  directory: string,
  policyVersion = "1.0.0",
  changes: Readonly<Record<string, unknown>> = {},
): string {
  const sourceDir = join(directory, "sources", "claims-approval", policyVersion);
  writeTree(sourceDir, {
    "policy.json": policyBytes({ policyVersion, ...changes }),
    "policy.test.json": '{"cases":[]}',
  });
  return sourceDir;
}

/** For `rejects.toThrow`. */
export function refused(code: GovernanceErrorCode): unknown {
  return expect.objectContaining({ name: "GovernanceError", code });
}
