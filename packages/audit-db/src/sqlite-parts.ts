import type { SqliteDatabase } from "./driver.js";
import type { GroupCommit } from "./group-commit.js";
import type { LogTable } from "./log-table.js";

/** What the parts of an SQLite ledger share. */
export interface SqliteParts {
  readonly database: SqliteDatabase;
  readonly commit: GroupCommit;
  readonly log: LogTable;
  /** Runs a question on what is committed. */
  readonly read: <Answer>(question: () => Answer) => Answer;
}
