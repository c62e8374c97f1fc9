import type { QueryConfig } from "pg";
import { integer, type Row } from "../row.js";

/** Which of the positions have evidence that was not erased. */
export function selectHeldEvidence(s: string, positions: readonly number[]): QueryConfig {
  return {
    name: "select_held_evidence",
    text: `SELECT seq FROM ${s}.evidence WHERE seq = ANY ($1::bigint[]) AND body IS NOT NULL`,
    values: [positions],
  };
}

/** The evidence that the operations of a batch want erased. */
export class EvidenceRows {
  readonly #held: Set<number>;
  readonly #erased = new Map<number, number>();

  constructor(rows: readonly Row[]) {
    this.#held = new Set(rows.map((row) => integer(row, "seq")));
  }

  /** Whether there is anything to erase at the position. */
  holds(seq: number): boolean {
    return this.#held.has(seq);
  }

  /** @param erasedBy the position of the entry that records it */
  erase(seq: number, erasedBy: number): void {
    this.#held.delete(seq);
    this.#erased.set(seq, erasedBy);
  }

  writes(s: string): QueryConfig[] {
    if (this.#erased.size === 0) return [];
    return [
      {
        name: "erase_evidence",
        text: `UPDATE ${s}.evidence SET body = NULL, erased_by = record.seq
FROM unnest($1::bigint[], $2::bigint[]) AS record (erased, seq) WHERE evidence.seq = erased`,
        values: [[...this.#erased.keys()], [...this.#erased.values()]],
      },
    ];
  }
}
