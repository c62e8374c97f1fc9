import { parseSealedVote } from "@parmanasystems/execution";
import { reviewPage, type ReviewTasks, unknownAfter } from "@parmanasystems/execution-runtime";
import { prepareClaim, requireEnd, requireText } from "./ledger-arguments.js";
import { prepareTask, type ReviewTaskTable } from "./review-task-table.js";
import type { SqliteParts } from "./sqlite-parts.js";

/** Review tasks in the tables of an SQLite ledger. */
export function sqliteReviewTasks({ commit, read }: SqliteParts, tasks: ReviewTaskTable): ReviewTasks {
  return Object.freeze({
    add: async (task) => {
      const prepared = prepareTask(task);
      await commit.submit(() => {
        tasks.add(prepared);
      });
    },
    list: async (page) => {
      const wanted = reviewPage(page);
      const pending = read(() => tasks.pending(wanted));
      if (pending === undefined) throw unknownAfter();
      return pending;
    },
    find: async (executionId) => {
      requireText(executionId);
      return read(() => tasks.find(executionId));
    },
    claim: async (executionId, { by, until }, now) => {
      requireText(executionId);
      const claim = prepareClaim({ by, until });
      return commit.submit(() => tasks.claim(executionId, claim, now));
    },
    vote: async (executionId, vote, uncounted = [], samePerson) => {
      requireText(executionId);
      const cast = parseSealedVote(vote);
      const judged = [...uncounted];
      return commit.submit(() => tasks.vote(executionId, cast, judged, samePerson));
    },
    settle: async (executionId, state) => {
      requireText(executionId);
      requireEnd(state);
      await commit.submit(() => {
        tasks.settle(executionId, state);
      });
    },
  } satisfies ReviewTasks);
}
