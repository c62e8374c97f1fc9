import type { SealedVote } from "@parmanasystems/execution";
import type { StoredReview } from "@parmanasystems/execution-runtime";
import { readReview, readVote } from "../review-task-table.js";
import { type Row, text } from "../row.js";

/** Tasks by execution id, each with its votes in the order in which they were cast. @throws LedgerError SYS-013 */
export function readReviews(tasks: readonly Row[], votes: readonly Row[]): Map<string, StoredReview> {
  const votesOf = new Map<string, SealedVote[]>();
  for (const row of votes) {
    const executionId = text(row, "execution_id");
    votesOf.set(executionId, [...(votesOf.get(executionId) ?? []), readVote(row)]);
  }
  return new Map(
    tasks.map((row) => {
      const executionId = text(row, "execution_id");
      return [executionId, readReview(row, votesOf.get(executionId) ?? [])];
    }),
  );
}
