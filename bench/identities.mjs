// Whether a store stays as fast and an identity as small as the store fills: the cost of one life cycle and the bytes for each identity at
// 1,000, 10,000 and 100,000 identities, and with --large at 1,000,000. Servers should have nothing else to do.
//
//   node bench/identities.mjs [--stores memory,sqlite,redis,postgres] [--large]     (PARMANA_TEST_REDIS_URL, PARMANA_TEST_POSTGRES_URL)
//
// A life cycle is reserve and confirm; with a ledger, which is durable, reserve and append + confirm of a full record.
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openLedger, openPostgresLedger } from "../packages/audit-db/dist/index.js";
import { sha256 } from "../packages/canonical/dist/index.js";
import { MemoryReplayStore, RedisReplayStore } from "../packages/execution-runtime/dist/index.js";
import { attestedRecord } from "./lib/attested-record.mjs";
import { median } from "./lib/statistics.mjs";

const FILLING = 512;
const IN_FLIGHT = 64;
const WARM_UP = 5;
const SLICES = 15;
const PER_SLICE = 4 * IN_FLIGHT;

const redisUrl = process.env.PARMANA_TEST_REDIS_URL ?? "redis://127.0.0.1:6379";
const postgresUrl = process.env.PARMANA_TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";
const name = `identities_${process.pid}`;
const attestationHash = sha256("attestation");
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** @typedef {{store: object, bytes: () => number | Promise<number>, remove: () => Promise<void>}} Filled */
const stores = {
  memory: openMemory,
  sqlite: openSqlite,
  redis: openRedis,
  postgres: openPostgres,
};

const { values } = parseArgs({
  options: {
    stores: { type: "string", default: Object.keys(stores).join(",") },
    large: { type: "boolean", default: false },
  },
});
const sizes = [1_000, 10_000, 100_000, ...(values.large ? [1_000_000] : [])];

console.log(`node ${process.version}, medians of ${SLICES} slices of ${PER_SLICE}, ${IN_FLIGHT} in flight`);
console.log(`${"".padEnd(10)}${"identities".padStart(12)}${"life cycle".padStart(14)}${"each".padStart(14)}`);
for (const chosen of values.stores.split(",")) {
  const open = stores[chosen];
  if (open === undefined) throw new Error(`--stores takes ${Object.keys(stores).join(", ")}; not ${chosen}.`);
  await measure(chosen, await open());
}

/** @param {Filled} filled */
async function measure(label, filled) {
  const [costs, each] = [[], []];
  try {
    const empty = await filled.bytes();
    let held = 0;
    const add = async (count, inFlight) => {
      await lifeCycles(filled.store, held, count, inFlight);
      held += count;
    };
    for (const size of sizes) {
      if (held < size) await add(size - held, FILLING);
      const bytes = ((await filled.bytes()) - empty) / held;
      const slices = [];
      for (let slice = -WARM_UP; slice < SLICES; slice += 1) {
        const started = performance.now();
        await add(PER_SLICE, IN_FLIGHT);
        if (slice >= 0) slices.push((performance.now() - started) / PER_SLICE);
      }
      costs.push(median(slices) * 1_000);
      each.push(bytes);
      const cost = `${costs.at(-1).toFixed(1)} µs`;
      console.log(
        `${label.padEnd(10)}${size.toLocaleString("en").padStart(12)}${cost.padStart(14)}${`${bytes.toFixed(0)} bytes`.padStart(14)}`,
      );
    }
  } finally {
    await filled.remove();
  }
  const growth = (values) => `× ${(values.at(-1) / values[0]).toFixed(2)}`.padStart(14);
  console.log(`${label.padEnd(10)}${"growth".padStart(12)}${growth(costs)}${growth(each)}`);
}

async function lifeCycles(store, first, count, inFlight) {
  let next = first;
  const worker = async () => {
    while (next < first + count) await lifeCycle(store, next++);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

async function lifeCycle(store, number) {
  const isLedger = "appendAndConfirm" in store;
  const record = isLedger ? attestedRecord(number) : identityOf(number);
  const { executionId, fingerprint, identity } = record;
  const answer = await store.reserve({ executionId, fingerprint, identity, leaseMs: 30_000 });
  if (answer.outcome !== "reserved") throw new Error(`expected a reservation, got ${answer.outcome}`);
  if (isLedger) await store.appendAndConfirm(answer.reservation, record);
  else await store.confirm(answer.reservation, { state: "confirmed", attestationHash });
}

function identityOf(number) {
  return {
    executionId: `execution-${number}`,
    fingerprint: sha256(`facts ${number}`),
    identity: "fingerprint",
  };
}

function openMemory() {
  const store = new MemoryReplayStore({ maxSize: 2_000_000 });
  const bytes = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  return { store, bytes, remove: () => store.close() };
}

function openSqlite() {
  const directory = mkdtempSync(join(tmpdir(), "parmana-identities-"));
  const path = join(directory, "ledger.db");
  const filled = {
    store: openLedger(path),
    // Closed, so that everything is in the file and its log is empty.
    async bytes() {
      await filled.store.close();
      const sizes = readdirSync(directory).map((file) => statSync(join(directory, file)).size);
      filled.store = openLedger(path);
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    async remove() {
      await filled.store.close();
      rmSync(directory, { recursive: true });
    },
  };
  return filled;
}

function openRedis() {
  // The library that the store uses.
  const { Redis } = createRequire(new URL("../packages/execution-runtime/package.json", import.meta.url))(
    "ioredis",
  );
  const redis = new Redis(redisUrl);
  const store = new RedisReplayStore(redisUrl, { keyPrefix: name, timeoutMs: 30_000 });
  return {
    store,
    async bytes() {
      return Number(/^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1]);
    },
    async remove() {
      await store.close();
      for await (const keys of redis.scanStream({ match: `{${name}}:*`, count: 1_000 }))
        if (keys.length > 0) await redis.unlink(...keys);
      redis.disconnect();
    },
  };
}

async function openPostgres() {
  // The driver that the ledger uses.
  const { Client } = createRequire(new URL("../packages/audit-db/package.json", import.meta.url))("pg");
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  const store = await openPostgresLedger(postgresUrl, { schema: name });
  return {
    store,
    async bytes() {
      const { rows } = await client.query(
        "SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'",
        [name],
      );
      return Number(rows[0].bytes);
    },
    async remove() {
      await store.close();
      await client.query(`DROP SCHEMA "${name}" CASCADE`);
      await client.end();
    },
  };
}
