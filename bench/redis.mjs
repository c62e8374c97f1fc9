// Reserve and confirm through Redis, beside what no store could do with less: a bare SET NX and a bare EVAL for each identity, on the
// same connection library, in alternating rounds of one process. The target is a ratio of 0.7.
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
const store = new RedisReplayStore(url, { keyPrefix, ttlSeconds: 300 });
const attestationHash = sha256("attestation");
const bareScript = "return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])";

/** @returns milliseconds for each identity */
async function round(lifeCycle) {
  const started = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < perRound) await lifeCycle((next += 1));
    }),
  );
  return (performance.now() - started) / perRound;
}

let rounded = 0;
async function bare(index) {
  const key = `{${keyPrefix}}:bare:${rounded}-${index}`;
  await redis.set(key, "reserved", "PX", 300_000, "NX");
  await redis.eval(bareScript, 1, key, "confirmed", 300_000);
}
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

const times = { bare: [], store: [] };
try {
  for (rounded = -2; rounded < rounds; rounded += 1) {
    const [one, other] = [await round(bare), await round(reserveAndConfirm)];
    // The first rounds warm up.
    if (rounded < 0) continue;
    times.bare.push(one);
    times.store.push(other);
  }
  const ratios = times.bare.map((time, index) => time / times.store[index]);
  const bytes = await memoryPerIdentity();
  console.log(
    `node ${process.version}, ${rounds} rounds of ${perRound}, ${inFlight} in flight, medians (min to max)`,
  );
  console.log(`SET NX + EVAL        ${perSecond(median(times.bare))}  ${spread(times.bare)}`);
  console.log(`reserve + confirm    ${perSecond(median(times.store))}  ${spread(times.store)}`);
  console.log(
    `ratio                ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
  );
  console.log(`memory in Redis for an identity: ${bytes} bytes`);
} finally {
  for await (const keys of redis.scanStream({ match: `{${keyPrefix}}:*`, count: 1_000 }))
    if (keys.length > 0) await redis.del(...keys);
  await store.close();
  redis.disconnect();
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
