import type { SqliteDatabase } from "./driver.js";
import { LedgerError } from "./errors.js";
import type { DurableWrite } from "./group-commit.js";
import type { LedgerFile } from "./ledger-file.js";
import { integer, isRow } from "./row.js";
import { type Instant, Transaction } from "./transaction.js";

/** One write transaction at a time: BEGIN IMMEDIATE takes the lock of the file, COMMIT ends with an fdatasync of the write-ahead log. */
export class SqliteWrite implements DurableWrite {
  readonly #file: LedgerFile;
  readonly #begin;
  readonly #commit;
  readonly #rollback;
  readonly #readCounters;
  readonly #storeCounters;

  constructor(database: SqliteDatabase, file: LedgerFile) {
    this.#file = file;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#rollback = database.prepare("ROLLBACK");
    this.#readCounters = database.prepare("SELECT entries, fencing FROM counters WHERE id = 1");
    this.#storeCounters = database.prepare("UPDATE counters SET entries = ?, fencing = ? WHERE id = 1");
  }

  begin(instant: Instant): Transaction {
    this.#begin.run();
    // What is written to a deleted file is durable for nobody.
    this.#file.requireStillThere();
    const counters = this.#readCounters.get();
    if (!isRow(counters)) throw new LedgerError("SYS-013", "The ledger has lost its counters.");
    return new Transaction(instant, {
      entries: integer(counters, "entries"),
      fencing: integer(counters, "fencing"),
    });
  }

  commit(transaction: Transaction): void {
    if (transaction.changed) this.#storeCounters.run(transaction.entries, transaction.fencing);
    this.#commit.run();
  }

  rollback(): void {
    this.#rollback.run();
  }
}
