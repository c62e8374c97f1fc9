import { evaluateDryRun } from "@parmanasystems/execution-runtime";
import { columns, type Output, print } from "../output.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, requireHome, requireRelease } from "../home.js";
import { resolvePolicy } from "../policy-reference.js";
import { readSignals, type SignalsOptions, typeSignals } from "../signals-input.js";

export interface DryRunOptions extends SignalsOptions {
  /** What sources signed their signals for; nothing is consumed. */
  readonly executionId?: string;
  readonly json?: boolean;
}

/** `parmana dry-run`: what the policy would decide. Nothing is reserved, signed or recorded. */
export async function dryRunCommand(
  home: Home,
  policy: string,
  options: DryRunOptions,
  output: Output,
): Promise<ExitCode> {
  const given = readSignals(options);
  requireHome(home);
  requireRelease(home);
  const reference = await resolvePolicy(home, policy);
  const signals = await typeSignals(home, reference, given);
  const named = options.executionId === undefined ? {} : { executionId: options.executionId };
  const result = await evaluateDryRun({ ...reference, ...named, signals }, home.environment);
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
