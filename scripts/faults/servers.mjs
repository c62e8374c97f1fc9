// Servers of a campaign's own, which it may kill at any moment.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./proxy.mjs";

export const hasRedisServer = isHere("redis-server");
export const hasPostgresServer = isHere("initdb") && isHere("postgres");

/** It keeps nothing on disk, so that its end is also the loss of everything that it knew. */
export async function startRedis(directory) {
  const port = await freePort();
  const flags = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const server = keeping(
    () => spawn("redis-server", [...flags, "--dir", directory], { stdio: "ignore" }),
    () => ping(port),
  );
  await server.start();
  return { port, kill: () => server.killAndRestart("SIGKILL"), remove: () => server.end("SIGKILL") };
}

/** Everything that it answered is on its disk, so it must know it after any death. */
export async function startPostgres() {
  const directory = mkdtempSync(join(tmpdir(), "parmana-faults-"));
  const as = unprivileged();
  if (as.uid !== undefined) chownSync(directory, as.uid, as.gid);
  const cluster = join(directory, "cluster");
  // Whatever the locale of whoever runs the campaign.
  const settings = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale", "C", "--no-sync"];
  execFileSync("initdb", ["-D", cluster, ...settings], { ...as, stdio: "ignore" });
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const flags = ["-D", cluster, "-k", directory, "-c", `port=${port}`, "-c", "listen_addresses=127.0.0.1"];
  const server = keeping(
    () => spawn("postgres", flags, { ...as, stdio: "ignore" }),
    () => onPostgres(url, "SELECT 1"),
  );
  await server.start();
  return {
    url,
    /** All its processes at once, without a last word. */
    crash: () => server.killAndRestart("SIGQUIT"),
    /** Its first process only; the others notice, and until then it cannot start again. */
    kill: () => server.killAndRestart("SIGKILL"),
    async remove() {
      await server.end("SIGINT");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function onPostgres(url, statement) {
  // The driver that the ledger uses.
  const { Client } = createRequire(new URL("../../packages/audit-db/package.json", import.meta.url))("pg");
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A server program that is started again until it answers. */
function keeping(launch, answers) {
  let running;
  const server = {
    async start() {
      const deadline = performance.now() + 60_000;
      for (;;) {
        if (running === undefined || running.exitCode !== null || running.signalCode !== null)
          running = launch();
        try {
          await answers();
          return;
        } catch (error) {
          if (performance.now() > deadline) throw error;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    },
    async end(signal) {
      if (running.exitCode !== null || running.signalCode !== null) return;
      const exited = new Promise((resolve) => running.once("exit", resolve));
      running.kill(signal);
      await exited;
    },
    async killAndRestart(signal) {
      await server.end(signal);
      await server.start();
    },
  };
  return server;
}

async function ping(port) {
  // The driver that the store uses.
  const path = new URL("../../packages/execution-runtime/package.json", import.meta.url);
  const { Redis } = createRequire(path)("ioredis");
  const redis = new Redis(port, "127.0.0.1", { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}

function isHere(program) {
  return spawnSync(program, ["--version"]).status === 0;
}

/** PostgreSQL refuses to run as root. */
function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  const user = spawnSync("id", ["postgres"]).status === 0 ? "postgres" : "nobody";
  const [uid, gid] = ["-u", "-g"].map((what) => Number(execFileSync("id", [what, user])));
  return { uid, gid };
}
