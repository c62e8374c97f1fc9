import { runtimeVersion } from "@parmanasystems/execution-runtime";
import {
  measureRuntimeFiles,
  readTrustRoot,
  runtimePackageRoots,
  signRelease,
} from "@parmanasystems/governance/node";
import { columns, type Output, print } from "../output.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, requireHome } from "../home.js";
import { archiveRelease } from "../release-archive.js";
import { readSigners, type SignerOptions } from "../signers.js";

export interface ReleaseBuildOptions extends SignerOptions {
  /** Files of further packages that are part of the release. */
  readonly module?: readonly string[];
  readonly json?: boolean;
}

/** `parmana release build`: what is installed here, dependencies included, is what may run here. */
export async function releaseBuildCommand(
  home: Home,
  options: ReleaseBuildOptions,
  output: Output,
): Promise<ExitCode> {
  requireHome(home);
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const packages = new Map<string, string>();
  for (const module of [import.meta.url, ...(options.module ?? [])]) {
    for (const [label, root] of await runtimePackageRoots(module)) packages.set(label, root);
  }
  const { value: release, signed } = await signRelease({
    ...home.environment,
    trustRoot,
    signers: await readSigners(options, "release", home),
    now: Date.now(),
    runtimeVersion,
    files: await measureRuntimeFiles(packages),
  });
  await archiveRelease(home, release.releaseManifestHash, signed);
  const { runtimeHash, files } = release;
  const built = { runtimeVersion, runtimeHash, packages: [...packages.keys()].sort(), files: files.length };
  print(output, options.json, built, [
    `Signed the release of runtime ${runtimeVersion}: ${String(packages.size)} packages, ${String(files.length)} files`,
    ...columns([
      ["runtimeHash", runtimeHash],
      ["manifest", home.environment.releaseManifestPath],
    ]),
  ]);
  return exitCodes.done;
}
