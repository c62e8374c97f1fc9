import { randomUUID } from "node:crypto";
import { realpath, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MANIFEST_FILE, SIGNATURE_FILE } from "../bundle.js";
import { GovernanceError } from "../errors.js";
import type { SignedDocument } from "../signed-document.js";
import {
  exists,
  recoverSignedDocument,
  type SignedPaths,
  signedPathsOf,
  writeSignedDocument,
} from "./signed-document-files.js";
import { makeDirectory, syncDirectory, writeNewFile } from "./write-file-atomically.js";

/** The bytes of a bundle's files, and the directory they were read from. */
export interface BundleSource {
  readonly directory: string;
  /** All files, policy.json included. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Puts a verified bundle into its directory: where its files lie there already, only manifest and signature are
 * written.
 * @throws GovernanceError TRUST-052
 */
export async function writeBundle(
  directory: string,
  source: BundleSource,
  signed: SignedDocument,
): Promise<void> {
  if (await isSameDirectory(source.directory, directory)) {
    await writeSignedDocument(bundlePathsOf(directory), signed);
  } else await replaceDirectory(directory, source.files, signed);
}

export function bundlePathsOf(directory: string): SignedPaths {
  return signedPathsOf(join(directory, MANIFEST_FILE), join(directory, SIGNATURE_FILE));
}

/** Ends what a crash left of a change of manifest and signature. @throws as `recoverSignedDocument` */
export async function recoverBundle(directory: string): Promise<void> {
  // Whether the pair verifies is found out when the bundle is loaded; a wrong one is signed anew.
  if (await exists(directory)) await recoverSignedDocument(bundlePathsOf(directory), () => true);
}

async function isSameDirectory(left: string, right: string): Promise<boolean> {
  if (!(await exists(right))) return false;
  return (await realpath(left)) === (await realpath(right));
}

/**
 * Builds the directory beside its place and renames it there, so that no half-written bundle ever has the
 * name.
 */
async function replaceDirectory(
  directory: string,
  files: ReadonlyMap<string, Uint8Array>,
  signed: SignedDocument,
): Promise<void> {
  const fresh = join(dirname(directory), `.${randomUUID()}.tmp`);
  const old = join(dirname(directory), `.${randomUUID()}.old`);
  try {
    await writeTree(
      fresh,
      new Map([...files, [MANIFEST_FILE, signed.document], [SIGNATURE_FILE, signed.signature]]),
    );
    if (await exists(directory)) await rename(directory, old);
    await rename(fresh, directory);
    await syncDirectory(dirname(directory));
    await rm(old, { recursive: true, force: true });
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    if (!(await exists(directory))) await rename(old, directory).catch(() => undefined);
    if (cause instanceof GovernanceError) throw cause;
    throw new GovernanceError("TRUST-052", `The bundle ${directory} could not be written.`, { cause });
  }
}

async function writeTree(directory: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const directories = new Set([directory]);
  await makeDirectory(directory, 0o755);
  for (const [path, bytes] of files) {
    const target = join(directory, ...path.split("/"));
    await makeDirectory(dirname(target), 0o755);
    await writeNewFile(target, bytes, { mode: 0o644 });
    for (let parent = dirname(target); parent.length > directory.length; parent = dirname(parent)) {
      directories.add(parent);
    }
  }
  for (const each of directories) await syncDirectory(each);
}
