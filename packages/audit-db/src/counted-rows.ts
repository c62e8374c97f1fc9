import { LedgerError } from "./errors.js";
import { integer, type Row } from "./row.js";

/** Tables whose rows belong to the entry of their position. */
const BESIDE = ["catalogue", "attestations", "evidence", "resolutions"] as const;

/** The counters, and the first and last of what they count and of what lies beside it, at one instant. */
export function selectCountedRows(s: string): string {
  const bounds = ["log", ...BESIDE].map(
    (table) =>
      `(SELECT min(seq) FROM ${s}${table}) AS ${table}_first, (SELECT max(seq) FROM ${s}${table}) AS ${table}_last`,
  );
  return `SELECT entries, fencing, frontier, (SELECT coalesce(max(fencing), 0) FROM ${s}replay) AS highest,
(SELECT count(version) FROM ${s}seen_versions) AS versions,
${bounds.join(",\n")} FROM ${s}counters WHERE id = 1`;
}

/**
 * As many entries as were counted, and nothing beside entries that do not exist; what lies beside those that do is
 * looked at with them. Returns the counters. @throws LedgerError SYS-013
 */
export function requireCounted(row: Row | undefined): Row {
  if (row === undefined) throw new LedgerError("SYS-013", "The ledger has lost its counters.");
  const entries = integer(row, "entries");
  const { log_first: first, log_last: last } = row;
  if (entries === 0 ? first !== null : first !== 0 || last !== entries - 1) {
    const expected = entries === 0 ? "no entries" : `the entries 0 to ${String(entries - 1)}`;
    throw new LedgerError(
      "SYS-013",
      `The log must hold ${expected}, but it does not: entries were removed or added.`,
      { details: { entries, first, last } },
    );
  }
  for (const column of BESIDE.flatMap((table) => [`${table}_first`, `${table}_last`]))
    requireBelow(row, column, entries);
  if (integer(row, "highest") > integer(row, "fencing"))
    throw new LedgerError(
      "SYS-013",
      "A reservation carries a higher fencing number than the ledger ever gave out.",
    );
  return row;
}

function requireBelow(row: Row, column: string, entries: number): void {
  if (row[column] === null) return;
  const seq = integer(row, column);
  if (seq >= 0 && seq < entries) return;
  const table = column.replace(/_.*/, "");
  throw new LedgerError(
    "SYS-013",
    `The table ${table} has a row at position ${String(seq)}, where the log has no entry.`,
    { details: { seq, table } },
  );
}
