// How the processes of a campaign share their stores. `prepare` runs in the campaign and makes what `open` needs, as JSON; `open` runs in
// each process.
import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as auditDb from "../../packages/audit-db/dist/index.js";
import * as executionRuntime from "../../packages/execution-runtime/dist/index.js";
import { freePort, startProxy } from "./proxy.mjs";

const postgresUrl = process.env.PARMANA_TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";

/** @returns {Promise<string | undefined>} what a topology needs and this machine has not */
export async function missingFor(name) {
  if (name.includes("redis") && spawnSync("redis-server", ["--version"]).status !== 0) return "redis-server";
  if (!name.includes("postgres")) return undefined;
  try {
    await onPostgres("SELECT 1");
    return undefined;
  } catch {
    return "a PostgreSQL server (PARMANA_TEST_POSTGRES_URL)";
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
    async prepare() {
      const schema = `faults_${process.pid}_${Date.now()}`;
      const { proxy, url } = await beforePostgres();
      return {
        config: { url, schema },
        direct: { url: postgresUrl, schema },
        faults: serverFaults("postgres", proxy),
        async remove() {
          await proxy.close();
          await dropSchema(schema);
        },
      };
    },
    async open({ url, schema }) {
      const ledger = await auditDb.openPostgresLedger(url, { schema, timeoutMs: 2_000 });
      return { replayStore: ledger, log: ledger };
    },
  },
  "redis+postgres": {
    async prepare(directory) {
      const schema = `faults_${process.pid}_${Date.now()}`;
      const postgres = await beforePostgres();
      const redis = await startRedis(directory);
      const redisProxy = await startProxy({ host: "127.0.0.1", port: redis.port });
      return {
        config: { url: postgres.url, schema, redisUrl: `redis://127.0.0.1:${redisProxy.port}` },
        direct: { url: postgresUrl, schema, redisUrl: `redis://127.0.0.1:${redis.port}` },
        faults: {
          ...serverFaults("postgres", postgres.proxy),
          ...serverFaults("redis", redisProxy),
          // It keeps nothing on disk, so this is also the loss of everything that it knew.
          "redis killed and restarted": () => redis.restart(),
        },
        async remove() {
          await redis.stop();
          await Promise.all([redisProxy.close(), postgres.proxy.close()]);
          await dropSchema(schema);
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

async function beforePostgres() {
  const url = new URL(postgresUrl);
  const proxy = await startProxy({ host: url.hostname, port: Number(url.port || 5432) });
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  return { proxy, url: url.href };
}

function serverFaults(name, proxy) {
  return { [`${name} cut off`]: () => proxy.cut(300), [`${name} stalled`]: () => proxy.stall(500) };
}

async function startRedis(directory) {
  const port = await freePort();
  let server;
  const start = () => {
    const flags = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    server = spawn("redis-server", [...flags, "--dir", directory], { stdio: "ignore" });
  };
  const stop = () =>
    new Promise((resolve) => {
      server.once("exit", resolve);
      server.kill("SIGKILL");
    });
  start();
  return {
    port,
    stop,
    async restart() {
      await stop();
      start();
    },
  };
}

async function dropSchema(schema) {
  await onPostgres(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
}

async function onPostgres(statement) {
  // The driver that the ledger uses.
  const { Client } = createRequire(new URL("../../packages/audit-db/package.json", import.meta.url))("pg");
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
