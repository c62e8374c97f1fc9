import { closeSync, openSync, readSync } from "node:fs";
import { CliError, reasonOf } from "./errors.js";

/** Above every limit of the documents themselves; a device or an endless pipe ends here. */
const MAX_INPUT_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** A file, or standard input for "-". @throws CliError CLI-004 */
export function readInput(path: string): Uint8Array {
  try {
    if (path === "-") return readAll(0);
    const file = openSync(path, "r");
    try {
      return readAll(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError("CLI-004", `The file ${path} cannot be read: ${reasonOf(cause)}.`, { cause });
  }
}

function readAll(file: number): Uint8Array {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const count = readSync(file, chunk);
    if (count === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
    size += count;
    if (size > MAX_INPUT_BYTES)
      throw new CliError("CLI-004", "The input is larger than 64 MiB, and nothing here is.");
  }
}
