import { randomUUID } from "node:crypto";
import { readlink, rename, symlink, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GovernanceError } from "../errors.js";
import { isNodeError } from "./node-error.js";

const LOCK = ".parmana.lock";
const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/**
 * Runs one writer at a time in a directory, across processes. The lock is a symbolic link to
 * "host:pid:token": creating it is atomic, and it is never seen half written. The lock of a process of this
 * host that no longer runs is broken.
 * @throws GovernanceError TRUST-053 when it is not free within `patienceMs`, TRUST-052
 */
export async function withDirectoryLock<Result>(
  directory: string,
  work: () => Promise<Result>,
  patienceMs = PATIENCE_MS,
): Promise<Result> {
  const path = join(directory, LOCK);
  const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
  await acquire(path, owner, patienceMs);
  try {
    return await work();
  } finally {
    if ((await ownerOf(path)) === owner) await unlink(path);
  }
}

async function acquire(path: string, owner: string, patienceMs: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    try {
      await symlink(owner, path);
      return;
    } catch (cause) {
      if (!isNodeError(cause) || cause.code !== "EEXIST") {
        throw new GovernanceError("TRUST-052", `The lock ${path} could not be created.`, { cause });
      }
    }
    const holder = await ownerOf(path);
    if (holder !== undefined && isGone(holder)) await breakLock(path, holder);
    else if (waitedMs >= patienceMs) {
      throw new GovernanceError("TRUST-053", `Another process holds ${path} (${holder ?? "unknown"}).`);
    } else await sleep(POLL_MS);
  }
}

async function ownerOf(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}

function isGone(owner: string): boolean {
  const [host, pid] = owner.split(":");
  if (host !== hostname() || pid === undefined || !/^[1-9][0-9]*$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // EPERM: it runs, under another user.
    return isNodeError(error) && error.code === "ESRCH";
  }
}

/**
 * Moves the lock away before deleting it: of several that found it stale, one succeeds, and a fresh lock is
 * put back.
 */
async function breakLock(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await ownerOf(aside);
  await unlink(aside).catch(() => undefined);
  if (moved !== undefined && moved !== stale) await symlink(moved, path).catch(() => undefined);
}
