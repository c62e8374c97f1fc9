import { setImmediate } from "node:timers/promises";
import type { RuntimeError } from "./errors.js";
import { unusable } from "./replay-arguments.js";
import type { ReviewPage, ReviewTask, ReviewTasks } from "./review-ports.js";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

export interface CheckedReviewPage {
  readonly limit: number;
  readonly after: string | undefined;
}

/** A checked copy of what was asked for. @throws RuntimeError INV-017 */
export function reviewPage({ limit = DEFAULT_LIMIT, after }: ReviewPage = {}): CheckedReviewPage {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw unusable("limit", "a whole number from 1 to 1000");
  if (after !== undefined && typeof after !== "string") throw unknownAfter();
  return { limit, after };
}

/** What a page begins behind was never a review of this store. */
export function unknownAfter(): RuntimeError {
  return unusable("after", "the execution id of a review task that the store has, pending or ended");
}

/** All that are pending, oldest first, page by page. */
export async function* pendingReviews(
  tasks: Pick<ReviewTasks, "list">,
): AsyncGenerator<ReviewTask, void, undefined> {
  let after: string | undefined;
  for (;;) {
    const page = await tasks.list({ limit: DEFAULT_LIMIT, ...(after !== undefined && { after }) });
    yield* page;
    const last = page.at(-1)?.executionId;
    // A store that knows no pages gives all of them at once, and the same ones again.
    if (page.length !== DEFAULT_LIMIT || last === after) return;
    after = last;
    // SQLite and memory answer without giving way, and so many reviews may wait that requests would wait for them.
    await setImmediate();
  }
}
