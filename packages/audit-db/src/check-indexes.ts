import { parseStrict } from "@parmanasystems/canonical";
import type { SqliteDatabase } from "./driver.js";
import { LedgerError } from "./errors.js";
import { integer, isRow, type Row, text } from "./row.js";
import { damaged } from "./stored-entry.js";

/** Those that SQLite made itself for PRIMARY KEY and UNIQUE have no statement. */
const INDEXES =
  "SELECT json_group_array(json_array(name, tbl_name, sql)) AS indexes FROM sqlite_schema WHERE type = 'index'";

/** Tables with one row for each entry. */
const OF_ENTRIES: readonly string[] = ["log", "catalogue"];

interface Index {
  readonly name: string;
  readonly table: string;
  /** Of the rows that it is about. */
  readonly condition: string;
}

/**
 * Questions are answered from indexes, and one that somebody emptied answers that nothing was executed. So each must know as
 * many rows as a scan of its table finds, and the log and its catalogue must have a row for each entry. The schema must have
 * been checked before: its statements are used here. Runs inside a transaction. @throws LedgerError SYS-013; what SQLite throws
 */
export function requireFullIndexes(database: SqliteDatabase): void {
  const only = (sql: string): Row => {
    const row = database.prepare(sql).get();
    if (isRow(row)) return row;
    throw new LedgerError("SYS-013", "The ledger answers a question about itself with nothing.");
  };
  const entries = integer(only("SELECT entries FROM counters WHERE id = 1"), "entries");
  const all = indexesOf(only(INDEXES));
  for (const table of new Set(all.map((index) => index.table))) {
    const indexes = all.filter((index) => index.table === table);
    const found = only(selectRows(table, indexes));
    if (OF_ENTRIES.includes(table) && integer(found, "rows") !== entries)
      damaged(integer(only(selectGap(table)), "seq"), `the table ${table} has no row for the entry`);
    for (const [nth, { name, condition }] of indexes.entries()) {
      const known = only(`SELECT count(*) AS known FROM ${table} INDEXED BY ${name} WHERE ${condition}`);
      requireComplete(name, integer(found, `of_${String(nth)}`), integer(known, "known"));
    }
  }
}

/** @throws LedgerError SYS-013 */
function requireComplete(index: string, rows: number, known: number): void {
  if (known === rows) return;
  throw new LedgerError(
    "SYS-013",
    `The index ${index} knows ${String(known)} rows, and its table has ${String(rows)}: questions would be answered from what somebody left of it.`,
    { details: { index, rows, known } },
  );
}

/** NOT INDEXED: what the table itself holds. */
function selectRows(table: string, indexes: readonly Index[]): string {
  const counts = indexes.map(
    ({ condition }, nth) => `count(*) FILTER (WHERE ${condition}) AS of_${String(nth)}`,
  );
  return `SELECT ${["count(*) AS rows", ...counts].join(", ")} FROM ${table} NOT INDEXED`;
}

/** The first position without a row. */
function selectGap(table: string): string {
  return `SELECT min(seq) AS seq FROM (SELECT 0 AS seq UNION ALL SELECT seq + 1 FROM ${table}) AS next
WHERE NOT EXISTS (SELECT 1 FROM ${table} AS held WHERE held.seq = next.seq)`;
}

function indexesOf(row: Row): readonly Index[] {
  const described = parseStrict(text(row, "indexes"));
  return (Array.isArray(described) ? described : []).map((index: unknown) => {
    const [name, table, sql] = Array.isArray(index) ? index.map(String) : [];
    // Those of SQLite's own making have none, and are about all rows.
    return { name: name ?? "", table: table ?? "", condition: sql?.split(" WHERE ")[1] ?? "true" };
  });
}
