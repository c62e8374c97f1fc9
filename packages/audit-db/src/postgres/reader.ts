import { RuntimeError } from "@parmanasystems/execution-runtime";
import type { QueryConfig } from "pg";
import type { Row } from "../row.js";
import { unavailable } from "./failure.js";
import { rowsOf } from "./session.js";
import type { SessionSlot } from "./session-slot.js";

/** Questions outside a batch. They see what is committed, wait for no lock, and share a few sessions. */
export class Reader {
  readonly #slots: readonly SessionSlot[];
  readonly #where: string;
  readonly #maxQueue: number;
  #asked = 0;
  #waiting = 0;
  #closed = false;

  constructor(slots: readonly SessionSlot[], where: string, maxQueue: number) {
    this.#slots = slots;
    this.#where = where;
    this.#maxQueue = maxQueue;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** The rows of each statement, asked in this order. @throws RuntimeError SYS-001, SYS-002, SYS-007; LedgerError SYS-031, SYS-033 to SYS-035 */
  async rows(statements: readonly QueryConfig[]): Promise<readonly (readonly Row[])[]> {
    if (this.#closed) throw new RuntimeError("SYS-007", "The ledger is closed.");
    if (this.#waiting >= this.#maxQueue) {
      throw new RuntimeError(
        "SYS-002",
        `The ledger has ${String(this.#maxQueue)} questions waiting, which is its limit.`,
      );
    }
    this.#waiting += 1;
    this.#asked += 1;
    try {
      const session = await this.#slots[this.#asked % this.#slots.length]?.session();
      return ((await session?.run(statements)) ?? []).map(rowsOf);
    } catch (error) {
      throw unavailable(error, this.#where);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Takes no more questions, and answers those already taken. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }
}
