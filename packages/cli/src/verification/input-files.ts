import { type Dirent, readdirSync, statSync } from "node:fs";
import { CliError, reasonOf } from "../errors.js";
import { companionNames } from "./companions.js";
import { type InputFile, unjudgedFile } from "./file-finding.js";

/**
 * The files to judge, in the order of the paths: a file as it is, of a directory every .json file below it that is not judged with
 * another, sorted by path in code units. Links to directories are not followed, and pipes and devices are no files. What cannot be
 * listed or named is a finding at its place. Only the names of the folders on the way are held at a time.
 */
export function* inputFiles(paths: readonly string[]): Generator<InputFile, void> {
  for (const path of paths) {
    if (isNamedExactly(path)) yield* isDirectory(path) ? filesBelow(withoutSlashes(path)) : [path];
    else yield unjudgedFile(path, doubtful(path));
  }
}

/** What cannot be looked at is for whoever reads it to say. */
export function isDirectory(path: string): boolean {
  if (path === "-") return false;
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** @throws CliError CLI-004 where the words of the command line were other bytes, and so perhaps another file */
export function requireNamedExactly(path: string): void {
  if (!isNamedExactly(path)) throw doubtful(path);
}

/** Bytes that are no UTF-8 come from the command line as this character. */
function isNamedExactly(path: string): boolean {
  return !path.includes("\ufffd");
}

function doubtful(path: string): CliError {
  return new CliError(
    "CLI-004",
    `The name ${path} has U+FFFD in it, which may stand for bytes that are no UTF-8: it cannot be told apart from others.`,
  );
}

function unnamed(path: string): CliError {
  return new CliError("CLI-004", `The name ${path} is no UTF-8: it cannot be told apart from others.`);
}

function withoutSlashes(path: string): string {
  return path.replace(/(?<=.)\/+$/, "");
}

/** One of a folder that may be one to judge, or has such below it. */
interface Entry {
  readonly name: string;
  /** Whether the name says which bytes it has on disk; else some of them are spelt `\xff` in it. */
  readonly isExact: boolean;
  readonly isFolder: boolean;
}

function* filesBelow(folder: string): Generator<InputFile, void> {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  const entries = entriesOf(folder, prefix);
  if (entries instanceof CliError) {
    yield unjudgedFile(folder, entries);
    return;
  }
  const files = entries.filter(({ isFolder, isExact }) => isExact && !isFolder);
  const companions = companionNames(prefix, new Set(files.map(({ name }) => name)));
  for (const { name, isExact, isFolder } of entries) {
    const path = `${prefix}${name}`;
    if (!isExact) yield unjudgedFile(path, unnamed(path));
    else if (isFolder) yield* filesBelow(path);
    else if (!companions.has(name)) yield path;
  }
}

/** Sorted: what is in a folder comes where its path does. */
function entriesOf(folder: string, prefix: string): readonly Entry[] | CliError {
  try {
    return readdirSync(folder, { withFileTypes: true, encoding: "buffer" })
      .filter((entry) => entry.isDirectory() || isCandidate(entry, prefix))
      .map((entry) => ({ ...spelled(entry.name), isFolder: entry.isDirectory() }))
      .sort((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1));
  } catch (cause) {
    return new CliError("CLI-004", `The directory ${folder} cannot be read: ${reasonOf(cause)}.`, { cause });
  }
}

function placeOf({ name, isFolder }: Entry): string {
  return isFolder ? `${name}/` : name;
}

const ENDING = Buffer.from(".json");

/** A link that leads nowhere is for whoever reads it to say: left out, it would not be missed. */
function isCandidate(entry: Dirent<Buffer>, prefix: string): boolean {
  if (!entry.name.subarray(-ENDING.length).equals(ENDING)) return false;
  if (!entry.isSymbolicLink()) return entry.isFile();
  try {
    return statSync(Buffer.concat([Buffer.from(prefix), entry.name])).isFile();
  } catch {
    return true;
  }
}

function spelled(bytes: Buffer): Pick<Entry, "name" | "isExact"> {
  const name = bytes.toString("utf8");
  if (Buffer.from(name).equals(bytes)) return { name, isExact: true };
  const escaped = Array.from(bytes, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`,
  );
  return { name: escaped.join(""), isExact: false };
}
