import type { Sha256 } from "@parmanasystems/canonical";
import type { QueryConfig, QueryResult } from "pg";
import { executionKey } from "../execution-key.js";
import { instantAfter, timeOfEntry } from "../entry-time.js";
import { LedgerError } from "../errors.js";
import { blob, integer, rawHash, type Row } from "../row.js";
import { Transaction } from "../transaction.js";
import { EvidenceRows, selectHeldEvidence } from "./evidence-rows.js";
import { LogRows } from "./log-rows.js";
import { insertNodes } from "./log-writes.js";
import { selectAttested, selectBurntOf, selectEnded } from "./queries.js";
import { ReplayMachine } from "./replay-machine.js";
import { ReplayRows, selectReplay } from "./replay-rows.js";
import { ReviewRows, selectReviews } from "./review-rows.js";
import { SeenVersionRows, selectVersions } from "./seen-version-rows.js";
import { rowsOf } from "./session.js";

/** What an operation must have read before it decides. */
export interface Needs {
  readonly executionId?: string;
  readonly fingerprint?: Sha256;
  /** The review task of this execution. */
  readonly review?: string;
  /** The evidence of the entry at this position. */
  readonly evidence?: number;
  /** The highest versions seen. */
  readonly versions?: boolean;
}

/**
 * The operations of one transaction, on the rows they need: read at once, changed in memory in the order of the
 * operations, written at once. It is sound because all of it happens under the lock of the ledger.
 */
export class Batch {
  readonly log: LogRows;
  readonly replay: ReplayMachine;
  readonly reviews: ReviewRows;
  readonly evidence: EvidenceRows;
  readonly versions: SeenVersionRows;
  readonly #others: QueryConfig[] = [];
  readonly #transaction: Transaction;
  readonly #replayRows: ReplayRows;

  /** @param results of the statements of `reads`, in their order */
  constructor(results: readonly QueryResult[]) {
    const [
      counters = [],
      replay = [],
      attested = [],
      ended = [],
      burnt = [],
      tasks = [],
      votes = [],
      held = [],
      versions = [],
    ] = results.map(rowsOf);
    this.#transaction = transactionOf(counters[0]);
    this.#replayRows = new ReplayRows(replay);
    this.log = new LogRows(this.#transaction, attested, ended, burnt);
    this.replay = new ReplayMachine(this.#transaction, this.#replayRows, this.log);
    this.reviews = new ReviewRows(tasks, votes);
    this.evidence = new EvidenceRows(held);
    this.versions = new SeenVersionRows(versions);
  }

  /** Makes a write of it, although nobody needs the number. */
  skipFencing(): void {
    this.#transaction.nextFencing();
  }

  /** A statement of the transaction, for what no operation of the batch needs to know. It must not fail. */
  alsoRun(statement: QueryConfig): void {
    this.#others.push(statement);
  }

  /** The statements that store what changed; none when nothing did. */
  writes(s: string): readonly QueryConfig[] {
    return [
      ...(this.#transaction.changed ? storeEnd(s, this.#transaction.end()) : []),
      ...this.log.writes(s),
      ...this.#replayRows.writes(s),
      ...this.reviews.writes(s),
      ...this.evidence.writes(s),
      ...this.versions.writes(s),
      ...this.#others,
    ];
  }
}

/** Everything that the operations need, in one round trip. The time is read under the lock; where the server that took over has a clock that is behind, it is that of the last entry. */
export function reads(s: string, needs: readonly Needs[]): readonly QueryConfig[] {
  const executionIds = unique(needs.map(({ executionId }) => executionId));
  const executionKeys = executionIds.map(executionKey);
  const fingerprintKeys = unique(needs.map(({ fingerprint }) => fingerprint)).map(rawHash);
  const rare = needs.some(({ evidence, versions }) => evidence !== undefined || versions === true);
  return [
    {
      name: "select_counters",
      text: `SELECT entries, fencing, frontier, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now,
(SELECT entry FROM ${s}.log WHERE seq = entries - 1) AS last_entry FROM ${s}.counters WHERE id = 1`,
    },
    selectReplay(s, executionKeys, fingerprintKeys),
    selectAttested(s, executionKeys, fingerprintKeys),
    selectEnded(s, executionKeys, fingerprintKeys),
    selectBurntOf(s, executionIds),
    ...selectReviews(s, unique(needs.map(({ review }) => review))),
    ...(rare
      ? [selectHeldEvidence(s, unique(needs.map(({ evidence }) => evidence))), selectVersions(s)]
      : []),
  ];
}

function storeEnd(s: string, { counters, nodes }: ReturnType<Transaction["end"]>): readonly QueryConfig[] {
  const storeCounters = {
    name: "store_counters",
    text: `UPDATE ${s}.counters SET entries = $1, fencing = $2, frontier = $3 WHERE id = 1`,
    values: [counters.entries, counters.fencing, counters.frontier],
  };
  return nodes.length === 0 ? [storeCounters] : [storeCounters, insertNodes(s, nodes)];
}

function transactionOf(counters: Row | undefined): Transaction {
  if (counters === undefined) throw new LedgerError("SYS-013", "The ledger has lost its counters.");
  const entries = integer(counters, "entries");
  const last = entries === 0 ? undefined : timeOfEntry(blob(counters, "last_entry"));
  return new Transaction(instantAfter(integer(counters, "now"), last), {
    entries,
    fencing: integer(counters, "fencing"),
    frontier: blob(counters, "frontier"),
  });
}

function unique<Value>(values: readonly (Value | undefined)[]): Value[] {
  return [...new Set(values)].flatMap((value) => value ?? []);
}
