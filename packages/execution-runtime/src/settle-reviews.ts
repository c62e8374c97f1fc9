import { ParmanaError } from "@parmanasystems/canonical";
import { concludeReview } from "./conclude-review.js";
import type { ExecutionContext } from "./execute.js";
import { pendingReviews } from "./review-page.js";
import type { ReviewTasks, ReviewTerms } from "./review-ports.js";

/** Finishes what a crash left, and refuses what has run out. @returns the executions that ended */
export async function settleReviews(
  context: ExecutionContext,
  tasks: ReviewTasks,
): Promise<readonly string[]> {
  const ended: string[] = [];
  let failure: { readonly error: unknown } | undefined;
  for await (const { executionId, terms } of pendingReviews(tasks)) {
    if (terms === undefined) continue;
    try {
      if (await finish(context, tasks, executionId, terms)) ended.push(executionId);
    } catch (error) {
      failure ??= { error };
    }
  }
  // One review that cannot end keeps no other from it.
  if (failure !== undefined) throw failure.error;
  return ended;
}

/** Whether the review has ended, by what the log or its votes and its time say. */
async function finish(
  context: ExecutionContext,
  tasks: ReviewTasks,
  executionId: string,
  terms: ReviewTerms,
): Promise<boolean> {
  const resolved = await context.recorder.findResolved(executionId);
  if (resolved !== undefined) {
    await context.recorder.finishResolution(resolved);
    return true;
  }
  const record = await tasks.find(executionId);
  if (record?.state !== "pending") return false;
  try {
    const outcome = await concludeReview(context, { record, terms }, context.clock.now());
    return outcome.state === "resolved";
  } catch (error) {
    // Someone else ended it at the same time, or its policy was revoked and it must wait for its end.
    if (ParmanaError.isInstance(error) && ["INV-019", "INV-097"].includes(error.code)) return false;
    throw error;
  }
}
