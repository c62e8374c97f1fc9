// How the processes of a campaign share their stores. `prepare` runs in the campaign and makes what `open` needs, as JSON; `open` runs in
// each process.
import { join } from "node:path";
import * as auditDb from "../../packages/audit-db/dist/index.js";
import * as executionRuntime from "../../packages/execution-runtime/dist/index.js";
import { startProxy } from "./proxy.mjs";
import { hasPostgresServer, hasRedisServer, onPostgres, startPostgres, startRedis } from "./servers.mjs";

const sharedUrl = process.env.PARMANA_TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";

/** @returns {Promise<string | undefined>} what a topology needs and this machine has not */
export async function missingFor(name) {
  if (name.includes("redis") && !hasRedisServer) return "redis-server";
  if (!name.includes("postgres") || hasPostgresServer) return undefined;
  try {
    await onPostgres(sharedUrl, "SELECT 1");
    return undefined;
  } catch {
    return "postgres and initdb, nor a PostgreSQL server (PARMANA_TEST_POSTGRES_URL)";
  }
}

/**
 * @typedef {object} Place what a topology made
 * @property {object} config for `open`, as JSON
 * @property {object} direct the same, past the proxies
 * @property {Record<string, () => Promise<void> | void>} faults what can happen to the servers, by name
 * @property {() => Promise<void>} remove
 */

export const topologies = {
  sqlite: {
    async prepare(directory) {
      const config = { path: join(directory, "ledger.db") };
      return { config, direct: config, faults: {}, remove: async () => undefined };
    },
    async open({ path }) {
      const ledger = auditDb.openLedger(path);
      return { replayStore: ledger, log: ledger };
    },
  },
  postgres: {
    prepare: preparePostgres,
    async open({ url, schema }) {
      const ledger = await auditDb.openPostgresLedger(url, { schema, timeoutMs: 2_000 });
      return { replayStore: ledger, log: ledger };
    },
  },
  "redis+postgres": {
    async prepare(directory) {
      const postgres = await preparePostgres();
      const redis = await startRedis(directory);
      const proxy = await startProxy({ host: "127.0.0.1", port: redis.port });
      return {
        config: { ...postgres.config, redisUrl: `redis://127.0.0.1:${proxy.port}` },
        direct: { ...postgres.direct, redisUrl: `redis://127.0.0.1:${redis.port}` },
        faults: {
          ...postgres.faults,
          ...proxyFaults("redis", proxy),
          "redis killed and restarted": () => redis.kill(),
        },
        async remove() {
          await redis.remove();
          await proxy.close();
          await postgres.remove();
        },
      };
    },
    async open({ url, schema, redisUrl }) {
      const ledger = await auditDb.openPostgresLedger(url, { schema, timeoutMs: 2_000 });
      const replayStore = new executionRuntime.RedisReplayStore(redisUrl, { timeoutMs: 1_000 });
      return { replayStore, auditSink: ledger, reviewTasks: ledger.reviewTasks, log: ledger };
    },
  },
};

/** A server of the campaign's own, or a schema on the one that there is, which is then not killed. */
async function preparePostgres() {
  const schema = `faults_${process.pid}_${Date.now()}`;
  const own = hasPostgresServer ? await startPostgres() : undefined;
  const direct = { url: own?.url ?? sharedUrl, schema };
  const url = new URL(direct.url);
  const proxy = await startProxy({ host: url.hostname, port: Number(url.port || 5432) });
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  return {
    config: { url: url.href, schema },
    direct,
    faults: {
      ...proxyFaults("postgres", proxy),
      ...(own && {
        "postgres crashed and restarted": () => own.crash(),
        "postgres killed and restarted": () => own.kill(),
      }),
    },
    async remove() {
      await proxy.close();
      if (own) await own.remove();
      else await onPostgres(sharedUrl, `DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    },
  };
}

function proxyFaults(name, proxy) {
  return { [`${name} cut off`]: () => proxy.cut(300), [`${name} stalled`]: () => proxy.stall(500) };
}
