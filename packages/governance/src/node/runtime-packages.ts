import { type JsonObject, type JsonValue, parseStrict, shorten } from "@parmanasystems/canonical";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { GovernanceError } from "../errors.js";
import { runtimeHashOf } from "../release-manifest.js";
import { measurePackage } from "./measure-runtime.js";
import { unlessFailing } from "./unless-failing.js";

const PACKAGE_NAME = /^(?:@[A-Za-z0-9~-][A-Za-z0-9._~-]*\/)?[A-Za-z0-9~-][A-Za-z0-9._~-]*$/;
const PACKAGE_VERSION = /^[A-Za-z0-9.+-]{1,128}$/;

interface Package {
  /** The real path, links resolved. */
  readonly directory: string;
  /** `<name>@<version>` */
  readonly label: string;
  readonly dependencies: readonly string[];
  readonly optionalDependencies: readonly string[];
}

/**
 * The packages a module is made of, by `<name>@<version>`: the one that owns it and its production
 * dependencies, theirs included, each found as Node finds it. Works in a pnpm workspace, with hoisted and
 * nested packages, and from `src` as from `dist`. Peer and development dependencies are not part of it.
 * @param from the module's URL or path, such as `import.meta.url`
 * @throws GovernanceError INV-042, INV-043
 */
export async function runtimePackageRoots(from: string | URL): Promise<Map<string, string>> {
  const roots = new Map<string, string>();
  const visited = new Set<string>();
  const queue = [findOwner(from)];
  for (let found = queue.pop(); found !== undefined; found = queue.pop()) {
    if (visited.has(found.directory)) continue;
    visited.add(found.directory);
    // Others get their turn. Why files are read without waiting, measurePackage says.
    await setImmediate();
    const first = roots.get(found.label);
    if (first === undefined) roots.set(found.label, found.directory);
    else requireSameFiles(found.label, first, found.directory);
    for (const name of found.dependencies) queue.push(requireDependency(found, name));
    for (const name of found.optionalDependencies) {
      const dependency = findDependency(found, name);
      if (dependency !== undefined) queue.push(dependency);
    }
  }
  return roots;
}

function findOwner(from: string | URL): Package {
  const path = from instanceof URL || from.startsWith("file:") ? fileURLToPath(from) : from;
  const module = realPath(path);
  if (module === undefined) throw new GovernanceError("INV-042", `The module ${path} does not exist.`);
  for (const directory of ancestors(dirname(module))) {
    const found = readPackage(directory);
    if (found !== undefined) return found;
  }
  throw new GovernanceError("INV-042", `The module ${path} belongs to no package.`);
}

function requireDependency(dependent: Package, name: string): Package {
  const found = findDependency(dependent, name);
  if (found === undefined) {
    throw new GovernanceError(
      "INV-042",
      `The package ${name} that ${dependent.label} needs is not installed.`,
    );
  }
  return found;
}

/**
 * Node's algorithm (ESM resolution, PACKAGE_RESOLVE): node_modules of the package's directory, then of each
 * one above.
 */
function findDependency(dependent: Package, name: string): Package | undefined {
  if (!PACKAGE_NAME.test(name)) {
    throw new GovernanceError(
      "INV-042",
      `The package ${dependent.label} needs ${shorten(name)}, which is no package name.`,
    );
  }
  for (const directory of ancestors(dependent.directory)) {
    if (basename(directory) === "node_modules") continue;
    requireNoFileInstead(join(directory, "node_modules", ...name.split("/")));
    const real = realPath(join(directory, "node_modules", ...name.split("/")));
    if (real === undefined) continue;
    const found = readPackage(real);
    if (found === undefined) {
      throw new GovernanceError(
        "INV-042",
        `The directory ${real} has no package.json with name and version.`,
      );
    }
    return found;
  }
  return undefined;
}

/** Node loads `x.js` beside a package `x` before the package, and nobody would have measured it. */
function requireNoFileInstead(path: string): void {
  for (const ending of ["", ".js", ".cjs", ".mjs", ".json", ".node"]) {
    const stats = unlessFailing(() => statSync(`${path}${ending}`, { throwIfNoEntry: false }));
    if (stats === undefined || stats.isDirectory()) continue;
    throw new GovernanceError(
      "INV-042",
      `The file ${path}${ending} would be loaded in the place of a package, and belongs to none.`,
    );
  }
}

function* ancestors(directory: string): Generator<string> {
  let current = directory;
  for (;;) {
    yield current;
    const parent = dirname(current);
    if (parent === current) return;
    current = parent;
  }
}

/**
 * The package of this directory; undefined without a package.json that has name and version (`{"type":
 * "module"}` marks no package).
 */
function readPackage(directory: string): Package | undefined {
  const path = join(directory, "package.json");
  const bytes = unlessFailing(() => readFileSync(path));
  if (bytes === undefined) return undefined;
  let document: JsonValue;
  try {
    document = parseStrict(bytes, { numbers: "any-double" });
  } catch (cause) {
    throw new GovernanceError("INV-042", `The file ${path} is not strict JSON.`, { cause });
  }
  if (!isObject(document)) return undefined;
  const { name, version } = document;
  if (typeof name !== "string" || typeof version !== "string") return undefined;
  if (!PACKAGE_NAME.test(name) || !PACKAGE_VERSION.test(version)) {
    throw new GovernanceError("INV-042", `The file ${path} must have a package name and a version.`);
  }
  const optionalDependencies = namesOf(document["optionalDependencies"]);
  const dependencies = namesOf(document["dependencies"]).filter(
    (dependency) => !optionalDependencies.includes(dependency),
  );
  return { directory, label: `${name}@${version}`, dependencies, optionalDependencies };
}

function requireSameFiles(label: string, first: string, second: string): void {
  const [left, right] = [measurePackage(label, first), measurePackage(label, second)];
  if (runtimeHashOf(left) === runtimeHashOf(right)) return;
  throw new GovernanceError(
    "INV-043",
    `The two copies of ${label} in ${first} and ${second} have different files.`,
  );
}

function realPath(path: string): string | undefined {
  return unlessFailing(() => realpathSync.native(path));
}

function namesOf(dependencies: JsonValue | undefined): readonly string[] {
  return isObject(dependencies) ? Object.keys(dependencies) : [];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
