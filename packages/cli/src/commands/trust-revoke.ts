import { parseTimestamp } from "@parmanasystems/canonical";
import type { TrustRoot } from "@parmanasystems/governance";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import type { Output } from "../output.js";
import { rotate, type RotationOptions } from "../rotation.js";

export interface TrustRevokeOptions extends RotationOptions {
  readonly reason: string;
  /** Since when; now when absent. */
  readonly at?: string;
}

/** `parmana trust revoke`: the next version of the trust root, in which keys are revoked. */
export async function trustRevokeCommand(
  home: Home,
  keyIds: readonly string[],
  options: TrustRevokeOptions,
  output: Output,
): Promise<ExitCode> {
  const { reason, at } = options;
  const since = at === undefined ? {} : { revokedAt: parseTimestamp(at) };
  await rotate(home, options, output, (trustRoot) => ({
    changes: { revoke: keyIds.map((keyId) => ({ keyId, reason, ...since })) },
    // The key that takes a revoked one's place is to countersign what that one signed, so it counts as long.
    validFrom: (role) => firstValid(trustRoot, role, keyIds),
  }));
  return exitCodes.done;
}

function firstValid(trustRoot: TrustRoot, role: string, keyIds: readonly string[]): number | undefined {
  const starts = keyIds.flatMap((keyId) => {
    const key =
      trustRoot.roles.get(role)?.keyids.includes(keyId) === true ? trustRoot.keys.get(keyId) : undefined;
    return key === undefined ? [] : [key.validFrom];
  });
  return starts.length === 0 ? undefined : Math.min(...starts);
}
