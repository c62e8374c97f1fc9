import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "./home.js";
import { readInput } from "./read-input.js";

export function checkpointPath(home: Home): string {
  return join(home.audit, "checkpoint");
}

/** The latest checkpoint that was signed here, kept outside the ledger so that an older ledger is noticed. @throws CliError CLI-004 */
export function rememberedCheckpoint(home: Home): string | undefined {
  const path = checkpointPath(home);
  return existsSync(path) ? readNote(path) : undefined;
}

/** A signed note as it lies in a file. @throws CliError CLI-004 */
export function readNote(path: string): string {
  return new TextDecoder().decode(readInput(path));
}
