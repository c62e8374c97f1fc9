import { checkPolicyDirectory } from "@parmanasystems/governance/node";
import { columns, type Console, print } from "../console.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";

export interface PolicyCheckOptions {
  readonly json?: boolean;
}

/** `parmana policy check`: does this policy load? Says what is wrong, and where, when it does not. */
export async function policyCheckCommand(
  directory: string,
  options: PolicyCheckOptions,
  console: Console,
): Promise<ExitCode> {
  const policy = await checkPolicyDirectory(directory);
  const { policyId, policyVersion, policyHash } = policy;
  const rules = policy.rules.length;
  const signals = policy.signals.size;
  print(console, options.json, { ok: true, policyId, policyVersion, policyHash, rules, signals }, [
    `OK: ${policyId}@${policyVersion}`,
    ...columns([
      ["rules", String(rules)],
      ["signals", [...policy.signals.keys()].join(", ")],
      ["policyHash", policyHash],
    ]),
  ]);
  return exitCodes.done;
}
