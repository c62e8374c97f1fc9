import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { withHomeLedger } from "../home-ledger.js";
import { type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";
import { describeResolution, describeReview } from "../review-report.js";

/** `parmana review show`: one task, and how it ended. @throws CliError CLI-040 */
export async function reviewShowCommand(
  home: Home,
  executionId: string,
  { json }: JsonOption,
  output: Output,
): Promise<ExitCode> {
  const { review, resolution } = await withHomeLedger(home, async (ledger) => ({
    review: await ledger.reviewTasks.find(executionId),
    resolution: await ledger.resolution(executionId),
  }));
  if (review === undefined) {
    throw new CliError("CLI-040", `No review task is about the execution "${executionId}".`);
  }
  const ended = resolution === undefined ? [] : describeResolution(resolution);
  print(output, json, { ...review, resolution: resolution ?? null }, [...describeReview(review), ...ended]);
  return exitCodes.done;
}
