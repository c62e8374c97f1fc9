import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CliError, reasonOf } from "./errors.js";

const ATTESTATION = "attestation.json";
/** Holds the signals, which may be personal data. */
const EVIDENCE = "evidence.json";

/** The files of one result, opened before the decision is made: afterwards it would be too late to find out that they cannot be. */
export interface ResultFiles {
  /** Contents in the order of the names. */
  write(contents: readonly (string | Uint8Array)[]): void;
  /** Removes what was opened for a decision that was refused. */
  discard(): void;
}

/** Decided once means that the files, too, are written once. @throws CliError CLI-004 */
export function openResultFiles(
  directory: string,
  names: readonly string[] = [ATTESTATION, EVIDENCE],
): ResultFiles {
  const opened: { readonly path: string; readonly file: number }[] = [];
  const discard = () => {
    for (const { path, file } of opened.splice(0)) {
      closeSync(file);
      rmSync(path, { force: true });
    }
  };
  try {
    mkdirSync(directory, { recursive: true });
    for (const name of names) {
      const path = join(directory, name);
      // "wx" follows no link and takes no file that exists.
      opened.push({ path, file: openSync(path, "wx", 0o600) });
    }
  } catch (cause) {
    discard();
    throw new CliError("CLI-004", `${directory} cannot take the result: ${reasonOf(cause)}.`, { cause });
  }
  return {
    write(contents) {
      for (const [index, { file }] of opened.splice(0).entries()) {
        writeFileSync(file, contents[index] ?? "");
        closeSync(file);
      }
    },
    discard,
  };
}
