// Reserve and confirm through Redis, beside what no store could do with less: a bare SET NX and a bare EVAL for each identity, on the
// same connection library, in alternating rounds of one process. The target is a ratio of 0.7. With many in flight the store
// takes all steps of one turn in one run of its script; the third line is what the bare commands gain when they are collected, too.
// Where the time goes: CPU of this process and of the server, for each identity. With --in-flight 1 there is nothing to collect, and
// the ratio is 0.4 to 0.5: a run of one step that only reads takes the server 22 µs then, and a bare GET 12 µs.
//
//   node bench/redis.mjs [--rounds 7] [--per-round 4000] [--in-flight 64]      (PARMANA_TEST_REDIS_URL, else 127.0.0.1:6379)
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { sha256 } from "../packages/canonical/dist/index.js";
import { RedisReplayStore } from "../packages/execution-runtime/dist/index.js";
import { median, perSecond, spread } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    "per-round": { type: "string", default: "4000" },
    "in-flight": { type: "string", default: "64" },
  },
});
const [rounds, perRound, inFlight] = [values.rounds, values["per-round"], values["in-flight"]].map(Number);
const url = process.env.PARMANA_TEST_REDIS_URL ?? "redis://127.0.0.1:6379";
const keyPrefix = `bench-${process.pid}`;
// The library that the store uses.
const { Redis } = createRequire(new URL("../packages/execution-runtime/package.json", import.meta.url))(
  "ioredis",
);
const redis = new Redis(url);
const collecting = new Redis(url, { enableAutoPipelining: true });
const store = new RedisReplayStore(url, { keyPrefix, ttlSeconds: 300 });
const attestationHash = sha256("attestation");
const bareScript = "return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])";

/** @returns {Promise<{wall: number, client: number, server: number}>} milliseconds for each identity */
async function round(lifeCycle) {
  const [started, client, server] = [performance.now(), process.cpuUsage(), await serverMs()];
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < perRound) await lifeCycle((next += 1));
    }),
  );
  const wall = (performance.now() - started) / perRound;
  const { user, system } = process.cpuUsage(client);
  return {
    wall,
    client: (user + system) / 1_000 / perRound,
    server: ((await serverMs()) - server) / perRound,
  };
}

/** CPU time that the server has used. */
async function serverMs() {
  const usage = await redis.info("cpu");
  const seconds = (kind) => Number(new RegExp(`^used_cpu_${kind}:([\\d.]+)`, "m").exec(usage)?.[1]);
  return (seconds("user") + seconds("sys")) * 1_000;
}

let rounded = 0;
const bareOn = (client, kind) => async (index) => {
  const key = `{${keyPrefix}}:${kind}:${rounded}-${index}`;
  await client.set(key, "reserved", "PX", 300_000, "NX");
  await client.eval(bareScript, 1, key, "confirmed", 300_000);
};
async function reserveAndConfirm(index) {
  const executionId = `${rounded}-${index}`;
  const answer = await store.reserve({
    executionId,
    fingerprint: sha256(executionId),
    identity: "fingerprint",
    leaseMs: 30_000,
  });
  await store.confirm(answer.reservation, { state: "confirmed", attestationHash });
}

const lifeCycles = {
  "SET NX + EVAL": bareOn(redis, "bare"),
  "reserve + confirm": reserveAndConfirm,
  "SET NX + EVAL, collected": bareOn(collecting, "collected"),
};
const times = Object.fromEntries(Object.keys(lifeCycles).map((name) => [name, []]));
try {
  for (rounded = -2; rounded < rounds; rounded += 1) {
    for (const [name, lifeCycle] of Object.entries(lifeCycles)) {
      const time = await round(lifeCycle);
      // The first rounds warm up.
      if (rounded >= 0) times[name].push(time);
    }
  }
  const walls = (name) => times[name].map(({ wall }) => wall);
  const ratios = walls("SET NX + EVAL").map((time, index) => time / walls("reserve + confirm")[index]);
  const bytes = await memoryPerIdentity();
  console.log(
    `node ${process.version}, ${rounds} rounds of ${perRound}, ${inFlight} in flight, medians (min to max)`,
  );
  for (const name of Object.keys(lifeCycles)) {
    const cpu = (where) => `${(median(times[name].map((time) => time[where])) * 1_000).toFixed(1)} µs`;
    console.log(
      `${name.padEnd(26)}${perSecond(median(walls(name)))}  ${spread(walls(name))}; CPU here ${cpu("client")}, server ${cpu("server")}`,
    );
  }
  console.log(
    `ratio                     ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
  );
  console.log(`memory in Redis for an identity: ${bytes} bytes`);
} finally {
  for await (const keys of redis.scanStream({ match: `{${keyPrefix}}:*`, count: 1_000 }))
    if (keys.length > 0) await redis.del(...keys);
  await store.close();
  redis.disconnect();
  collecting.disconnect();
}

/** Its record, and who holds its facts. */
async function memoryPerIdentity() {
  await reserveAndConfirm("measured");
  const usage = async (kind) => {
    const [key] = await redis.keys(`{${keyPrefix}}:${kind}:*`);
    return redis.memory("USAGE", key);
  };
  return (await usage("execution")) + (await usage("fingerprint"));
}
