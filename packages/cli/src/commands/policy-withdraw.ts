import { readPolicyIndex } from "@parmanasystems/governance/node";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { type Output, print } from "../output.js";
import { changeIndex, withPublication } from "../policy-publication.js";
import { findPolicy } from "../policy-reference.js";
import type { SignerOptions } from "../signers.js";

export interface PolicyWithdrawOptions extends SignerOptions {
  readonly json?: boolean;
}

/** `parmana policy deprecate` and `parmana policy revoke`: a deprecated version still executes, a revoked one never again. */
export async function policyWithdrawCommand(
  home: Home,
  reference: string,
  status: "deprecated" | "revoked",
  options: PolicyWithdrawOptions,
  output: Output,
): Promise<ExitCode> {
  return withPublication(home, options, async (publication) => {
    const { value: before } = await readPolicyIndex(publication.policiesRootPath, publication.trustRoot);
    const name = findPolicy(before, reference);
    const index = await changeIndex(publication, name, status);
    const { policyId, policyVersion } = name;
    print(output, options.json, { policyId, policyVersion, status, indexVersion: index.version }, [
      `${HEADLINES[status]}: ${policyId}@${policyVersion} (index version ${String(index.version)})`,
      CONSEQUENCES[status],
    ]);
    return exitCodes.done;
  });
}

const HEADLINES = { deprecated: "Deprecated", revoked: "Revoked" } as const;
const CONSEQUENCES = {
  deprecated:
    "It still executes where it is named with its version; without a version it is no longer chosen.",
  revoked: "It never executes again, and what was attested under it no longer verifies against this index.",
} as const;
