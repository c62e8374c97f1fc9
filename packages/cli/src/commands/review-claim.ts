import { type ExitCode, exitCodes } from "../exit-codes.js";
import type { Home } from "../home.js";
import { openHomeRuntime } from "../home-runtime.js";
import { type Output, print } from "../output.js";
import type { JsonOption } from "../program-options.js";
import { describeReview } from "../review-report.js";

/** `parmana review claim`: says who is at work. */
export async function reviewClaimCommand(
  home: Home,
  executionId: string,
  { approver, json }: { readonly approver: string } & JsonOption,
  output: Output,
): Promise<ExitCode> {
  const { runtime } = await openHomeRuntime(home, output);
  try {
    const review = await runtime.reviews.claim(executionId, approver);
    print(output, json, review, describeReview(review));
    return exitCodes.done;
  } finally {
    await runtime.close();
  }
}
