import { mergeProposals, signatureNeeds } from "@parmanasystems/governance";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { type Output, print } from "../output.js";
import { readProposal, replaceProposal } from "../proposal-files.js";
import { describeNeeds, proposalJson } from "../proposal-report.js";
import { readInForce } from "./trust-sign.js";

export interface TrustMergeOptions {
  /** Where the merged proposal goes; the first file when absent. */
  readonly out?: string;
  readonly json?: boolean;
}

/** `parmana trust merge`: joins the signatures of copies of one proposal, and says which are missing. */
export async function trustMergeCommand(
  home: Home,
  files: readonly string[],
  options: TrustMergeOptions,
  output: Output,
): Promise<ExitCode> {
  const [first, ...others] = files.map(readProposal);
  const out = options.out ?? files[0];
  if (first === undefined || out === undefined) throw new CliError("CLI-001", "No proposal was named.");
  const merged = mergeProposals(first, ...others);
  const inForce = await readInForce(home, merged);
  const needs = signatureNeeds(merged, inForce.trustRoot);
  await replaceProposal(out, merged);
  print(output, options.json, { ...proposalJson(merged, needs, inForce), proposal: out }, [
    `Merged into ${out}: ${String(merged.signatures.length)} signatures`,
    ...describeNeeds(needs),
  ]);
  return exitCodes.done;
}
