import { ParmanaError, parseStrict } from "@parmanasystems/canonical";
import { parseSealedVote, type SealedVote } from "@parmanasystems/execution";
import { type Row, text } from "./row.js";

/** What the rows of a review hold. */
export interface StoredVotes {
  readonly votes: readonly SealedVote[];
  readonly unreadable?: number;
}

/** Whoever can write to the database may have written some of them: that is no defect of the ledger, and keeps nobody from the others. */
export function readVotes(rows: readonly Row[]): StoredVotes {
  const votes = rows.flatMap((row) => readVote(row) ?? []);
  const unreadable = rows.length - votes.length;
  return { votes: Object.freeze(votes), ...(unreadable > 0 && { unreadable }) };
}

/** The lowest position that no row of the review has: there is always one, whatever the others are. */
export function freePosition(isTaken: (position: number) => boolean): number {
  let position = 0;
  while (isTaken(position)) position += 1;
  return position;
}

/** Undefined for what is no sealed vote, or none of the approver in whose place it lies. Its seal is not judged here. */
function readVote(row: Row): SealedVote | undefined {
  try {
    const sealed = parseSealedVote({ vote: parseStrict(text(row, "body")), seal: text(row, "seal") });
    return sealed.vote.approver === text(row, "approver") ? sealed : undefined;
  } catch (error) {
    if (ParmanaError.isInstance(error)) return undefined;
    throw error;
  }
}
