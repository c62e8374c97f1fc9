import { formatTimestamp } from "@parmanasystems/canonical";
import type { PolicyIndex, VersionStatus } from "@parmanasystems/governance";
import { readPolicyIndex, readTrustRoot } from "@parmanasystems/governance/node";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { noteExpiries } from "../expiry-notes.js";
import { type Home, requireHome } from "../home.js";
import { DAY_MS } from "../lifetimes.js";
import { columns, type Output, print } from "../output.js";

export interface PolicyListOptions {
  readonly json?: boolean;
}

/** `parmana policy list`: every version the signed index lists, and how long the index is in force. */
export async function policyListCommand(
  home: Home,
  options: PolicyListOptions,
  output: Output,
): Promise<ExitCode> {
  requireHome(home);
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const { value: index } = await readPolicyIndex(home.environment.policiesRootPath, trustRoot);
  const versions = listedVersions(index);
  const leftMs = index.expiresAt - Date.now();
  const result = {
    indexVersion: index.version,
    issuedAt: formatTimestamp(index.issuedAt),
    expiresAt: formatTimestamp(index.expiresAt),
    expired: leftMs <= 0,
    versions,
  };
  print(output, options.json, result, [
    `Policy index version ${String(index.version)}, ${describeExpiry(result.expiresAt, leftMs)}`,
    ...(versions.length === 0
      ? ["  No policy is published yet."]
      : columns(
          versions.map(({ policyId, policyVersion, status, bundleHash }) => [
            policyId,
            policyVersion,
            status,
            bundleHash,
          ]),
        )),
  ]);
  await noteExpiries(home, [], output);
  return leftMs <= 0 ? exitCodes.refused : exitCodes.done;
}

interface ListedPolicy {
  readonly policyId: string;
  readonly policyVersion: string;
  readonly status: VersionStatus;
  readonly bundleHash: string;
}

/** By policy, and within it as the index orders them: active, deprecated, revoked. */
export function listedVersions({ policies }: PolicyIndex): readonly ListedPolicy[] {
  return [...policies].flatMap(([policyId, versions]) =>
    (["active", "deprecated", "revoked"] as const).flatMap((status) =>
      [...versions[status]].map(([policyVersion, bundleHash]) => ({
        policyId,
        policyVersion,
        status,
        bundleHash,
      })),
    ),
  );
}

function describeExpiry(expiresAt: string, leftMs: number): string {
  if (leftMs <= 0) return `EXPIRED at ${expiresAt}: nothing executes until parmana policy renew`;
  const days = String(Math.floor(leftMs / DAY_MS));
  return `in force until ${expiresAt} (${days} days)`;
}
