import { formatTimestamp } from "@parmanasystems/canonical";
import { integer, type Row, text } from "../row.js";

export interface AuditStatistics {
  /** Entries in the log. */
  readonly entries: number;
  /** Entries under the latest checkpoint; null without one. */
  readonly checkpointed: number | null;
  /** Executions whose signals are stored. */
  readonly evidence: number;
  /** When the first and the last entry were written; null in an empty log. */
  readonly first: string | null;
  readonly last: string | null;
  /** Most frequent first. */
  readonly counts: readonly AuditCount[];
}

/** How often something happened. */
export interface AuditCount {
  readonly event: string;
  readonly policyId: string | null;
  readonly policyVersion: string | null;
  readonly decision: string | null;
  readonly code: string | null;
  readonly count: number;
}

export function statisticsOf(found: {
  readonly entries: number;
  readonly checkpointSize: number | null;
  readonly evidence: number;
  readonly rows: readonly Row[];
}): AuditStatistics {
  const { entries, checkpointSize, evidence, rows } = found;
  const at = (column: string, pick: (...times: number[]) => number): string | null =>
    rows.length === 0 ? null : formatTimestamp(pick(...rows.map((row) => integer(row, column))));
  const counts = rows.map((row) =>
    Object.freeze({
      event: text(row, "event"),
      policyId: textOrNull(row, "policy_id"),
      policyVersion: textOrNull(row, "policy_version"),
      decision: textOrNull(row, "decision"),
      code: textOrNull(row, "code"),
      count: integer(row, "count"),
    }),
  );
  return Object.freeze({
    entries,
    checkpointed: checkpointSize,
    evidence,
    first: at("first", Math.min),
    last: at("last", Math.max),
    counts: Object.freeze(counts.sort((one, other) => other.count - one.count)),
  });
}

function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}
