import type { ConnectionSettings } from "./connection.js";
import { PostgresSession } from "./session.js";

/** A session that is opened when it is asked for, and again after it was lost. */
export class SessionSlot {
  readonly #settings: ConnectionSettings;
  readonly #timeoutMs: number;
  #session: PostgresSession | undefined;
  #opening: Promise<PostgresSession> | undefined;

  constructor(settings: ConnectionSettings, timeoutMs: number) {
    this.#settings = settings;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws what pg throws; LedgerError SYS-033, SYS-034 */
  async session(): Promise<PostgresSession> {
    if (this.#session?.alive === true) return this.#session;
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    await this.#session?.end();
  }

  async #open(): Promise<PostgresSession> {
    try {
      this.#session = await PostgresSession.open(this.#settings, this.#timeoutMs);
      return this.#session;
    } finally {
      this.#opening = undefined;
    }
  }
}
