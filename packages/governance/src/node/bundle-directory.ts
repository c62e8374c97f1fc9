import { shorten } from "@parmanasystems/canonical";
import { lstat, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import {
  type BundleContent,
  bundleLimits,
  isBundlePath,
  MANIFEST_FILE,
  type PolicyName,
  SIGNATURE_FILE,
} from "../bundle.js";
import { GovernanceError } from "../errors.js";
import { comparePaths } from "../file-entry.js";
import { isPolicyId, isPolicyVersion } from "../policy/identity.js";
import { readFileSafely } from "./read-file-safely.js";

const MAX_DEPTH = 8;

/**
 * Reads a bundle from `<policiesRootPath>/<policyId>/<policyVersion>/`. Id and version are checked before the
 * disk is touched, no link below the root is followed, and every file there becomes part of the content:
 * which of them belong is the manifest's word.
 * @throws GovernanceError POL-030, POL-032, POL-038, POL-039, TRUST-001 to -006
 */
export async function readBundleContent(
  policiesRootPath: string,
  policyId: string,
  policyVersion: string,
): Promise<BundleContent> {
  const directory = await findVersionDirectory(policiesRootPath, { policyId, policyVersion });
  const files = await readFileTree(directory);
  const manifest = files.get(MANIFEST_FILE);
  const signature = files.get(SIGNATURE_FILE);
  if (manifest === undefined || signature === undefined) {
    throw new GovernanceError(
      "POL-030",
      `The policy ${policyId} ${policyVersion} is not signed: ${directory} lacks ${MANIFEST_FILE} or ${SIGNATURE_FILE}.`,
    );
  }
  files.delete(MANIFEST_FILE);
  files.delete(SIGNATURE_FILE);
  return Object.freeze({ manifest, signature, files });
}

/** @throws GovernanceError POL-038 */
export function requirePolicyName({ policyId, policyVersion }: PolicyName): void {
  if (!isPolicyId(policyId)) {
    throw new GovernanceError(
      "POL-038",
      `policyId must match ^[a-z0-9][a-z0-9-]{0,63}$, not ${show(policyId)}.`,
    );
  }
  if (!isPolicyVersion(policyVersion)) {
    throw new GovernanceError(
      "POL-038",
      `policyVersion must be a semantic version without a leading v, not ${show(policyVersion)}.`,
    );
  }
}

/**
 * Every file below a directory, by relative path.
 * @param skip names at the top that are left out
 * @throws GovernanceError POL-032, POL-039, TRUST-001 to -006
 */
export async function readFileTree(
  directory: string,
  skip: readonly string[] = [],
): Promise<Map<string, Uint8Array>> {
  const paths = await listFiles(directory, skip);
  const files = new Map<string, Uint8Array>();
  let total = 0;
  for (const path of paths) {
    const bytes = await readFileSafely(join(directory, ...path.split("/")), {
      maxBytes: bundleLimits.fileBytes,
      noun: "The bundle file",
    });
    total += bytes.length;
    if (total > bundleLimits.totalBytes) {
      throw new GovernanceError(
        "POL-039",
        `The files of ${directory} must have at most ${bundleLimits.totalBytes} bytes in all.`,
      );
    }
    files.set(path, bytes);
  }
  return files;
}

async function findVersionDirectory(policiesRootPath: string, name: PolicyName): Promise<string> {
  requirePolicyName(name);
  const { policyId, policyVersion } = name;
  const root = await realRoot(policiesRootPath);
  let directory = root;
  for (const step of [policyId, policyVersion]) {
    directory = join(directory, step);
    const found = await lstat(directory).catch(() => undefined);
    if (found === undefined) {
      throw new GovernanceError(
        "POL-030",
        `There is no policy ${policyId} ${policyVersion} below ${policiesRootPath}.`,
      );
    }
    if (!found.isDirectory()) {
      throw new GovernanceError("TRUST-003", `${directory} must be a directory, not a link or a file.`);
    }
  }
  // On a file system that ignores case, another spelling of the name would have been found.
  const real = await realpath(directory).catch(() => undefined);
  if (real !== directory) {
    throw new GovernanceError(
      "TRUST-003",
      `${directory} must be spelled exactly so on disk and lie below its root.`,
    );
  }
  return directory;
}

async function realRoot(policiesRootPath: string): Promise<string> {
  if (typeof policiesRootPath !== "string" || policiesRootPath === "") {
    throw new GovernanceError("TRUST-001", "The policies root has no path.");
  }
  try {
    return await realpath(policiesRootPath);
  } catch (cause) {
    throw new GovernanceError("TRUST-001", `The policies root ${policiesRootPath} does not exist.`, {
      cause,
    });
  }
}

async function listFiles(directory: string, skip: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  const visit = async (prefix: string, depth: number): Promise<void> => {
    for (const entry of await readEntries(join(directory, prefix))) {
      const path = `${prefix}${entry.name}`;
      if (skip.includes(path)) continue;
      if (entry.isDirectory() && depth < MAX_DEPTH) {
        await visit(`${path}/`, depth + 1);
        continue;
      }
      if (!entry.isFile()) {
        throw new GovernanceError("TRUST-003", `${join(directory, path)} must be a regular file.`);
      }
      if (!isBundlePath(path) && ![MANIFEST_FILE, SIGNATURE_FILE].includes(path)) {
        throw new GovernanceError(
          "POL-032",
          `The file ${shorten(path)} in ${directory} has a name that no bundle may list.`,
        );
      }
      found.push(path);
      if (found.length > bundleLimits.files + 2) {
        throw new GovernanceError("POL-039", `A bundle must have at most ${bundleLimits.files} files.`);
      }
    }
  };
  await visit("", 1);
  requireDistinctIgnoringCase(found, directory);
  return found.sort(comparePaths);
}

async function readEntries(
  directory: string,
): Promise<readonly { name: string; isFile(): boolean; isDirectory(): boolean }[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (cause) {
    throw new GovernanceError("TRUST-002", `The directory ${directory} cannot be read.`, { cause });
  }
}

function requireDistinctIgnoringCase(paths: readonly string[], directory: string): void {
  const taken = new Map<string, string>();
  for (const path of paths) {
    const other = taken.get(path.toLowerCase());
    if (other !== undefined) {
      throw new GovernanceError(
        "POL-032",
        `The files ${other} and ${path} in ${directory} differ in case only.`,
      );
    }
    taken.set(path.toLowerCase(), path);
  }
}

function show(value: unknown): string {
  return typeof value === "string" ? shorten(value) : `a value of type ${typeof value}`;
}
