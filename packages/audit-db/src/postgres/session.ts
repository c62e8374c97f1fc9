import { Socket } from "node:net";
import type { Client, QueryConfig, QueryResult } from "pg";
import { isRow, type Row } from "../row.js";
import type { ConnectionSettings } from "./connection.js";
import { requireUsableServer, SERVER_STATE, SESSION_SETTINGS } from "./session-settings.js";

/** READ COMMITTED: a statement sees what was committed when it began, and so all that came before the lock was got. */
export const BEGIN = { text: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" };

/** One view of everything, for as long as it takes. */
export const BEGIN_READING = { text: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };

/** The server tells its own time-outs first: its reason is the better one. */
const GRACE_MS = 500;

/**
 * One connection. Statements given together are sent together and take one round trip (pipelining). A session that
 * did not answer in time, or lost its connection, is dead: nobody asks it again.
 */
export class PostgresSession {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #answerMs: number;
  #alive = true;

  private constructor(client: Client, socket: Socket, answerMs: number) {
    this.#client = client;
    this.#socket = socket;
    this.#answerMs = answerMs;
    // Without a listener, a lost connection would end the process.
    client.on("error", () => {
      this.destroy();
    });
    client.on("end", () => {
      this.#alive = false;
    });
  }

  /** @param answerMs how long an answer may take @throws what pg throws; LedgerError SYS-033, SYS-034 */
  static async open(
    { config }: ConnectionSettings,
    timeoutMs: number,
    answerMs = timeoutMs,
  ): Promise<PostgresSession> {
    const { Client, types } = await import("pg");
    const socket = new Socket();
    const client = new Client({ ...config, stream: () => socket, connectionTimeoutMillis: timeoutMs });
    // The largest integers of a ledger are times in milliseconds, which a number holds exactly.
    client.setTypeParser(types.builtins.INT8, Number);
    const session = new PostgresSession(client, socket, answerMs);
    try {
      await client.connect();
      await session.run([{ text: SESSION_SETTINGS, values: [String(timeoutMs)] }]);
      const [server] = await session.rows({ text: SERVER_STATE });
      requireUsableServer(server);
      return session;
    } catch (error) {
      session.destroy();
      throw error;
    }
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** The results in the order of the statements. @throws what the first one that failed threw */
  async run(statements: readonly QueryConfig[]): Promise<QueryResult[]> {
    const settled = await this.attempt(statements);
    return settled.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
  }

  /** Rows of a single statement. */
  async rows(statement: QueryConfig): Promise<readonly Row[]> {
    const [result] = await this.run([statement]);
    return rowsOf(result);
  }

  /** As `run`, but with the end of each. */
  async attempt(statements: readonly QueryConfig[]): Promise<PromiseSettledResult<QueryResult>[]> {
    const deadline = setTimeout(() => {
      this.destroy();
    }, this.#answerMs + GRACE_MS);
    try {
      return await Promise.allSettled(statements.map((statement) => this.#client.query(statement)));
    } finally {
      clearTimeout(deadline);
    }
  }

  /** At once; what was asked and not answered fails. */
  destroy(): void {
    this.#alive = false;
    this.#socket.destroy();
  }

  /** When everything asked is answered. */
  async end(): Promise<void> {
    if (!this.#alive) return;
    this.#alive = false;
    const deadline = setTimeout(() => this.#socket.destroy(), this.#answerMs);
    await this.#client.end();
    clearTimeout(deadline);
  }
}

export function rowsOf(result: QueryResult | undefined): readonly Row[] {
  const rows: readonly unknown[] = result?.rows ?? [];
  return rows.filter(isRow);
}
