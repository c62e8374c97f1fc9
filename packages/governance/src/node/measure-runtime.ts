import { type Dirent, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { GovernanceError } from "../errors.js";
import { comparePaths, describeFile, type FileEntry } from "../file-entry.js";
import { unlessFailing } from "./unless-failing.js";

const OURS = "@parmanasystems/";

/**
 * Hashes the files that the packages run from: of ours package.json and everything in dist, of others every
 * file. Nothing is left out by its extension, because `require("./core")` prefers a file named `core` to
 * `core.js`. Sorted by path, which is `<name>@<version>/<path in the package>` and so does not depend on
 * where the packages are installed.
 * @param packageRoots what `runtimePackageRoots` returned
 * @throws GovernanceError INV-042
 */
export async function measureRuntimeFiles(packageRoots: ReadonlyMap<string, string>): Promise<FileEntry[]> {
  const files: FileEntry[] = [];
  for (const [label, directory] of packageRoots) {
    files.push(...measurePackage(label, directory));
    // Others get their turn: a package takes milliseconds, all of them together tenths of a second.
    await setImmediate();
  }
  return files.sort((left, right) => comparePaths(left.path, right.path));
}

/**
 * The same for one package, without waiting: thousands of small reads through the thread pool take several times as long, and
 * each is a chance for the lost wake-up of glibc before 2.41 (bug 25847), after which a process waits for ever.
 */
export function measurePackage(label: string, directory: string): FileEntry[] {
  const paths = label.startsWith(OURS)
    ? ["package.json", ...listFiles(directory, "dist/")]
    : listFiles(directory, "");
  requireOwn(directory, "package.json");
  if (label.startsWith(OURS)) requireOwn(directory, "dist");
  return paths.map((path) => describeFile(`${label}/${path}`, readMeasured(join(directory, path))));
}

/** Through a link, what it points to would resolve its imports from there. */
function requireOwn(directory: string, name: string): void {
  const stats = unlessFailing(() => lstatSync(join(directory, name), { throwIfNoEntry: false }));
  if (stats?.isSymbolicLink() === true) throw isLink(join(directory, name));
}

function isLink(path: string): GovernanceError {
  return new GovernanceError("INV-042", `${path} is a link, and what a package loads must be its own files.`);
}

function listFiles(directory: string, prefix: string): string[] {
  const paths: string[] = [];
  for (const entry of readEntries(join(directory, prefix))) {
    const path = `${prefix}${entry.name}`;
    // What lies there are packages of their own, measured as such. Deeper down Node would look there first,
    // so it counts as files.
    if (path === "node_modules") continue;
    if (entry.isDirectory()) paths.push(...listFiles(directory, `${path}/`));
    else if (entry.isSymbolicLink()) throw isLink(join(directory, path));
    else paths.push(path);
  }
  return paths;
}

function readEntries(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    // A checkout that was never built has no dist: then its files are missing in the comparison, not here.
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw new GovernanceError("INV-042", `The directory ${directory} cannot be read.`, { cause });
  }
}

function readMeasured(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new GovernanceError("INV-042", `The file ${path} cannot be read.`, { cause });
  }
}
