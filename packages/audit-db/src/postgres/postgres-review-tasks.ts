import { parseSealedVote } from "@parmanasystems/execution";
import { reviewPage, type ReviewTasks, unknownAfter } from "@parmanasystems/execution-runtime";
import { prepareClaim, requireEnd, requireText } from "../ledger-arguments.js";
import { prepareTask, readTask } from "../review-task-table.js";
import type { LedgerParts } from "./ledger-parts.js";
import { selectPendingTasks, selectPendingTasksAfter, selectTask } from "./queries.js";
import { readReviews } from "./read-reviews.js";
import { selectReviews } from "./review-rows.js";

/** The review tasks of a ledger. Arguments are copied before the first await. */
export function postgresReviewTasks({ commit, reader, schema }: LedgerParts): ReviewTasks {
  return Object.freeze({
    add: async (task) => {
      const prepared = prepareTask(task);
      await commit.submit({ review: prepared.executionId }, ({ reviews }) => {
        reviews.add(prepared);
      });
    },
    list: async (page) => {
      const { limit, after } = reviewPage(page);
      const statements =
        after === undefined
          ? [selectPendingTasks(schema, limit)]
          : [selectPendingTasksAfter(schema, limit, after), selectTask(schema, after)];
      const [rows = [], known] = await reader.rows(statements);
      if (known?.length === 0) throw unknownAfter();
      return Object.freeze(rows.map(readTask));
    },
    find: async (executionId) => {
      requireText(executionId);
      const [tasks = [], votes = []] = await reader.rows(selectReviews(schema, [executionId]));
      return readReviews(tasks, votes).get(executionId);
    },
    claim: async (executionId, { by, until }, now) => {
      requireText(executionId);
      const claim = prepareClaim({ by, until });
      return commit.submit({ review: executionId }, ({ reviews }) => reviews.claim(executionId, claim, now));
    },
    vote: async (executionId, vote, uncounted = [], samePerson) => {
      requireText(executionId);
      const cast = parseSealedVote(vote);
      const judged = [...uncounted];
      return commit.submit({ review: executionId }, ({ reviews }) =>
        reviews.vote(executionId, cast, judged, samePerson),
      );
    },
    settle: async (executionId, state) => {
      requireText(executionId);
      requireEnd(state);
      await commit.submit({ review: executionId }, ({ reviews }) => {
        reviews.settle(executionId, state);
      });
    },
  } satisfies ReviewTasks);
}
