import { evaluateDryRun } from "@parmanasystems/execution-runtime";
import { columns, type Output, print } from "../output.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, requireHome } from "../home.js";
import { resolvePolicy } from "../policy-reference.js";
import { readSignals, type SignalsOptions } from "../signals-input.js";

export interface DryRunOptions extends SignalsOptions {
  readonly json?: boolean;
}

/** `parmana dry-run`: what the policy would decide. Nothing is reserved, signed or recorded. */
export async function dryRunCommand(
  home: Home,
  policy: string,
  options: DryRunOptions,
  output: Output,
): Promise<ExitCode> {
  const signals = readSignals(options);
  requireHome(home);
  const reference = await resolvePolicy(home, policy);
  const result = await evaluateDryRun({ ...reference, signals }, home.environment);
  print(output, options.json, result, [
    `Would be ${result.decision}: ${result.reason}`,
    ...columns([
      ["rule", result.rule_id],
      ["action", result.action],
    ]),
    "Dry run: nothing was reserved, signed or recorded, and nobody may act on it.",
  ]);
  return exitCodes.done;
}
