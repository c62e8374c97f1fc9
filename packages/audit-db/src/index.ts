export type {
  AuditLog,
  ProofOptions,
  ProvenStatement,
  SearchOptions,
  SearchPage,
} from "./audit/audit-log.js";
export type { AuditQuery } from "./audit/audit-query.js";
export type { ErasedEvidence } from "./audit/erase-evidence.js";
export type { AuditCount, AuditStatistics } from "./audit/audit-statistics.js";
export type { Witness, WitnessTerms } from "./audit/collect-cosignatures.js";
export { headFile } from "./audit/head-file.js";
export type { HeadMemory } from "./audit/head-memory.js";
export type { CheckpointOptions } from "./audit/sign-checkpoint.js";
export type { TreeHead } from "./audit/issue-checkpoint.js";
export type { KeptCheckpoint } from "./audit/kept-checkpoint.js";
export type { LogProblem, LogReport } from "./audit/verify-log.js";
export type { VerifyLogOptions } from "./audit/verify-log-options.js";
export { LedgerError, type LedgerErrorCode, ledgerErrors } from "./errors.js";
export type { LogEntry } from "@parmanasystems/execution";
export type { ExportTilesOptions, TilesReport } from "./tiles/export-tiles.js";
export { leafHash, parseLogEntry } from "./log-entry.js";
export type { StoredEntry } from "./stored-entry.js";
export { type LedgerOptions, openLedger } from "./open-ledger.js";
export type { EntriesQuery } from "./entries-query.js";
export type { SqliteLedger } from "./sqlite-ledger.js";
export {
  openPostgresLedger,
  type PostgresConnection,
  type PostgresLedger,
  type PostgresLedgerOptions,
} from "./postgres/index.js";
