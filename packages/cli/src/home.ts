import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RuntimeEnvironment } from "@parmanasystems/execution-runtime";
import { CliError } from "./errors.js";

/** Where everything of one installation lies. The PARMANA_* variables override single paths. */
export interface Home {
  readonly directory: string;
  readonly keys: string;
  readonly trust: string;
  readonly ledger: string;
  readonly environment: RuntimeEnvironment;
}

export type KeyRole = "root" | "policy" | "release" | "runtime";

export function homeAt(directory: string | undefined, variables: NodeJS.ProcessEnv = process.env): Home {
  const home = resolve(directory ?? variables["PARMANA_HOME"] ?? ".parmana");
  const trust = join(home, "trust");
  const releaseSignaturePath = variables["PARMANA_RELEASE_SIGNATURE"];
  return {
    directory: home,
    keys: join(home, "keys"),
    trust,
    ledger: join(home, "ledger.db"),
    environment: {
      policiesRootPath: variables["PARMANA_POLICIES_ROOT"] ?? join(home, "policies"),
      trustRootPath: variables["PARMANA_TRUST_ROOT"] ?? join(trust, "trust-root.json"),
      trustPublicKeyPath: variables["PARMANA_TRUST_PUBLIC_KEY"] ?? join(trust, "root.pub"),
      releaseManifestPath: variables["PARMANA_RELEASE_MANIFEST"] ?? join(home, "release-manifest.json"),
      ...(releaseSignaturePath === undefined ? {} : { releaseSignaturePath }),
    },
  };
}

export function keyPath(home: Home, role: KeyRole): string {
  return join(home.keys, `${role}.pem`);
}

/** @throws CliError CLI-002 */
export function requireHome(home: Home): void {
  if (!existsSync(home.environment.trustRootPath)) {
    throw new CliError("CLI-002", `There is no trust root at ${home.environment.trustRootPath}.`);
  }
}
