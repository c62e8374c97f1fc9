import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { GovernanceError } from "../errors.js";
import { comparePaths, describeFile, type FileEntry } from "../file-entry.js";

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
  for (const [label, directory] of packageRoots) files.push(...(await measurePackage(label, directory)));
  return files.sort((left, right) => comparePaths(left.path, right.path));
}

/** The same for one package. */
export async function measurePackage(label: string, directory: string): Promise<FileEntry[]> {
  const paths = label.startsWith(OURS)
    ? ["package.json", ...(await listFiles(directory, "dist/"))]
    : await listFiles(directory, "");
  await requireOwn(directory, "package.json");
  if (label.startsWith(OURS)) await requireOwn(directory, "dist");
  const files: FileEntry[] = [];
  for (const path of paths) {
    files.push(describeFile(`${label}/${path}`, await readMeasured(join(directory, path))));
  }
  return files;
}

/** Through a link, what it points to would resolve its imports from there. */
async function requireOwn(directory: string, name: string): Promise<void> {
  const stats = await lstat(join(directory, name)).catch(() => undefined);
  if (stats?.isSymbolicLink() === true) throw isLink(join(directory, name));
}

function isLink(path: string): GovernanceError {
  return new GovernanceError("INV-042", `${path} is a link, and what a package loads must be its own files.`);
}

async function listFiles(directory: string, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readEntries(join(directory, prefix))) {
    const path = `${prefix}${entry.name}`;
    // What lies there are packages of their own, measured as such. Deeper down Node would look there first,
    // so it counts as files.
    if (path === "node_modules") continue;
    if (entry.isDirectory()) paths.push(...(await listFiles(directory, `${path}/`)));
    else if (entry.isSymbolicLink()) throw isLink(join(directory, path));
    else paths.push(path);
  }
  return paths;
}

async function readEntries(directory: string): ReturnType<typeof readdirTyped> {
  try {
    return await readdirTyped(directory);
  } catch (cause) {
    // A checkout that was never built has no dist: then its files are missing in the comparison, not here.
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw new GovernanceError("INV-042", `The directory ${directory} cannot be read.`, { cause });
  }
}

function readdirTyped(
  directory: string,
): Promise<{ name: string; isDirectory(): boolean; isSymbolicLink(): boolean }[]> {
  return readdir(directory, { withFileTypes: true });
}

async function readMeasured(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new GovernanceError("INV-042", `The file ${path} cannot be read.`, { cause });
  }
}
