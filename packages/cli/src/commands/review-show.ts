import { countedReview } from "@parmanasystems/execution-runtime";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { withHomeLedger } from "../home-ledger.js";
import { voteJudgement } from "../home-vote-judgement.js";
import { type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";
import { openResolutionFiles, verifyHint } from "../resolution-files.js";
import { describeResolution, describeReview } from "../review-report.js";

export interface ReviewShowOptions extends JsonOption {
  /** A directory for resolution.json, votes.json and original.json. */
  readonly out?: string;
}

/** `parmana review show`: one task, and how it ended. @throws CliError CLI-040, CLI-041 */
export async function reviewShowCommand(
  home: Home,
  executionId: string,
  { json, out }: ReviewShowOptions,
  output: Output,
): Promise<ExitCode> {
  const { stored, resolution, votes, original } = await withHomeLedger(home, async (ledger) => ({
    stored: await ledger.reviewTasks.find(executionId),
    resolution: await ledger.resolution(executionId),
    votes: await ledger.resolutionEvidence(executionId),
    original: await ledger.attestation(executionId),
  }));
  if (stored === undefined) {
    throw new CliError("CLI-040", `No review task is about the execution "${executionId}".`);
  }
  if (out !== undefined) {
    if (resolution === undefined || votes === undefined || original === undefined) {
      throw new CliError("CLI-041", `The review of "${executionId}" has no signed end to write.`);
    }
    openResolutionFiles(out).write({ resolution, votes, original });
    output.note(verifyHint(out));
  }
  const review = await countedReview(stored, await voteJudgement(home));
  const ended = resolution === undefined ? [] : describeResolution(resolution);
  print(output, json, { ...review, resolution: resolution ?? null }, [...describeReview(review), ...ended]);
  return exitCodes.done;
}
