import { isSha256, type Sha256 } from "@parmanasystems/canonical";
import type { EnvironmentPaths } from "@parmanasystems/governance/node";
import { RuntimeError } from "./errors.js";

/** Where the signed material lies. Signature files stand beside their documents unless named. */
export type RuntimeEnvironment = EnvironmentPaths;

/**
 * Reads the six `PARMANA_*` variables. There is no default path: what is not set is refused, but for the place of the release's
 * signature and the pinned hash of the trust root.
 * @throws RuntimeError SYS-009
 */
export function getRuntimePaths(variables: NodeJS.ProcessEnv = process.env): RuntimeEnvironment {
  const releaseSignaturePath = variables["PARMANA_RELEASE_SIGNATURE"] ?? "";
  const trustRootHash = variables["PARMANA_TRUST_ROOT_HASH"] ?? "";
  return {
    policiesRootPath: required(variables, "PARMANA_POLICIES_ROOT"),
    trustRootPath: required(variables, "PARMANA_TRUST_ROOT"),
    trustPublicKeyPath: required(variables, "PARMANA_TRUST_PUBLIC_KEY"),
    releaseManifestPath: required(variables, "PARMANA_RELEASE_MANIFEST"),
    ...(releaseSignaturePath === "" ? {} : { releaseSignaturePath }),
    ...(trustRootHash === "" ? {} : { trustRootHash: requireHash(trustRootHash) }),
  };
}

function requireHash(value: string): Sha256 {
  if (isSha256(value)) return value;
  throw new RuntimeError(
    "SYS-009",
    "The environment variable PARMANA_TRUST_ROOT_HASH must be sha256: followed by 64 lower-case hex digits.",
  );
}

function required(variables: NodeJS.ProcessEnv, name: string): string {
  const value = variables[name];
  if (value === undefined || value === "") {
    throw new RuntimeError("SYS-009", `The environment variable ${name} is not set; it must name a path.`);
  }
  return value;
}
