import { RuntimeError } from "@parmanasystems/execution-runtime";
import { attemptOf } from "../group-commit.js";
import type { Batch, Needs } from "./batch.js";
import type { PostgresWrite } from "./postgres-write.js";

interface Operation {
  readonly needs: Needs;
  readonly attempt: (batch: Batch) => () => void;
  readonly reject: (error: unknown) => void;
}

/** Bounds how long one transaction keeps the lock. */
const BATCH_LIMIT = 512;

/**
 * Operations that wait share one transaction. Nobody is answered before it is committed. A refusal by the state
 * machine (`RuntimeError`) is the answer of its operation alone; any other error rejects the batch, which then
 * stored nothing. What failed is not tried again: the caller decides, and the next batch opens a new connection.
 */
export class BatchCommit {
  readonly #write: PostgresWrite;
  readonly #maxQueue: number;
  #queue: Operation[] = [];
  #inBatch = 0;
  #running: Promise<void> | undefined;
  #closing = false;

  constructor(write: PostgresWrite, maxQueue: number) {
    this.#write = write;
    this.#maxQueue = maxQueue;
  }

  /** Operations that were taken and are not answered yet. */
  get waiting(): number {
    return this.#queue.length + this.#inBatch;
  }

  /** `work` runs on what `needs` names, and must decide before it changes anything. @throws RuntimeError SYS-002, SYS-007 */
  submit<Answer>(needs: Needs, work: (batch: Batch) => Answer): Promise<Answer> {
    if (this.#closing) throw new RuntimeError("SYS-007", "The ledger is closed.");
    if (this.#queue.length >= this.#maxQueue) {
      throw new RuntimeError(
        "SYS-002",
        `The ledger has ${String(this.#maxQueue)} operations waiting, which is its limit.`,
      );
    }
    return new Promise<Answer>((resolve, reject) => {
      this.#queue.push({ needs, attempt: attemptOf(work, resolve, reject), reject });
      this.#running ??= this.#run();
    });
  }

  /** Takes no more operations, answers those already taken, and lets go of the connection. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#running;
    await this.#write.close();
  }

  async #run(): Promise<void> {
    // After the I/O callbacks of this turn, so that all they ask for is in the batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) await this.#writeBatch(this.#queue.splice(0, BATCH_LIMIT));
    this.#running = undefined;
  }

  async #writeBatch(operations: readonly Operation[]): Promise<void> {
    this.#inBatch = operations.length;
    await this.#answer(operations);
    this.#inBatch = 0;
  }

  async #answer(operations: readonly Operation[]): Promise<void> {
    let batch: Batch;
    try {
      batch = await this.#write.begin(operations.map(({ needs }) => needs));
    } catch (error) {
      // The server cannot be asked, so those behind would only wait for the same answer.
      rejectAll([...operations, ...this.#queue.splice(0)], error);
      return;
    }
    try {
      const answers = await this.#decide(batch, operations);
      await this.#write.commit(batch);
      for (const answer of answers) answer();
    } catch (error) {
      rejectAll(operations, error);
    }
  }

  async #decide(batch: Batch, operations: readonly Operation[]): Promise<(() => void)[]> {
    try {
      return operations.map(({ attempt }) => attempt(batch));
    } catch (error) {
      await this.#write.rollback();
      throw error;
    }
  }
}

function rejectAll(operations: readonly Operation[], error: unknown): void {
  for (const { reject } of operations) reject(error);
}
