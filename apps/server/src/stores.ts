import { type AuditLog, openLedger, openPostgresLedger } from "@parmanasystems/audit-db";
import { type ExecutionRuntimeOptions, RedisReplayStore } from "@parmanasystems/execution-runtime";
import type { Probe, ServerOptions, ServerRecords } from "@parmanasystems/server";
import type { ServerConfig } from "./config.js";

export interface Stores {
  readonly runtime: Pick<ExecutionRuntimeOptions, "replayStore" | "auditSink" | "reviewTasks" | "versions">;
  readonly records: ServerRecords;
  readonly audit: AuditLog;
  readonly probes: Readonly<Record<string, Probe>>;
  readonly queues: NonNullable<ServerOptions["queues"]>;
}

/** One SQLite file; or PostgreSQL for many nodes, with Redis as the gate before it where that is configured. */
export async function openStores(config: ServerConfig, ledgerFile: string): Promise<Stores> {
  const { postgres, redis } = config;
  const ledger =
    postgres === undefined
      ? openLedger(ledgerFile)
      : await openPostgresLedger(postgres.url, { schema: postgres.schema });
  const probes = {
    ledger: () => ledger.requireWritable(),
    log: () => ledger.entries({ from: 0, limit: 1 }),
  };
  const queues = {
    ledger_writes: () => ledger.waiting,
    ...("waitingReads" in ledger && { ledger_reads: () => ledger.waitingReads }),
  };
  if (redis === undefined)
    return { runtime: { replayStore: ledger }, records: ledger, audit: ledger.audit, probes, queues };
  const gate = new RedisReplayStore(redis.url, { keyPrefix: redis.keyPrefix, ttlSeconds: redis.ttlSeconds });
  return {
    runtime: {
      replayStore: gate,
      auditSink: ledger,
      reviewTasks: ledger.reviewTasks,
      versions: ledger.versions,
    },
    records: ledger,
    audit: ledger.audit,
    probes: { ...probes, redis: () => gate.requireWritable() },
    queues: { ...queues, redis: () => gate.waiting },
  };
}
