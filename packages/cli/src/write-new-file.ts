import { writeFileSync } from "node:fs";
import { CliError, reasonOf } from "./errors.js";

/** Overwrites nothing and follows no link. @throws CliError CLI-004 */
export function writeNewFile(path: string, bytes: Uint8Array, mode: number): void {
  try {
    writeFileSync(path, bytes, { flag: "wx", mode });
  } catch (cause) {
    throw new CliError("CLI-004", `The file ${path} cannot be written: ${reasonOf(cause)}.`, { cause });
  }
}
