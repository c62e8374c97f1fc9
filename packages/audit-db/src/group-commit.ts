import { formatTimestamp } from "@parmanasystems/canonical";
import { type Clock, RuntimeError } from "@parmanasystems/execution-runtime";
import { LedgerError } from "./errors.js";
import { resultCode, resultCodeOf } from "./sqlite-error.js";
import type { Instant, Transaction } from "./transaction.js";

/** The durable write, in its three steps. `begin` takes the write lock, across processes. */
export interface DurableWrite {
  begin(instant: Instant): Transaction;
  commit(transaction: Transaction): void;
  rollback(): void;
}

export interface GroupCommitOptions {
  readonly clock: Clock;
  readonly maxQueue: number;
  readonly busyTimeoutMs: number;
}

interface Operation {
  /** Does the work and returns how to tell the caller; a logical refusal is an answer too. Anything else is thrown. */
  readonly attempt: (transaction: Transaction) => () => void;
  readonly reject: (error: unknown) => void;
}

/** Bounds how long one durable write keeps the event loop. */
const BATCH_LIMIT = 1024;
const LONGEST_PAUSE_MS = 16;

/**
 * Operations of one turn of the event loop share one durable write, in this exact sequence:
 *
 *   collect → BEGIN IMMEDIATE → every operation, in order → COMMIT (one fdatasync) → answer every caller
 *
 * Nobody is answered before the commit. A refusal by the state machine (`RuntimeError`) is the answer of its
 * operation alone. A full disk rejects the batch, which is then certainly not stored: the frame that commits is the last
 * that is written, and is missing where one found no room (sqlite.org/fileformat2.html#walformat). Any other error rolls
 * back, rejects the batch and poisons the store: after a failed fsync nobody knows what is on the disk, so it is never
 * retried; the next process reads what is there.
 */
export class GroupCommit {
  readonly #write: DurableWrite;
  readonly #options: GroupCommitOptions;
  #queue: Operation[] = [];
  #scheduled = false;
  #poison: RuntimeError | undefined;
  #closing = false;
  #drained: (() => void) | undefined;
  /** Since when, and how often, another process has kept the lock. */
  #busy: { readonly sinceMs: number; attempts: number } | undefined;

  constructor(write: DurableWrite, options: GroupCommitOptions) {
    this.#write = write;
    this.#options = options;
  }

  /** Operations that were taken and are not answered yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** `work` runs inside the transaction, and must decide before it writes. @throws RuntimeError SYS-002, SYS-004, SYS-007 */
  submit<Answer>(work: (transaction: Transaction) => Answer): Promise<Answer> {
    this.requireUsable();
    const { maxQueue } = this.#options;
    if (this.#queue.length >= maxQueue) {
      throw new RuntimeError(
        "SYS-002",
        `The ledger has ${String(maxQueue)} operations waiting, which is its limit.`,
      );
    }
    return new Promise<Answer>((resolve, reject) => {
      this.#queue.push({ attempt: attemptOf(work, resolve, reject), reject });
      this.#schedule();
    });
  }

