import type { BatchCommit } from "./batch-commit.js";
import type { Reader } from "./reader.js";

/** What the faces of one ledger share. */
export interface LedgerParts {
  readonly commit: BatchCommit;
  readonly reader: Reader;
  /** The schema's quoted name. */
  readonly schema: string;
}
