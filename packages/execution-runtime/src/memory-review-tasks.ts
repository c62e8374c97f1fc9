import { parseSealedVote, type SealedVote } from "@parmanasystems/execution";
import type {
  ReviewClaim,
  ReviewPage,
  ReviewTask,
  ReviewTasks,
  SamePerson,
  StoredReview,
} from "./review-ports.js";
import { pendingReviews, reviewPage, unknownAfter } from "./review-page.js";
import { castVote, claimReview, newReview } from "./review-transitions.js";

/** Review tasks of one process; a ledger keeps its own. */
export class MemoryReviewTasks implements ReviewTasks {
  readonly #records = new Map<string, StoredReview>();

  // Every body below runs without an await, which is what makes it one atomic step.

  async add(task: ReviewTask): Promise<void> {
    if (!this.#records.has(task.executionId))
      this.#records.set(task.executionId, newReview(Object.freeze({ ...task })));
  }

  async list(page?: ReviewPage): Promise<readonly ReviewTask[]> {
    const { limit, after } = reviewPage(page);
    if (after !== undefined && !this.#records.has(after)) throw unknownAfter();
    const tasks: ReviewTask[] = [];
    let isBehind = after === undefined;
    for (const { task, state } of this.#records.values()) {
      if (isBehind && state === "pending") tasks.push(task);
      if (tasks.length === limit) break;
      isBehind ||= task.executionId === after;
    }
    return tasks;
  }

  async find(executionId: string): Promise<StoredReview | undefined> {
    return this.#records.get(executionId);
  }

  async claim(executionId: string, claim: ReviewClaim, now: number): Promise<StoredReview> {
    return this.#put(claimReview(this.#records.get(executionId), executionId, claim, now));
  }

  async vote(
    executionId: string,
    vote: SealedVote,
    uncounted: readonly SealedVote[] = [],
    samePerson?: SamePerson,
  ): Promise<StoredReview> {
    const found = this.#records.get(executionId);
    return this.#put(castVote(found, executionId, parseSealedVote(vote), uncounted, samePerson));
  }

  async settle(executionId: string, state: "resolved" | "expired"): Promise<void> {
    const record = this.#records.get(executionId);
    if (record?.state === "pending") this.#put(Object.freeze({ ...record, state }));
  }

  #put(record: StoredReview): StoredReview {
    this.#records.set(record.task.executionId, record);
    return record;
  }
}

/** Where executions go to be reviewed when neither a ledger nor `reviewTasks` was given. */
export const processReviewTasks: ReviewTasks = new MemoryReviewTasks();

/** Appends a review task; to the tasks of this process unless others are named. */
export function addReviewTask(
  task: ReviewTask,
  reviewTasks: ReviewTasks = processReviewTasks,
): Promise<void> {
  return reviewTasks.add(task);
}

/** The pending review tasks, oldest first; those of this process unless others are named. */
export async function getAllTasks(reviewTasks: ReviewTasks = processReviewTasks): Promise<ReviewTask[]> {
  const tasks: ReviewTask[] = [];
  for await (const task of pendingReviews(reviewTasks)) tasks.push(task);
  return tasks;
}
