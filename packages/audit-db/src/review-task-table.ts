import { canonicalize, isTimestamp, parseStrict } from "@parmanasystems/canonical";
import { isExecutionId, parseAttestation, type SealedVote } from "@parmanasystems/execution";
import {
  castVote,
  type CheckedReviewPage,
  claimReview,
  newReview,
  type ReviewClaim,
  type ReviewState,
  type ReviewTask,
  type ReviewTerms,
  type SamePerson,
  type StoredReview,
} from "@parmanasystems/execution-runtime";
import type { SqliteDatabase } from "./driver.js";
import { LedgerError } from "./errors.js";
import { choice, integer, isRow, type Row, text } from "./row.js";
import { freePosition, readVotes } from "./stored-votes.js";

const STATES: readonly ReviewState[] = ["pending", "resolved", "expired"];

/** Where a task lies among all of them, by its columns: a body that somebody wrote may have another date. */
interface Place {
  readonly createdAt: string;
  readonly position: number;
}

/** Before all of them. */
const FIRST: Place = { createdAt: "", position: 0 };

/** Review tasks, claims and votes. Every change reads the task anew, inside the one transaction that writes. */
export class ReviewTaskTable {
  readonly #insert;
  readonly #update;
  readonly #task;
  readonly #firstVote;
  readonly #nextVote;
  readonly #isTaken;
  readonly #insertVote;
  readonly #nextPending;
  readonly #place;

  constructor(database: SqliteDatabase) {
    this.#insert = database.prepare(
      "INSERT INTO review_tasks (execution_id, body, created_at, state) VALUES (?, ?, ?, 'pending')",
    );
    this.#update = database.prepare(
      "UPDATE review_tasks SET state = ?, claim_by = ?, claim_until = ? WHERE execution_id = ?",
    );
    this.#task = database.prepare(
      "SELECT execution_id, body, state, claim_by, claim_until FROM review_tasks WHERE execution_id = ?",
    );
    // As text, since a position that somebody else wrote may be no number of JavaScript.
    const vote = "SELECT CAST(position AS TEXT) AS position, approver, body, seal FROM review_votes";
    this.#firstVote = database.prepare(
      `${vote} WHERE execution_id = ? ORDER BY review_votes.position LIMIT 1`,
    );
    this.#nextVote = database.prepare(
      `${vote} WHERE execution_id = ? AND review_votes.position > CAST(? AS INTEGER) ORDER BY review_votes.position LIMIT 1`,
    );
    this.#isTaken = database.prepare(
      "SELECT 1 AS taken FROM review_votes WHERE execution_id = ? AND position = ?",
    );
    this.#insertVote = database.prepare(
      "INSERT INTO review_votes (execution_id, position, approver, body, seal) VALUES (?, ?, ?, ?, ?)",
    );
    this.#nextPending = database.prepare(
      "SELECT body, created_at, position FROM review_tasks " +
        "WHERE state = 'pending' AND (created_at, position) > (?, ?) ORDER BY created_at, position LIMIT 1",
    );
    this.#place = database.prepare("SELECT created_at, position FROM review_tasks WHERE execution_id = ?");
  }

  /** A task that exists already stays as it is. */
  add(task: ReviewTask): void {
    if (this.#task.get(task.executionId) === undefined)
      this.#insert.run(task.executionId, canonicalize(task), task.createdAt);
  }

  find(executionId: string): StoredReview | undefined {
    const row = this.#task.get(executionId);
    if (!isRow(row)) return undefined;
    const votes: Row[] = [];
    let vote = this.#firstVote.get(executionId);
    while (isRow(vote)) {
      votes.push(vote);
      vote = this.#nextVote.get(executionId, text(vote, "position"));
    }
    return readReview(row, votes);
  }

  /** @throws RuntimeError INV-019, INV-096 */
  claim(executionId: string, claim: ReviewClaim, now: number): StoredReview {
    return this.#store(claimReview(this.find(executionId), executionId, claim, now));
  }

  /** @throws RuntimeError INV-019, INV-094 */
  vote(
    executionId: string,
    sealed: SealedVote,
    uncounted: readonly SealedVote[],
    samePerson?: SamePerson,
  ): StoredReview {
    const found = this.find(executionId);
    const record = castVote(found, executionId, sealed, uncounted, samePerson);
    if (record === found) return record;
    const { vote, seal } = sealed;
    const position = freePosition((one) => isRow(this.#isTaken.get(executionId, one)));
    this.#insertVote.run(executionId, position, vote.approver, canonicalize(vote), seal);
    return record;
  }

  /** One that has ended, or is unknown, is ignored. */
  settle(executionId: string, state: Exclude<ReviewState, "pending">): void {
    const record = this.find(executionId);
    if (record?.state === "pending") this.#store({ ...record, state });
  }

  /** Oldest first; undefined behind a task that is unknown. */
  pending({ limit, after }: CheckedReviewPage): readonly ReviewTask[] | undefined {
    const tasks: ReviewTask[] = [];
    let place = after === undefined ? FIRST : this.#placeOf(after);
    if (place === undefined) return undefined;
    while (tasks.length < limit) {
      const row = this.#nextPending.get(place.createdAt, place.position);
      if (!isRow(row)) break;
      tasks.push(readTask(row));
      place = placeOf(row);
    }
    return Object.freeze(tasks);
  }

  #placeOf(executionId: string): Place | undefined {
    const row = this.#place.get(executionId);
    return isRow(row) ? placeOf(row) : undefined;
  }

  #store(record: StoredReview): StoredReview {
    const { task, state, claim } = record;
    this.#update.run(state, claim?.by ?? null, claim?.until ?? null, task.executionId);
    return record;
  }
}

