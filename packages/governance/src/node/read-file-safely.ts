import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { GovernanceError } from "../errors.js";
import { isNodeError } from "./node-error.js";

export interface SafeReadOptions {
  readonly maxBytes: number;
  /** A private key: nobody but its owner may read it. */
  readonly secret?: boolean;
  /** What messages call the file, with its article. */
  readonly noun?: string;
}

/**
 * Reads a file that has to be trusted: a regular file that is no link, that not everybody may write or
 * replace, within its limit, and unchanged from the first byte to the last.
 * @throws GovernanceError TRUST-001 to -006
 */
export async function readFileSafely(path: string, options: SafeReadOptions): Promise<Uint8Array> {
  const { maxBytes, secret = false, noun = "The file" } = options;
  if (typeof path !== "string" || path === "") throw new GovernanceError("TRUST-001", `${noun} has no path.`);
  const name = `${noun} ${path}`;
  await requireSafeDirectory(dirname(path));
  const file = await openToRead(path, name);
  try {
    return await readOpenFile(file, { name, maxBytes, secret });
  } catch (cause) {
    if (!isNodeError(cause)) throw cause;
    throw new GovernanceError("TRUST-002", `${name} cannot be read (${cause.code}).`, { cause });
  } finally {
    await file.close();
  }
}

async function readOpenFile(
  file: FileHandle,
  terms: { name: string; maxBytes: number; secret: boolean },
): Promise<Uint8Array> {
  const { name, maxBytes, secret } = terms;
  const before = await file.stat({ bigint: true });
  if (!before.isFile()) throw new GovernanceError("TRUST-003", `${name} must be a regular file.`);
  if ((before.mode & 0o002n) !== 0n) {
    throw new GovernanceError("TRUST-004", `${name} must not be writable by everybody.`);
  }
  if (secret && (before.mode & 0o077n) !== 0n) {
    throw new GovernanceError("TRUST-004", `${name} must be readable by its owner only (mode 0600).`);
  }
  if (before.size > BigInt(maxBytes)) {
    throw new GovernanceError("TRUST-005", `${name} must have at most ${maxBytes} bytes.`);
  }
  const size = Number(before.size);
  // One byte more than expected, so that a file that grows is noticed.
  const buffer = new Uint8Array(size + 1);
  let length = 0;
  for (let bytesRead = -1; bytesRead !== 0 && length < buffer.length; length += bytesRead) {
    ({ bytesRead } = await file.read(buffer, length, buffer.length - length, length));
  }
  const after = await file.stat({ bigint: true });
  if (length !== size || after.mtimeNs !== before.mtimeNs || after.size !== before.size) {
    throw new GovernanceError("TRUST-006", `${name} changed while it was read.`);
  }
  return buffer.slice(0, size);
}

async function openToRead(path: string, name: string): Promise<FileHandle> {
  try {
    // O_NONBLOCK: opening a pipe must not wait for its writer.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    const code = isNodeError(cause) ? cause.code : "";
    if (["ENOENT", "ENOTDIR"].includes(code)) {
      throw new GovernanceError("TRUST-001", `${name} does not exist.`, { cause });
    }
    if (["ELOOP", "EMLINK", "ENXIO"].includes(code)) {
      throw new GovernanceError("TRUST-003", `${name} must be a regular file, not a link or a device.`, {
        cause,
      });
    }
    throw new GovernanceError("TRUST-002", `${name} cannot be opened.`, { cause });
  }
}

/**
 * Whoever may write a directory may replace the files in it, unless its sticky bit is set. A missing one is
 * left to `open`.
 */
async function requireSafeDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() === true && (found.mode & 0o1002) === 0o002) {
    throw new GovernanceError("TRUST-004", `The directory ${directory} must not be writable by everybody.`);
  }
}
