import { refuse } from "../ledger-arguments.js";
import { BatchCommit } from "./batch-commit.js";
import { type ConnectionSettings, connectionSettings, type PostgresConnection } from "./connection.js";
import { unavailable } from "./failure.js";
import { createPostgresLedger, type PostgresLedger } from "./postgres-ledger.js";
import { PostgresWrite } from "./postgres-write.js";
import { prepareSchema } from "./prepare-schema.js";
import { Reader } from "./reader.js";
import { schemaName } from "./schema-name.js";
import { PostgresSession } from "./session.js";
import { SessionSlot } from "./session-slot.js";

export interface PostgresLedgerOptions {
  /** The ledger's own schema; made when it is not there. Default "parmana". */
  readonly schema?: string;
  /** Operations waiting for their transaction at the most; more are refused (SYS-002). Default 10,000. */
  readonly maxQueue?: number;
  /** How long to wait for a connection, for the lock, and for each answer (SYS-001). Default 5,000. */
  readonly timeoutMs?: number;
  /** Connections for reading, beside the one that writes. Default 2. */
  readonly poolSize?: number;
}

/** For one answer: a million rows take seconds. */
const INSPECTION_MS = 60 * 60 * 1000;

/**
 * Opens the ledger in a schema of a PostgreSQL database, or makes it. Many nodes may have it open.
 * @param connection a URL such as postgres://user:password@host:5432/database, or its parts
 * @throws LedgerError SYS-013, SYS-016, SYS-030 to SYS-035; RuntimeError SYS-001, SYS-005
 */
export async function openPostgresLedger(
  connection: string | PostgresConnection,
  options: PostgresLedgerOptions = {},
): Promise<PostgresLedger> {
  const { maxQueue = 10_000, timeoutMs = 5_000, poolSize = 2 } = options;
  requireWhole("maxQueue", maxQueue, 1, 1_000_000);
  requireWhole("timeoutMs", timeoutMs, 1, 600_000);
  requireWhole("poolSize", poolSize, 1, 100);
  const schema = schemaName(options.schema ?? "parmana");
  const settings = await connectionSettings(connection, schema.name);
  const { where } = settings;
  const slot = new SessionSlot(settings, timeoutMs);
  try {
    await prepareSchema(await slot.session(), schema);
  } catch (error) {
    await slot.close();
    throw unavailable(error, where);
  }
  const write = new PostgresWrite({ slot, schema, where, timeoutMs });
  const readers = Array.from({ length: poolSize }, () => new SessionSlot(settings, timeoutMs));
  return createPostgresLedger({
    commit: new BatchCommit(write, maxQueue),
    reader: new Reader(readers, where, maxQueue),
    inspect: (question) => inspect(settings, timeoutMs, question),
    schema: schema.quoted,
  });
}

async function inspect<Answer>(
  settings: ConnectionSettings,
  timeoutMs: number,
  question: (session: PostgresSession) => Promise<Answer>,
): Promise<Answer> {
  let session: PostgresSession | undefined;
  try {
    session = await PostgresSession.open(settings, timeoutMs, INSPECTION_MS);
    return await question(session);
  } catch (error) {
    throw unavailable(error, settings.where);
  } finally {
    await session?.end();
  }
}

function requireWhole(option: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    refuse(option, `a whole number from ${String(least)} to ${String(most)}`);
}
