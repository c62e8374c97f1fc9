export { LedgerError, type LedgerErrorCode, ledgerErrors } from "./errors.js";
export { leafHash, type LogEntry, parseLogEntry } from "./log-entry.js";
export type { StoredEntry } from "./log-table.js";
export { type LedgerOptions, openLedger } from "./open-ledger.js";
export type { EntriesQuery, SqliteLedger } from "./sqlite-ledger.js";
export {
  openPostgresLedger,
  type PostgresConnection,
  type PostgresLedger,
  type PostgresLedgerOptions,
} from "./postgres/index.js";