function placeOf(row: Row): Place {
  return { createdAt: text(row, "created_at"), position: integer(row, "position") };
}

/** A task as it is stored. @param votes the rows of its votes, by their positions @throws LedgerError SYS-013 */
export function readReview(row: Row, votes: readonly Row[]): StoredReview {
  const claim =
    row["claim_by"] === null
      ? null
      : Object.freeze({ by: text(row, "claim_by"), until: text(row, "claim_until") });
  return Object.freeze({
    ...newReview(readTask(row)),
    state: choice(row, "state", STATES),
    claim,
    ...readVotes(votes),
  });
}

export function readTask(row: Row): ReviewTask {
  return prepareTask(parseStrict(text(row, "body")) as unknown as ReviewTask);
}

/** A checked copy. @throws LedgerError SYS-017 */
export function prepareTask(task: ReviewTask): ReviewTask {
  const { executionId, policyId, policyVersion, reason, createdAt, terms } = task;
  if (!isExecutionId(executionId)) refuse("executionId", "an execution id: 1 to 128 of A-Z a-z 0-9 . _ : -");
  if (typeof policyId !== "string") refuse("policyId", "text");
  if (typeof policyVersion !== "string") refuse("policyVersion", "text");
  if (reason !== undefined && typeof reason !== "string") refuse("reason", "text or absent");
  if (!isTimestamp(createdAt)) refuse("createdAt", "RFC 3339 UTC with milliseconds");
  return Object.freeze({
    executionId,
    policyId,
    policyVersion,
    createdAt,
    ...(reason === undefined ? {} : { reason }),
    ...(terms === undefined ? {} : { terms: prepareTerms(terms) }),
  });
}

function prepareTerms({ attestation, approverRoles, quorum, signed, expiresAt }: ReviewTerms): ReviewTerms {
  const isRoles = Array.isArray(approverRoles) && approverRoles.every((role) => typeof role === "string");
  if (!isRoles) refuse("terms.approverRoles", "a list of roles");
  if (!Number.isSafeInteger(quorum) || quorum < 1) refuse("terms.quorum", "a whole number of at least 1");
  if (typeof signed !== "boolean") refuse("terms.signed", "true or false");
  if (!isTimestamp(expiresAt)) refuse("terms.expiresAt", "RFC 3339 UTC with milliseconds");
  return Object.freeze({
    attestation: parseAttestation(attestation),
    approverRoles: Object.freeze([...approverRoles]),
    quorum,
    signed,
    expiresAt,
  });
}

function refuse(member: string, expected: string): never {
  throw new LedgerError("SYS-017", `The review task's ${member} must be ${expected}.`, {
    details: { member },
  });
}
