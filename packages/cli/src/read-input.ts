import { readFileSync } from "node:fs";
import { CliError } from "./errors.js";

/** A file, or standard input for "-". @throws CliError CLI-004 */
export function readInput(path: string): Uint8Array {
  try {
    return readFileSync(path === "-" ? 0 : path);
  } catch (cause) {
    throw new CliError("CLI-004", `The file ${path} cannot be read.`, { cause });
  }
}
