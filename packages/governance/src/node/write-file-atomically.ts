import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { GovernanceError } from "../errors.js";
import { isNodeError } from "./node-error.js";

export interface WriteOptions {
  /** Permission bits; the process's umask can only take away from them. */
  readonly mode: number;
}

/**
 * Replaces a file so that a reader, or a crash, sees the old bytes or the new ones: temporary file, fsync,
 * rename, fsync of the directory. Nothing is retried after a failed fsync, because the kernel may have
 * dropped the pages.
 * @throws GovernanceError TRUST-052
 */
export async function writeFileAtomically(
  path: string,
  bytes: Uint8Array,
  options: WriteOptions,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeNewFile(temporary, bytes, options);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new GovernanceError("TRUST-052", `The file ${path} could not be written.`, { cause });
  }
}

/**
 * Writes a file that must not exist yet, and syncs it; syncing its directory is left to the caller.
 * @throws GovernanceError TRUST-051 when there is one, TRUST-052
 */
export async function writeNewFile(path: string, bytes: Uint8Array, options: WriteOptions): Promise<void> {
  let created = false;
  try {
    const file = await open(path, "wx", options.mode);
    created = true;
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (created) await rm(path, { force: true }).catch(() => undefined);
    if (isNodeError(cause) && cause.code === "EEXIST") {
      throw new GovernanceError("TRUST-051", `The file ${path} exists already and is never overwritten.`, {
        cause,
      });
    }
    throw new GovernanceError("TRUST-052", `The file ${path} could not be written.`, { cause });
  }
}

/** @throws GovernanceError TRUST-052 */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode });
  } catch (cause) {
    throw new GovernanceError("TRUST-052", `The directory ${path} could not be created.`, { cause });
  }
}

/** Makes created, renamed and removed names of a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows has no handle for directories and makes renames durable by itself.
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
