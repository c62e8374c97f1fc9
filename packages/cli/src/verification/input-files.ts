import { type Dirent, readdirSync, statSync } from "node:fs";
import { CliError, reasonOf } from "../errors.js";
import { companionNames } from "./companions.js";

/**
 * The files to judge, in the order of the paths: a file as it is, of a directory every .json file below it that is not judged with
 * another, sorted by path in code units. Links to directories are not followed, and pipes and devices are no files. Only the names
 * of the folders on the way are held at a time.
 * @throws CliError CLI-004
 */
export function* inputFiles(paths: readonly string[]): Generator<string, void> {
  for (const path of paths) {
    if (isDirectory(path)) yield* filesBelow(path.replace(/(?<=.)\/+$/, ""));
    else yield path;
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

function* filesBelow(folder: string): Generator<string, void> {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  const entries = readFolder(folder).map((entry) => ({
    entry,
    // What is in a folder comes where its path does.
    place: entry.isDirectory() ? `${entry.name}/` : entry.name,
  }));
  entries.sort((left, right) => (left.place < right.place ? -1 : 1));
  const isCandidate = (entry: Dirent) =>
    entry.name.endsWith(".json") && isFile(entry, `${prefix}${entry.name}`);
  const names = new Set(entries.flatMap(({ entry }) => (isCandidate(entry) ? [entry.name] : [])));
  const companions = companionNames(prefix, names);
  for (const { entry } of entries) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (names.has(entry.name) && !companions.has(entry.name)) yield path;
  }
}

/** A link that leads nowhere is for whoever reads it to say: left out, it would not be missed. */
function isFile(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}

function readFolder(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw new CliError("CLI-004", `The directory ${folder} cannot be read: ${reasonOf(cause)}.`, { cause });
  }
}
