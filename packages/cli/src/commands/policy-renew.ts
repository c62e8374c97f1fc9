import { formatTimestamp } from "@parmanasystems/canonical";
import { readPolicyIndex } from "@parmanasystems/governance/node";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { type Output, print } from "../output.js";
import { changeIndex, withPublication } from "../policy-publication.js";
import type { SignerOptions } from "../signers.js";
import { listedVersions } from "./policy-list.js";

export interface PolicyRenewOptions extends SignerOptions {
  readonly json?: boolean;
}

/** `parmana policy renew`: signs the same index anew, for another term. */
export async function policyRenewCommand(
  home: Home,
  options: PolicyRenewOptions,
  output: Output,
): Promise<ExitCode> {
  return withPublication(home, options, async (publication) => {
    const { value: before } = await readPolicyIndex(publication.policiesRootPath, publication.trustRoot);
    // A revoked version stays so whatever others do meanwhile; the others are the second choice.
    const listed = listedVersions(before).at(-1);
    if (listed === undefined) throw new CliError("CLI-012", "The policy index lists no version yet.");
    // To list a version as what it is already changes nothing but the index's own version and dates.
    const index = await changeIndex(publication, listed, listed.status);
    const expiresAt = formatTimestamp(index.expiresAt);
    print(output, options.json, { indexVersion: index.version, expiresAt }, [
      `Renewed: policy index version ${String(index.version)} is in force until ${expiresAt}`,
    ]);
    return exitCodes.done;
  });
}
