import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
} from "node:fs";
import { resolve } from "node:path";
import { CliError } from "../errors.js";

/** What a report begins with until all of it is there, so that no parser takes a part for the whole. */
export const UNFINISHED = "unfinished";

/**
 * The report, opened to be written. What lies there already is overwritten only if it is XML or nothing: never what is
 * verified, nor what it is verified with. @throws CliError CLI-001, CLI-004; what the operating system says
 */
export function openReport(path: string, inputs: readonly string[]): number {
  if (inputs.some((input) => isSameFile(input, path)))
    throw new CliError("CLI-001", `--junit names ${path}, which is read.`);
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o666);
  try {
    // Devices and pipes have nothing to lose, and reading one might never end.
    if (!fstatSync(file).isFile()) return file;
    requireReport(file, path);
    ftruncateSync(file);
    return file;
  } catch (cause) {
    closeSync(file);
    throw cause;
  }
}

function isSameFile(input: string, path: string): boolean {
  if (resolve(input) === resolve(path)) return input !== "-";
  const [one, other] = [input, path].map(lookAt);
  return one !== undefined && one.dev === other?.dev && one.ino === other.ino;
}

/** What cannot be looked at is for whoever reads it to say. */
function lookAt(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

function requireReport(file: number, path: string): void {
  const start = Buffer.alloc(UNFINISHED.length);
  const found = start.toString("latin1", 0, readSync(file, start, 0, start.length, 0));
  if (found === "" || found === UNFINISHED || found.startsWith("<")) return;
  throw new CliError(
    "CLI-004",
    `What lies at ${path} is no report and is not overwritten: remove it first, or name another file.`,
  );
}
