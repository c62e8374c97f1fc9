import type { BatchCommit } from "./batch-commit.js";
import type { Reader } from "./reader.js";
import type { PostgresSession } from "./session.js";

/** What the faces of one ledger share. */
export interface LedgerParts {
  readonly commit: BatchCommit;
  readonly reader: Reader;
  /** Asks in a session of its own what takes long, as reading whole tables does. @throws as the reader */
  readonly inspect: <Answer>(question: (session: PostgresSession) => Promise<Answer>) => Promise<Answer>;
  /** The schema's quoted name. */
  readonly schema: string;
}
