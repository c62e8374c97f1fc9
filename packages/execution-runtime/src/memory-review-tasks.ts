import type { ReviewTask, ReviewTasks } from "./ports.js";

/** Review tasks of one process; a ledger keeps its own in its file. */
export class MemoryReviewTasks implements ReviewTasks {
  readonly #tasks = new Map<string, ReviewTask>();

  async add(task: ReviewTask): Promise<void> {
    this.#tasks.set(task.executionId, Object.freeze({ ...task }));
  }

  async list(): Promise<readonly ReviewTask[]> {
    return [...this.#tasks.values()];
  }

  async settle(executionId: string): Promise<void> {
    this.#tasks.delete(executionId);
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
  return [...(await reviewTasks.list())];
}