  /** @throws RuntimeError SYS-004, SYS-007 */
  requireUsable(): void {
    if (this.#closing) throw new RuntimeError("SYS-007", "The ledger is closed.");
    if (this.#poison !== undefined) throw this.#poison;
  }

  /** After an error that leaves the state of the file unknown. Returns what every later caller gets. */
  poison(cause: unknown): RuntimeError {
    this.#poison ??= new RuntimeError(
      "SYS-004",
      "The ledger met an unexpected error and refuses all work until it is reopened; whether the operation was stored is unknown.",
      { cause },
    );
    this.#rejectAll(this.#poison);
    return this.#poison;
  }

  /** Takes no more operations. When those already taken are answered, resolves with whether the file may still be written. */
  async close(): Promise<boolean> {
    this.#closing = true;
    if (this.#queue.length > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    return this.#poison === undefined;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the I/O callbacks of this turn, so that all they ask for is in the batch.
    setImmediate(() => {
      this.#flush();
    });
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#queue.length > 0) this.#writeBatch();
    if (this.#queue.length === 0) this.#drained?.();
    else this.#schedule();
  }

  #writeBatch(): void {
    const instant = this.#readClock();
    if (instant === undefined) return;
    let transaction: Transaction;
    try {
      transaction = this.#write.begin(instant);
    } catch (error) {
      if (resultCodeOf(error) === resultCode.busy) this.#waitForLock();
      else if (error instanceof LedgerError && error.code === "SYS-044") this.#refuse(error);
      else this.#fail(error);
      return;
    }
    this.#busy = undefined;
    const batch = this.#queue;
    this.#queue = batch.splice(BATCH_LIMIT);
    this.#run(transaction, batch);
  }

  #run(transaction: Transaction, batch: readonly Operation[]): void {
    const answers: (() => void)[] = [];
    try {
      for (const operation of batch) answers.push(operation.attempt(transaction));
      this.#write.commit(transaction);
    } catch (error) {
      this.#undo(batch, error);
      return;
    }
    for (const answer of answers) answer();
  }

  #undo(batch: readonly Operation[], error: unknown): void {
    const ended = this.#rollback();
    if (ended && resultCodeOf(error) === resultCode.full) {
      rejectAll(batch, fullDisk(error));
      return;
    }
    rejectAll(batch, this.poison(error));
  }

  /** Whether no transaction is open any more. */
  #rollback(): boolean {
    try {
      this.#write.rollback();
      return true;
    } catch {
      return false;
    }
  }

  #fail(error: unknown): void {
    this.#rollback();
    this.poison(error);
  }

  /** Nothing was written, and nothing is in doubt: the next batch may be judged by a better clock. */
  #refuse(error: LedgerError): void {
    this.#write.rollback();
    this.#rejectAll(error);
  }

  /** A clock that fails stores nothing, and nothing is in doubt. */
  #readClock(): Instant | undefined {
    try {
      const now = this.#options.clock.now();
      return { now, time: formatTimestamp(now) };
    } catch (cause) {
      this.#rejectAll(
        new LedgerError("SYS-019", "The clock did not give a whole number of milliseconds since 1970.", {
          cause,
        }),
      );
      return undefined;
    }
  }

  #waitForLock(): void {
    const { busyTimeoutMs } = this.#options;
    this.#busy ??= { sinceMs: performance.now(), attempts: 0 };
    this.#busy.attempts += 1;
    if (performance.now() - this.#busy.sinceMs >= busyTimeoutMs) {
      this.#busy = undefined;
      const waited = `Another process has kept the ledger locked for ${String(busyTimeoutMs)} ms; nothing was stored.`;
      this.#rejectAll(new RuntimeError("SYS-001", waited));
      return;
    }
    this.#scheduled = true;
    const pauseMs = Math.min(this.#busy.attempts, LONGEST_PAUSE_MS);
    setTimeout(() => {
      this.#flush();
    }, pauseMs);
  }

  #rejectAll(error: Error): void {
    const waiting = this.#queue;
    this.#queue = [];
    rejectAll(waiting, error);
  }
}

function rejectAll(operations: readonly Operation[], error: Error): void {
  for (const { reject } of operations) reject(error);
}

function fullDisk(cause: unknown): RuntimeError {
  return new RuntimeError("SYS-003", "There is no room for what the ledger must write; nothing was stored.", {
    cause,
  });
}

/** Runs the work and returns how to tell the caller; a refusal by the state machine is an answer too, anything else is thrown. */
export function attemptOf<Within, Answer>(
  work: (within: Within) => Answer,
  resolve: (answer: Answer) => void,
  reject: (error: unknown) => void,
): (within: Within) => () => void {
  return (within) => {
    try {
      const answer = work(within);
      return () => {
        resolve(answer);
      };
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      return () => {
        reject(error);
      };
    }
  };
}
