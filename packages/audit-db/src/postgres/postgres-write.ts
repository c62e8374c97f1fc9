import { RuntimeError } from "@parmanasystems/execution-runtime";
import type { QueryConfig, QueryResult } from "pg";
import { Batch, type Needs, reads } from "./batch.js";
import { refusedWrite, unavailable, unknownOutcome } from "./failure.js";
import type { AppendedEntry } from "./log-writes.js";
import type { SchemaName } from "./schema-name.js";
import { BEGIN, type PostgresSession, rowsOf } from "./session.js";
import type { SessionSlot } from "./session-slot.js";

const COMMIT = { text: "COMMIT" };
const ROLLBACK = { text: "ROLLBACK" };
const PAUSE_MS = 50;

export interface PostgresWriteOptions {
  readonly slot: SessionSlot;
  readonly schema: SchemaName;
  readonly where: string;
  readonly timeoutMs: number;
}

/**
 * One write transaction at a time, over all nodes, in two round trips:
 *
 *   BEGIN, lock, read what the operations need  →  decide  →  write, COMMIT
 */
export class PostgresWrite {
  readonly #options: PostgresWriteOptions;
  /** The one that has the lock. */
  #session: PostgresSession | undefined;

  constructor(options: PostgresWriteOptions) {
    this.#options = options;
  }

  /** Takes the lock. When it throws, nothing was stored. @throws RuntimeError SYS-001; LedgerError SYS-013, SYS-031, SYS-033 to SYS-035 */
  async begin(needs: readonly Needs[]): Promise<Batch> {
    try {
      return new Batch(await this.#locked((s) => reads(s, needs)));
    } catch (error) {
      await this.rollback();
      throw unavailable(error, this.#options.where);
    }
  }

  /** Durable when it resolves. @throws RuntimeError SYS-003; SYS-001 when it is certain that nothing was stored */
  async commit(batch: Batch): Promise<void> {
    const { schema, where } = this.#options;
    const writes = batch.writes(schema.quoted);
    if (writes.length === 0) return this.rollback();
    const ends = (await this.#session?.attempt([...writes, COMMIT])) ?? [];
    const committed = ends.at(-1);
    const failed = ends.find((end) => end.status === "rejected");
    if (committed?.status !== "fulfilled") {
      this.#session?.destroy();
      return this.#askTheLog(batch.log.appended, failed?.reason);
    }
    if (committed.value.command !== "COMMIT") throw refusedWrite(failed?.reason, where);
    // A statement that never left this process: the rest was committed without it.
    if (failed !== undefined) throw unknownOutcome(failed.reason, where);
  }

  /** Gives the lock back; a session that cannot is given up, and the lock with it. */
  async rollback(): Promise<void> {
    const [end] = (await this.#session?.attempt([ROLLBACK])) ?? [];
    if (end?.status !== "fulfilled") this.#session?.destroy();
  }

  close(): Promise<void> {
    return this.#options.slot.close();
  }

  async #locked(questions: (s: string) => readonly QueryConfig[]): Promise<readonly QueryResult[]> {
    const { slot, schema } = this.#options;
    this.#session = undefined;
    this.#session = await slot.session();
    const lock = { text: schema.lock };
    const [, , ...answers] = await this.#session.run([BEGIN, lock, ...questions(schema.quoted)]);
    return answers;
  }

  /**
   * The answer to a commit was lost. Whoever gets the lock knows that the transaction has ended, since it held the lock
   * when it was told to commit; and if it was committed, the log holds its entries. Nothing is written again.
   */
  async #askTheLog(appended: readonly AppendedEntry[], lost: unknown): Promise<void> {
    const { where } = this.#options;
    if (appended.length === 0) throw unknownOutcome(lost, where);
    const stored = await this.#countStored(appended).catch((error: unknown) => {
      throw unknownOutcome(error, where);
    });
    if (stored === appended.length) return;
    throw new RuntimeError(
      "SYS-001",
      `The connection to PostgreSQL at ${where} was lost; nothing was stored.`,
      {
        details: { where },
        cause: lost,
      },
    );
  }

  /** Tries until time is up: the server may be starting again. */
  async #countStored(appended: readonly AppendedEntry[]): Promise<number> {
    const deadlineMs = performance.now() + this.#options.timeoutMs;
    const question = (s: string) => ({
      text: `SELECT seq FROM ${s}.log JOIN unnest($1::bigint[], $2::bytea[]) AS appended (seq, leaf_hash) USING (seq, leaf_hash)`,
      values: [appended.map(({ seq }) => seq), appended.map(({ leafHash }) => leafHash)],
    });
    for (;;) {
      try {
        const [result] = await this.#locked((s) => [question(s)]);
        await this.rollback();
        return rowsOf(result).length;
      } catch (error) {
        await this.rollback();
        if (performance.now() >= deadlineMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }
}
