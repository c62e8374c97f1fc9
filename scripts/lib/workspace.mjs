// What the workspace holds. No dependencies: setup runs this before anything is installed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** @param {string} path */
export const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

export const rootManifest = readJson(join(root, "package.json"));

/**
 * Every package of the workspace, sorted by folder.
 * @returns {{ folder: string, path: string, shortName: string, name: string, isPublic: boolean, manifest: any }[]}
 */
export function workspacePackages() {
  return ["packages", "apps"]
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) => readdirSync(join(root, group)).map((shortName) => ({ group, shortName })))
    .map(({ group, shortName }) => ({
      shortName,
      folder: `${group}/${shortName}`,
      path: join(root, group, shortName),
    }))
    .filter(({ path }) => existsSync(join(path, "package.json")))
    .map((found) => {
      const manifest = readJson(join(found.path, "package.json"));
      return { ...found, manifest, name: manifest.name, isPublic: manifest.private !== true };
    });
}

export const publicPackages = () => workspacePackages().filter(({ isPublic }) => isPublic);

/**
 * The doors of a package, read from its `exports`: `.` and, where there is one, a sub-path such as `./node`.
 * @returns {{ subpath: string, types: string, module: string }[]} paths are absolute
 */
export function packageDoors({ path, manifest }) {
  return Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target === "object" && target.types !== undefined)
    .map(([subpath, target]) => ({
      subpath,
      types: join(path, target.types),
      module: join(path, target.default),
    }));
}

/**
 * Regular files below a folder, as paths relative to it with forward slashes, sorted.
 * @param {string} folder absolute; a missing one holds nothing
 * @param {(name: string) => boolean} enters whether to go into a folder of that name
 * @returns {string[]}
 */
export function filesBelow(folder, enters = () => true) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isFile()) return [entry.name];
      if (!entry.isDirectory() || !enters(entry.name)) return [];
      return filesBelow(join(folder, entry.name), enters).map((path) => `${entry.name}/${path}`);
    })
    .sort();
}
