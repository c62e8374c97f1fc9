import type { SqliteDatabase } from "./driver.js";
import { LedgerError } from "./errors.js";
import { instantAfter, timeOfEntry } from "./entry-time.js";
import type { DurableWrite } from "./group-commit.js";
import type { LedgerFile } from "./ledger-file.js";
import { blob, integer, isRow } from "./row.js";
import { resultCode, resultCodeOf } from "./sqlite-error.js";
import { type Instant, Transaction } from "./transaction.js";

/** One write transaction at a time: BEGIN IMMEDIATE takes the lock of the file, COMMIT ends with an fdatasync of the write-ahead log. */
export class SqliteWrite implements DurableWrite {
  readonly #file: LedgerFile;
  readonly #begin;
  readonly #commit;
  readonly #rollback;
  readonly #readCounters;
  readonly #storeCounters;
  readonly #storeNode;
  readonly #readEntry;
  /** The time of the last of so many entries. */
  #last: { readonly entries: number; readonly time: number } | undefined;

  constructor(database: SqliteDatabase, file: LedgerFile) {
    this.#file = file;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#rollback = database.prepare("ROLLBACK");
    this.#readCounters = database.prepare("SELECT entries, fencing, frontier FROM counters WHERE id = 1");
    this.#storeCounters = database.prepare(
      "UPDATE counters SET entries = ?, fencing = ?, frontier = ? WHERE id = 1",
    );
    this.#readEntry = database.prepare("SELECT entry FROM log WHERE seq = ?");
    this.#storeNode = database.prepare("INSERT INTO tree (level, position, hash) VALUES (?, ?, ?)");
  }

  /** @throws LedgerError SYS-013, SYS-044; what SQLite throws */
  begin(clock: Instant): Transaction {
    this.#begin.run();
    // What is written to a deleted file is durable for nobody.
    this.#file.requireStillThere();
    const counters = this.#readCounters.get();
    if (!isRow(counters)) throw new LedgerError("SYS-013", "The ledger has lost its counters.");
    const entries = integer(counters, "entries");
    return new Transaction(instantAfter(clock.now, this.#timeBefore(entries)), {
      entries,
      fencing: integer(counters, "fencing"),
      frontier: blob(counters, "frontier"),
    });
  }

  commit(transaction: Transaction): void {
    if (transaction.changed) {
      const { counters, nodes } = transaction.end();
      for (const { level, position, hash } of nodes) this.#storeNode.run(level, position, hash);
      this.#storeCounters.run(counters.entries, counters.fencing, counters.frontier);
    }
    this.#commit.run();
    if (transaction.appended) this.#last = { entries: transaction.entries, time: transaction.now };
  }

  /** Ends the transaction, unless SQLite has rolled it back by itself, as it does when a commit fails. @throws what SQLite throws */
  rollback(): void {
    try {
      this.#rollback.run();
    } catch (error) {
      // "no transaction is active"
      if (resultCodeOf(error) !== resultCode.error) throw error;
    }
  }

  /** When the entry before this position was written; asked of the file where another process may have written it. */
  #timeBefore(entries: number): number | undefined {
    if (entries === 0) return undefined;
    if (this.#last?.entries !== entries) {
      const row = this.#readEntry.get(entries - 1);
      if (!isRow(row)) throw new LedgerError("SYS-013", "The log has lost its last entry.");
      this.#last = { entries, time: timeOfEntry(blob(row, "entry")) };
    }
    return this.#last.time;
  }
}
