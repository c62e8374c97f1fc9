import { countersignPolicies, readTrustRoot } from "@parmanasystems/governance/node";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, requireHome } from "../home.js";
import { type Output, print } from "../output.js";
import { seenVersion } from "../seen-versions.js";
import { readSigners, type SignerOptions } from "../signers.js";

export interface TrustCountersignOptions extends SignerOptions {
  readonly json?: boolean;
}

/** `parmana trust countersign`: after a policy key was revoked, signs index and bundles again as they are. */
export async function trustCountersignCommand(
  home: Home,
  options: TrustCountersignOptions,
  output: Output,
): Promise<ExitCode> {
  requireHome(home);
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const remembered = await seenVersion(home, "policy-index");
  if (remembered === undefined) {
    throw new CliError("CLI-008", `The ledger ${home.ledger} remembers no policy index.`);
  }
  const { policyIndex, bundles } = await countersignPolicies({
    policiesRootPath: home.environment.policiesRootPath,
    trustRoot,
    signers: await readSigners(options, "policy", home),
    now: Date.now(),
    remembered,
  });
  const signed = bundles.map(({ policyId, policyVersion }) => `${policyId}@${policyVersion}`);
  print(output, options.json, { policyIndexVersion: policyIndex.version, bundles: signed }, [
    `Policy index version ${String(policyIndex.version)} verifies`,
    ...signed.map((name) => `Signed again: ${name}`),
  ]);
  return exitCodes.done;
}
