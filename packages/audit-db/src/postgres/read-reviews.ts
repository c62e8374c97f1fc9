import type { StoredReview } from "@parmanasystems/execution-runtime";
import { readReview } from "../review-task-table.js";
import { type Row, text } from "../row.js";

/** Tasks by execution id, each with its votes. @param votes by execution and position @throws LedgerError SYS-013 */
export function readReviews(tasks: readonly Row[], votes: readonly Row[]): Map<string, StoredReview> {
  const votesOf = new Map<string, Row[]>();
  for (const row of votes) {
    const executionId = text(row, "execution_id");
    votesOf.set(executionId, [...(votesOf.get(executionId) ?? []), row]);
  }
  return new Map(
    tasks.map((row) => {
      const executionId = text(row, "execution_id");
      return [executionId, readReview(row, votesOf.get(executionId) ?? [])];
    }),
  );
}
