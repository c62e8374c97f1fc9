import {
  EVALUATOR_SEMANTICS,
  type FileEntry,
  type ReleaseManifest,
  requireReleasedRuntime,
} from "@parmanasystems/governance";
import { measureRuntimeFiles, runtimePackageRoots } from "@parmanasystems/governance/node";
import { RuntimeError } from "./errors.js";
import { runtimeVersion } from "./runtime-version.js";

/** Files are measured once per process: what is loaded does not change when the disk does. */
const measurements = new Map<string, Promise<readonly FileEntry[]>>();

/**
 * Holds this process against the signed manifest: its version and evaluation rules, and the hash of every file of the
 * packages that `modules` were loaded from and of everything those depend on.
 * @throws RuntimeError INV-082; GovernanceError INV-041 to INV-043
 */
export async function requireReleased(release: ReleaseManifest, modules: readonly string[]): Promise<void> {
  // A manifest of another version could otherwise make this code sign in its name.
  if (release.runtimeVersion !== runtimeVersion || release.evaluatorSemantics !== EVALUATOR_SEMANTICS) {
    throw new RuntimeError(
      "INV-082",
      `The release manifest is of runtime ${release.runtimeVersion} with ${release.evaluatorSemantics}; this is ${runtimeVersion} with ${EVALUATOR_SEMANTICS}.`,
    );
  }
  for (const module of modules) requireReleasedRuntime(release, await measured(module));
}

function measured(module: string): Promise<readonly FileEntry[]> {
  const known = measurements.get(module);
  if (known !== undefined) return known;
  const measurement = runtimePackageRoots(module).then(measureRuntimeFiles);
  measurements.set(module, measurement);
  // A failed measurement is not remembered, or a passing fault would stop the process for good.
  measurement.catch(() => measurements.delete(module));
  return measurement;
}
