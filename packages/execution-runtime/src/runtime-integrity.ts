import type { FileEntry, ReleaseManifest } from "@parmanasystems/governance";
import { measureRuntimeFiles, runtimePackageRoots } from "@parmanasystems/governance/node";
import { RuntimeError } from "./errors.js";

/** Name and version of a measured package: the part of an entry's path before the file. */
type PackagePrefix = string;

interface Measurement {
  readonly files: readonly FileEntry[];
  readonly packages: ReadonlySet<PackagePrefix>;
}

/** Files are measured once per process: what is loaded does not change when the disk does. */
const measurements = new Map<string, Promise<Measurement>>();

/**
 * Hashes the files of the packages that `modules` were loaded from, and of everything those depend on,
 * and compares them with the signed manifest. The manifest may list more packages, never other files.
 * @throws RuntimeError INV-082 naming the first file that differs
 */
export async function requireReleasedFiles(release: ReleaseManifest, modules: readonly string[]): Promise<void> {
  const released = new Map(release.files.map((file) => [file.path, file]));
  for (const module of modules) {
    const { files, packages } = await measurementOf(module);
    for (const file of files) {
      const listed = released.get(file.path);
      if (listed === undefined) throw differs(file.path, "is not in the release manifest");
      if (listed.sha256 !== file.sha256) throw differs(file.path, "differs from the release manifest");
    }
    requireNothingMissing(release, files, packages);
  }
}

function requireNothingMissing(
  release: ReleaseManifest,
  files: readonly FileEntry[],
  packages: ReadonlySet<PackagePrefix>,
): void {
  const measured = new Set(files.map((file) => file.path));
  for (const { path } of release.files) {
    if (!measured.has(path) && packages.has(packagePrefix(path))) throw differs(path, "is missing");
  }
}

function measurementOf(module: string): Promise<Measurement> {
  const known = measurements.get(module);
  if (known !== undefined) return known;
  const measurement = measure(module);
  measurements.set(module, measurement);
  // A failed measurement is not remembered, or a passing fault would stop the process for good.
  measurement.catch(() => measurements.delete(module));
  return measurement;
}

async function measure(module: string): Promise<Measurement> {
  const roots = await runtimePackageRoots(module);
  return { files: await measureRuntimeFiles(roots), packages: new Set(roots.keys()) };
}

/** "@scope/name@1.0.0/dist/index.js" → "@scope/name@1.0.0" */
function packagePrefix(path: string): PackagePrefix {
  return path.split("/", path.startsWith("@") ? 2 : 1).join("/");
}

function differs(path: string, problem: string): RuntimeError {
  return new RuntimeError("INV-082", `The file ${path} ${problem}.`, { details: { path } });
}
