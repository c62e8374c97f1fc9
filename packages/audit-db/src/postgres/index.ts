export type { PostgresConnection } from "./connection.js";
export { openPostgresLedger, type PostgresLedgerOptions } from "./open-postgres-ledger.js";
export type { PostgresLedger } from "./postgres-ledger.js";
