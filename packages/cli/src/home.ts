import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { getRuntimePaths, type RuntimeEnvironment } from "@parmanasystems/execution-runtime";
import { CliError } from "./errors.js";
import { isPresent } from "./signed-file.js";

/** Where everything of one installation lies. */
export interface Home {
  readonly directory: string;
  readonly keys: string;
  readonly trust: string;
  readonly ledger: string;
  /** The hashes of the server's API keys. */
  readonly apiKeys: string;
  /** What is kept of the log outside the ledger: its origin, and the latest checkpoint. */
  readonly audit: string;
  readonly environment: RuntimeEnvironment;
}

export const keyRoles = ["root", "policy", "release", "runtime", "log"] as const;
export type KeyRole = (typeof keyRoles)[number];

/** The PARMANA_* variables override single paths. */
export function homeAt(option: string | undefined, variables: NodeJS.ProcessEnv = process.env): Home {
  // A variable that is set to nothing counts as not set, as everywhere in the runtime.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const directory = resolve(option ?? given["PARMANA_HOME"] ?? ".parmana");
  const trust = join(directory, "trust");
  return {
    directory,
    keys: join(directory, "keys"),
    trust,
    ledger: join(directory, "ledger.db"),
    apiKeys: join(directory, "api-keys.json"),
    audit: join(directory, "audit"),
    environment: getRuntimePaths({
      PARMANA_POLICIES_ROOT: join(directory, "policies"),
      PARMANA_TRUST_ROOT: join(trust, "trust-root.json"),
      PARMANA_TRUST_PUBLIC_KEY: join(trust, "root.pub"),
      PARMANA_RELEASE_MANIFEST: join(directory, "release-manifest.json"),
      ...given,
    }),
  };
}

/**
 * The home of a command. One that --home names is used as it is: of what the environment says only a pinned hash counts,
 * which can but refuse. Else a variable left over from another home would quietly say whom to believe. @throws CliError CLI-001
 */
export function commandHome(option: string | undefined, variables: NodeJS.ProcessEnv = process.env): Home {
  if (option === undefined) return homeAt(undefined, variables);
  if (option === "") throw new CliError("CLI-001", "--home names no directory.");
  const { PARMANA_TRUST_ROOT_HASH } = variables;
  return homeAt(option, { PARMANA_TRUST_ROOT_HASH });
}

export function keyPath(home: Home, role: KeyRole): string {
  return join(home.keys, `${role}.pem`);
}

/** @throws CliError CLI-002 */
export function requireHome(home: Home): void {
  const missing = missingTrust(home);
  if (missing !== undefined)
    throw new CliError("CLI-002", `There is no trust root here: ${missing} is missing.`);
}

/** False where there is neither a trust root nor the key that it begins with. @throws CliError CLI-002 where one of them is missing */
export function hasTrustRoot(home: Home): boolean {
  if (!trustPaths(home).some(isPresent)) return false;
  requireHome(home);
  return true;
}

function missingTrust(home: Home): string | undefined {
  return trustPaths(home).find((path) => !isPresent(path));
}

function trustPaths({ environment }: Home): readonly string[] {
  return [environment.trustRootPath, environment.trustPublicKeyPath];
}

/** @throws CliError CLI-007 */
export function requireRelease(home: Home): void {
  const { releaseManifestPath } = home.environment;
  if (!existsSync(releaseManifestPath)) {
    throw new CliError("CLI-007", `There is no release manifest: ${releaseManifestPath} is missing.`);
  }
}
