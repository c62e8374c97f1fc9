import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type ApiKeyRecord, encodeApiKeys, parseApiKeys } from "../api-keys.js";
import { withDirectoryLock } from "./directory-lock.js";
import { isNodeError } from "./node-error.js";
import { readFileSafely } from "./read-file-safely.js";
import { writeFileAtomically } from "./write-file-atomically.js";

const MAX_BYTES = 4 * 1024 * 1024;

/** Reads the file of API keys, which nobody but its owner may read. @throws GovernanceError TRUST-001 to -006, TRUST-060 */
export async function readApiKeys(path: string): Promise<readonly ApiKeyRecord[]> {
  return parseApiKeys(
    await readFileSafely(path, { maxBytes: MAX_BYTES, secret: true, noun: "The file of API keys" }),
  );
}

/**
 * Changes the file of API keys, mode 0600, one writer at a time; a missing one holds no key.
 * @throws GovernanceError TRUST-001 to -006, TRUST-052, TRUST-053, TRUST-060
 */
export async function changeApiKeys(
  path: string,
  change: (records: readonly ApiKeyRecord[]) => readonly ApiKeyRecord[],
): Promise<readonly ApiKeyRecord[]> {
  return withDirectoryLock(dirname(path), async () => {
    const records = change((await isMissing(path)) ? [] : await readApiKeys(path));
    await writeFileAtomically(path, encodeApiKeys(records), { mode: 0o600 });
    return records;
  });
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    if (isNodeError(error) && error.code === "ENOENT") return true;
    throw error;
  }
}
