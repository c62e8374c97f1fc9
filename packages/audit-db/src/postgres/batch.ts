import { formatTimestamp, type Sha256 } from "@parmanasystems/canonical";
import type { QueryConfig, QueryResult } from "pg";
import { executionKey } from "../audit-record.js";
import { LedgerError } from "../errors.js";
import { integer, rawHash, type Row } from "../row.js";
import { Transaction } from "../transaction.js";
import { LogRows } from "./log-rows.js";
import { selectAttested, selectEnded } from "./queries.js";
import { ReplayMachine } from "./replay-machine.js";
import { ReplayRows, selectReplay } from "./replay-rows.js";
import { ReviewRows, selectReviews } from "./review-rows.js";
import { SeenVersionRows } from "./seen-version-rows.js";
import { rowsOf } from "./session.js";

/** What an operation must have read before it decides. */
export interface Needs {
  readonly executionId?: string;
  readonly fingerprint?: Sha256;
  /** The review task of this execution. */
  readonly review?: string;
}

/**
 * The operations of one transaction, on the rows they need: read at once, changed in memory in the order of the
 * operations, written at once. It is sound because all of it happens under the lock of the ledger.
 */
export class Batch {
  readonly log: LogRows;
  readonly replay: ReplayMachine;
  readonly reviews: ReviewRows;
  readonly versions = new SeenVersionRows();
  readonly #transaction: Transaction;
  readonly #replayRows: ReplayRows;

  /** @param results of the statements of `reads`, in their order */
  constructor(results: readonly QueryResult[]) {
    const [counters = [], replay = [], attested = [], resolved = [], tasks = [], votes = []] =
      results.map(rowsOf);
    this.#transaction = transactionOf(counters[0]);
    this.#replayRows = new ReplayRows(replay);
    this.log = new LogRows(this.#transaction, attested, resolved);
    this.replay = new ReplayMachine(this.#transaction, this.#replayRows, this.log);
    this.reviews = new ReviewRows(tasks, votes);
  }

  /** The statements that store what changed; none when nothing did. */
  writes(s: string): readonly QueryConfig[] {
    const { changed, entries, fencing } = this.#transaction;
    const counters = {
      name: "store_counters",
      text: `UPDATE ${s}.counters SET entries = $1, fencing = $2 WHERE id = 1`,
      values: [entries, fencing],
    };
    return [
      ...(changed ? [counters] : []),
      ...this.log.writes(s),
      ...this.#replayRows.writes(s),
      ...this.reviews.writes(s),
      ...this.versions.writes(s),
    ];
  }
}

/** Everything that the operations need, in one round trip. The time is read under the lock, so it follows that of the batch before. */
export function reads(s: string, needs: readonly Needs[]): readonly QueryConfig[] {
  const executionKeys = unique(needs.map(({ executionId }) => executionId)).map(executionKey);
  const fingerprintKeys = unique(needs.map(({ fingerprint }) => fingerprint)).map(rawHash);
  return [
    {
      name: "select_counters",
      text: `SELECT entries, fencing, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now FROM ${s}.counters WHERE id = 1`,
    },
    selectReplay(s, executionKeys, fingerprintKeys),
    selectAttested(s, executionKeys, fingerprintKeys),
    selectEnded(s, executionKeys),
    ...selectReviews(s, unique(needs.map(({ review }) => review))),
  ];
}

function transactionOf(counters: Row | undefined): Transaction {
  if (counters === undefined) throw new LedgerError("SYS-013", "The ledger has lost its counters.");
  const now = integer(counters, "now");
  const stored = { entries: integer(counters, "entries"), fencing: integer(counters, "fencing") };
  return new Transaction({ now, time: formatTimestamp(now) }, stored);
}

function unique<Value>(values: readonly (Value | undefined)[]): Value[] {
  return [...new Set(values)].flatMap((value) => value ?? []);
}
