import { canonicalize } from "@parmanasystems/canonical";
import type { SealedVote } from "@parmanasystems/execution";
import {
  castVote,
  claimReview,
  newReview,
  type ReviewClaim,
  type ReviewState,
  type ReviewTask,
  type SamePerson,
  type StoredReview,
} from "@parmanasystems/execution-runtime";
import type { QueryConfig } from "pg";
import { integer, type Row, text } from "../row.js";
import { freePosition } from "../stored-votes.js";
import { readReviews } from "./read-reviews.js";

/** Tasks and their votes. */
export function selectReviews(s: string, executionIds: readonly string[]): QueryConfig[] {
  return [
    {
      name: "select_review_tasks",
      text: `SELECT execution_id, body, state, claim_by, claim_until FROM ${s}.review_tasks WHERE execution_id = ANY ($1::text[])`,
      values: [executionIds],
    },
    {
      name: "select_review_votes",
      text: `SELECT execution_id, position, approver, body, seal FROM ${s}.review_votes WHERE execution_id = ANY ($1::text[]) ORDER BY execution_id, position`,
      values: [executionIds],
    },
  ];
}

/** The review tasks that a batch asks for: as they were read, and as its operations change them. */
export class ReviewRows {
  readonly #records: Map<string, StoredReview>;
  readonly #changed = new Set<string>();
  /** Of the votes: execution id and position, as `placeOf` spells them. */
  readonly #taken: Set<string>;
  readonly #cast: { readonly executionId: string; readonly position: number; readonly sealed: SealedVote }[] =
    [];

  constructor(tasks: readonly Row[], votes: readonly Row[]) {
    this.#records = readReviews(tasks, votes);
    this.#taken = new Set(votes.map((row) => placeOf(text(row, "execution_id"), integer(row, "position"))));
  }

  /** A task that exists already stays as it is. */
  add(task: ReviewTask): void {
    if (!this.#records.has(task.executionId)) this.#put(newReview(task));
  }

  /** @throws RuntimeError INV-019, INV-096 */
  claim(executionId: string, claim: ReviewClaim, now: number): StoredReview {
    return this.#put(claimReview(this.#records.get(executionId), executionId, claim, now));
  }

  /** @throws RuntimeError INV-019, INV-094 */
  vote(
    executionId: string,
    sealed: SealedVote,
    uncounted: readonly SealedVote[],
    samePerson?: SamePerson,
  ): StoredReview {
    const found = this.#records.get(executionId);
    const record = castVote(found, executionId, sealed, uncounted, samePerson);
    if (record === found) return record;
    const position = freePosition((one) => this.#taken.has(placeOf(executionId, one)));
    this.#taken.add(placeOf(executionId, position));
    this.#cast.push({ executionId, position, sealed });
    return this.#put(record);
  }

  /** One that has ended, or is unknown, is ignored. */
  settle(executionId: string, state: Exclude<ReviewState, "pending">): void {
    const record = this.#records.get(executionId);
    if (record?.state === "pending") this.#put(Object.freeze({ ...record, state }));
  }

  writes(s: string): QueryConfig[] {
    const changed = [...this.#changed].flatMap((executionId) => this.#records.get(executionId) ?? []);
    const cast = this.#cast;
    return [
      ...(changed.length > 0 ? [upsertTasks(s, changed)] : []),
      ...(cast.length > 0
        ? [
            {
              name: "insert_review_votes",
              text: `INSERT INTO ${s}.review_votes (execution_id, position, approver, body, seal)
SELECT * FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[])`,
              values: [
                cast.map(({ executionId }) => executionId),
                cast.map(({ position }) => position),
                cast.map(({ sealed }) => sealed.vote.approver),
                cast.map(({ sealed }) => canonicalize(sealed.vote)),
                cast.map(({ sealed }) => sealed.seal),
              ],
            },
          ]
        : []),
    ];
  }

  #put(record: StoredReview): StoredReview {
    const { executionId } = record.task;
    this.#records.set(executionId, record);
    this.#changed.add(executionId);
    return record;
  }
}

function placeOf(executionId: string, position: number): string {
  return `${String(position)} ${executionId}`;
}

function upsertTasks(s: string, records: readonly StoredReview[]): QueryConfig {
  return {
    name: "upsert_review_tasks",
    text: `INSERT INTO ${s}.review_tasks (execution_id, body, created_at, state, claim_by, claim_until)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
ON CONFLICT (execution_id) DO UPDATE SET state = excluded.state, claim_by = excluded.claim_by, claim_until = excluded.claim_until`,
    values: [
      records.map(({ task }) => task.executionId),
      records.map(({ task }) => canonicalize(task)),
      records.map(({ task }) => task.createdAt),
      records.map(({ state }) => state),
      records.map(({ claim }) => claim?.by ?? null),
      records.map(({ claim }) => claim?.until ?? null),
    ],
  };
}
