import { normalizeGovernedSignals, parseEvidence, type SignalValues } from "@parmanasystems/provenance";
import type { DecisionOutcome, Policy } from "@parmanasystems/governance";
import { explainDecision, nearestChange } from "@parmanasystems/policy-analysis";
import { CliError } from "../errors.js";
import { describeExplanation, describeNearestChange } from "../explanation.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Output, print } from "../output.js";
import { readPolicySource } from "../policy-source.js";
import { readInput } from "../read-input.js";
import { readSignals, type SignalsOptions, typeSignalsFor } from "../signals-input.js";

export interface PolicyExplainOptions extends SignalsOptions {
  /** The evidence.json of an execution, in place of signals. */
  readonly evidence?: string;
  /** The decision to look for nearby. */
  readonly to?: string;
  /** Show the rules after the one that decided, too. */
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `parmana policy explain`: which rule decides and why, and how near another decision is. */
export async function policyExplainCommand(
  directory: string,
  options: PolicyExplainOptions,
  output: Output,
): Promise<ExitCode> {
  const to = readDecision(options.to);
  const { policy } = await readPolicySource(directory);
  const explanation = explainDecision(policy, signalsOf(policy, options));
  const nearest = nearestChange(policy, explanation.signals, to === undefined ? {} : { to });
  const { policyId, policyVersion, policyHash } = policy;
  print(output, options.json, { policyId, policyVersion, policyHash, ...explanation, nearest }, [
    ...describeExplanation(policy, explanation, options.all === true),
    ...describeNearestChange(explanation, nearest, to),
  ]);
  return exitCodes.done;
}

/** @throws CliError CLI-001, CLI-004; INV-034 to INV-036 for evidence, VAL-020 to -029 for signals */
function signalsOf(policy: Policy, options: PolicyExplainOptions): SignalValues {
  const { evidence, signals, signal } = options;
  if (evidence === undefined) {
    return normalizeGovernedSignals(typeSignalsFor(policy, readSignals(options))).values;
  }
  if (signals !== undefined || signal !== undefined) {
    throw new CliError("CLI-001", "The signals come either from --evidence or from --signals and --signal.");
  }
  return parseEvidence(readInput(evidence)).signals;
}

function readDecision(text: string | undefined): DecisionOutcome | undefined {
  switch (text) {
    case undefined:
    case "approved":
    case "rejected":
    case "pending_override":
      return text;
    default:
      throw new CliError("CLI-001", "--to must be approved, rejected or pending_override.");
  }
}
