import { mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { decodeUtf8, encodeUtf8, ParmanaError } from "@parmanasystems/canonical";
import { readFileSafely, withDirectoryLock, writeFileAtomically } from "@parmanasystems/governance/node";
import { refuse } from "../ledger-arguments.js";
import type { HeadMemory } from "./head-memory.js";

/** Of a signed note. */
const MAX_BYTES = 1_048_576;

/**
 * Remembers heads in a file, which holds the last checkpoint as it was signed. Processes that share it take turns by a lock
 * in its directory, which is made when it is not there. A crash leaves the old note or the new one.
 * @throws LedgerError SYS-016; its methods GovernanceError TRUST-002 to -006, -052, -053
 */
export function headFile(path: string): HeadMemory {
  if (typeof path !== "string" || path === "") refuse("path", "that of a file");
  const absolute = resolve(path);
  const directory = dirname(absolute);
  const latest = async (): Promise<string | undefined> => {
    try {
      return decodeUtf8(
        await readFileSafely(absolute, { maxBytes: MAX_BYTES, noun: "The remembered checkpoint" }),
      );
    } catch (error) {
      if (ParmanaError.isInstance(error) && error.code === "TRUST-001") return undefined;
      throw error;
    }
  };
  return Object.freeze({
    latest,
    replace: async (previous: string | undefined, note: string) => {
      await makeDirectory(directory);
      return withDirectoryLock(directory, async () => {
        if ((await latest()) !== previous) return false;
        await writeFileAtomically(absolute, encodeUtf8(note), { mode: 0o644 });
        return true;
      });
    },
  } satisfies HeadMemory);
}

/** Durably: a file is as lost as the directory that it lies in. */
async function makeDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  // Windows has no handle for directories.
  if (made === undefined || process.platform === "win32") return;
  const parent = await open(dirname(made), "r");
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}
