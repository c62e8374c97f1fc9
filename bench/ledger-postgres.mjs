// Full life cycle of the PostgreSQL ledger (reserve, then append + confirm, both durable) beside bare batched INSERTs.
//
//   node bench/ledger-postgres.mjs [--in-flight 64] [--rounds 10]
//
// The bare loop stores the same rows in two transactions for each group of life cycles: reservations, then records. Its
// tables have primary keys and nothing else, it takes no lock, asks nothing and decides nothing. Slices alternate,
// because a disk's fsync varies within seconds. The server is that of PARMANA_TEST_POSTGRES_URL.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { openPostgresLedger } from "../packages/audit-db/dist/index.js";
import { canonicalize, sha256 } from "../packages/canonical/dist/index.js";
import { attestedRecord } from "./lib/attested-record.mjs";
import { median, perSecond, spread } from "./lib/statistics.mjs";

const { Client } = createRequire(new URL("../packages/audit-db/package.json", import.meta.url))("pg");

const { values } = parseArgs({
  options: { "in-flight": { type: "string", default: "64" }, rounds: { type: "string", default: "10" } },
});
const inFlight = Number(values["in-flight"]);
const rounds = Number(values.rounds);
const groupsPerSlice = 20;
const perSlice = groupsPerSlice * inFlight;
const url = process.env.PARMANA_TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";
const schema = `bench_${process.pid}`;
const bare = `${schema}_bare`;
const attestationHash = sha256("bench");

async function lifeCycles(ledger, first) {
  let next = first;
  async function worker() {
    while (next < first + perSlice) {
      const record = attestedRecord(next);
      next += 1;
      const { executionId, fingerprint, identity } = record;
      const answer = await ledger.reserve({ executionId, fingerprint, identity, leaseMs: 30_000 });
      if (answer.outcome !== "reserved") throw new Error(`expected a reservation, got ${answer.outcome}`);
      await ledger.appendAndConfirm(answer.reservation, record);
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker));
}

async function bareInserts(client, first) {
  for (let group = first; group < first + perSlice; group += inFlight) {
    const records = Array.from({ length: inFlight }, (_, index) => attestedRecord(group + index));
    const seqs = records.map((_, index) => group + index);
    const keys = records.map(({ executionId }) => createHash("sha256").update(executionId).digest());
    const fingerprints = records.map(({ fingerprint }) => Buffer.from(fingerprint.slice(7), "hex"));
    const bytes = (texts) => texts.map((text) => Buffer.from(text));
    const ids = records.map(({ executionId }) => executionId);
    const entries = bytes(
      records.map((record) => canonicalize({ ...record, attestation: attestationHash, evidence: null })),
    );
    await client.query({
      name: "reserve",
      text: `INSERT INTO ${bare}.replay SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::bytea[])`,
      values: [seqs, keys, ids, fingerprints],
    });
    await Promise.all([
      client.query("BEGIN"),
      client.query({
        name: "log",
        text: `INSERT INTO ${bare}.log SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[])`,
        values: [seqs, entries, keys, keys, fingerprints],
      }),
      client.query({
        name: "attestations",
        text: `INSERT INTO ${bare}.attestations SELECT * FROM unnest($1::bigint[], $2::bytea[])`,
        values: [seqs, bytes(records.map(({ attestation }) => canonicalize(attestation)))],
      }),
      client.query({
        name: "evidence",
        text: `INSERT INTO ${bare}.evidence SELECT * FROM unnest($1::bigint[], $2::bytea[])`,
        values: [seqs, bytes(records.map(({ evidence }) => canonicalize(evidence)))],
      }),
      client.query({
        name: "end",
        text: `DELETE FROM ${bare}.replay WHERE fencing = ANY ($1::bigint[])`,
        values: [seqs],
      }),
      client.query("COMMIT"),
    ]);
  }
}

async function timed(step) {
  const startMs = performance.now();
  await step();
  return (performance.now() - startMs) / perSlice;
}

const client = new Client({ connectionString: url, pipeline: true });
await client.connect();
try {
  await client.query(`CREATE SCHEMA ${bare};
    CREATE TABLE ${bare}.replay (fencing BIGINT PRIMARY KEY, execution_key BYTEA, execution_id TEXT, fingerprint BYTEA);
    CREATE TABLE ${bare}.log (seq BIGINT PRIMARY KEY, entry BYTEA, leaf_hash BYTEA, execution_key BYTEA, fingerprint BYTEA);
    CREATE TABLE ${bare}.attestations (seq BIGINT PRIMARY KEY, body BYTEA);
    CREATE TABLE ${bare}.evidence (seq BIGINT PRIMARY KEY, body BYTEA)`);
  const ledger = await openPostgresLedger(url, { schema });
  const took = { ledger: [], bare: [] };
  for (let round = 0; round < rounds + 2; round += 1) {
    const ledgerMs = await timed(() => lifeCycles(ledger, round * perSlice));
    const bareMs = await timed(() => bareInserts(client, round * perSlice));
    if (round < 2) continue; // code is compiled and caches fill
    took.ledger.push(ledgerMs);
    took.bare.push(bareMs);
  }
  await ledger.close();
  const ratio = median(took.bare.map((bareMs, round) => bareMs / took.ledger[round]));
  const line = (label, text) => console.log(`${label.padEnd(24)}${text}`);
  line("in flight", `${inFlight}, ${rounds} rounds of ${perSlice} life cycles, medians (min to max)`);
  line("ledger, life cycles", `${perSecond(median(took.ledger))}  ${spread(took.ledger)}`);
  line("bare, batched INSERTs", `${perSecond(median(took.bare))}  ${spread(took.bare)}`);
  line("ledger / bare", ratio.toFixed(2));
} finally {
  await client.query(`DROP SCHEMA IF EXISTS ${bare} CASCADE; DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.end();
}
