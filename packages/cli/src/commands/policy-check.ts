import { checkPolicyDirectory } from "@parmanasystems/governance/node";
import { columns, type Output, print } from "../output.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";

export interface PolicyCheckOptions {
  readonly json?: boolean;
}

/** `parmana policy check`: does this policy load? Says what is wrong, and where, when it does not. */
export async function policyCheckCommand(
  directory: string,
  options: PolicyCheckOptions,
  output: Output,
): Promise<ExitCode> {
  const policy = await checkPolicyDirectory(directory);
  const { policyId, policyVersion, policyHash } = policy;
  const rules = policy.rules.length;
  const signals = policy.signals.size;
  print(output, options.json, { ok: true, policyId, policyVersion, policyHash, rules, signals }, [
    `OK: ${policyId}@${policyVersion}`,
    ...columns([
      ["rules", String(rules)],
      ["signals", [...policy.signals.keys()].join(", ")],
      ["policyHash", policyHash],
    ]),
  ]);
  return exitCodes.done;
}
