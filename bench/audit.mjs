// The audit log of both ledgers beside what the same work costs bare, in the same run.
//
//   node bench/audit.mjs [--only sqlite|postgres] [--in-flight 1000] [--rounds 7] [--large]
//
// Appends: SQLite against write + fdatasync of groups with the same payload and with as many bytes as SQLite wrote;
// PostgreSQL against one batched INSERT each into a log and a table of bodies that have primary keys and nothing else.
// Verification: against hashing the same bytes, and verifying as many signatures. Slices alternate, because a disk's fsync
// varies within seconds; all figures are medians. --large goes to 1,000,000 entries. The server is that of
// PARMANA_TEST_POSTGRES_URL.
import { createHash, generateKeyPairSync, hash, sign, verify } from "node:crypto";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openLedger, openPostgresLedger } from "../packages/audit-db/dist/index.js";
import { canonicalize, sha256 } from "../packages/canonical/dist/index.js";
import { attestationPayload } from "../packages/execution/dist/index.js";
import { importPublicKey, LocalSigner, pae, payloadTypes } from "../packages/signing/dist/index.js";
import { attestedRecord } from "./lib/attested-record.mjs";
import { median, perSecond, spread } from "./lib/statistics.mjs";

const { Client } = createRequire(new URL("../packages/audit-db/package.json", import.meta.url))("pg");
const { values } = parseArgs({
  options: {
    only: { type: "string" },
    "in-flight": { type: "string", default: "1000" },
    rounds: { type: "string", default: "7" },
    large: { type: "boolean", default: false },
  },
});
const inFlight = Number(values["in-flight"]);
const rounds = Number(values.rounds);
const sizes = [1_000, 100_000, ...(values.large ? [1_000_000] : [])];
const url = process.env.PARMANA_TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";

const some = sha256("bench");
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const signer = new LocalSigner(privateKey.export({ type: "pkcs8", format: "pem" }));
const trustedKey = {
  keyId: signer.keyId,
  publicKey: importPublicKey(publicKey.export({ type: "spki", format: "pem" })),
  operator: "bench",
  validFrom: 0,
  validUntil: Date.parse("2100-01-01T00:00:00Z"),
  status: "active",
};
const trustRoot = {
  roles: new Map([["runtime", { keyids: [signer.keyId], threshold: 1 }]]),
  keys: new Map([[signer.keyId, trustedKey]]),
};

async function recordOf(number) {
  const record = attestedRecord(number, { keyId: signer.keyId, identity: "execution" });
  const signature = await signer.sign(payloadTypes.attestation, attestationPayload(record.attestation));
  return {
    ...record,
    attestation: { ...record.attestation, signature: Buffer.from(signature).toString("base64") },
  };
}

/** Signed before the clock runs: an append does not sign. */
function recordsFrom(first, count) {
  return Promise.all(Array.from({ length: count }, (_, nth) => recordOf(first + nth)));
}

async function timed(step) {
  const startMs = performance.now();
  await step();
  return performance.now() - startMs;
}

const line = (label, text) => console.log(`  ${label.padEnd(38)}${text}`);

function compare(label, took, name, aim) {
  const ratios = took[name].map((bareMs, round) => bareMs / took.ledger[round]);
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  line(label, `${perSecond(median(took[name]))}  ratio ${median(ratios).toFixed(2)} (${range})  aim ${aim}`);
}

function writtenBytes() {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const payloadOf = ({ attestation, evidence }) => [
  canonicalize({ type: "entry", attestation: some, execution: attestation.execution_id, fingerprint: some }),
  canonicalize(attestation),
  canonicalize(evidence),
];

function appendAll(ledger, records) {
  return Promise.all(records.map((record) => ledger.append(record)));
}

/** Appends beside the bare work; returns how many entries there are. */
async function appends(ledger, bares) {
  const took = { ledger: [], ...Object.fromEntries(Object.keys(bares).map((name) => [name, []])) };
  let size = 0;
  for (let round = 0; round < rounds + 2; round += 1) {
    const records = await recordsFrom(size, inFlight);
    const payloads = records.map((record) => payloadOf(record).map((text) => Buffer.from(text)));
    const before = writtenBytes();
    const ledgerMs = await timed(() => appendAll(ledger, records));
    const written = writtenBytes() - before;
    const bareMs = {};
    for (const [name, bare] of Object.entries(bares))
      bareMs[name] = await timed(() => bare(payloads, size, written));
    size += inFlight;
    if (round < 2) continue; // code is compiled and caches fill
    took.ledger.push(ledgerMs / inFlight);
    for (const name of Object.keys(bares)) took[name].push(bareMs[name] / inFlight);
  }
  line(`appends, ${inFlight} at once`, `${perSecond(median(took.ledger))}  ${spread(took.ledger)}`);
  return { size, took };
}

/** Fills with events, which need no signature. */
async function fill(ledger, from, to) {
  for (let next = from; next < to; next += 5_000) {
    await Promise.all(
      Array.from({ length: Math.min(5_000, to - next) }, (_, nth) =>
        ledger.append({
          event: "failed",
          executionId: `event-${next + nth}`,
          fingerprint: some,
          identity: "execution",
          decision: null,
          code: "SYS-008",
          attestation: null,
          evidence: null,
        }),
      ),
    );
  }
}

async function proofs(ledger, size) {
  const took = { inclusion: [], consistency: [] };
  for (let nth = 0; nth < 400; nth += 1) {
    const place = (nth * 7919) % size;
    const inclusion = await timed(() => ledger.audit.inclusionProof(place, size));
    const consistency = await timed(() => ledger.audit.consistencyProof(place + 1, size));
    if (nth < 100) continue;
    took.inclusion.push(inclusion);
    took.consistency.push(consistency);
  }
  return took;
}

/** Heap and resident memory at their highest while the step runs. */
async function peakOf(step) {
  const peak = { heap: 0, rss: 0 };
  const look = () => {
    const { heapUsed, rss } = process.memoryUsage();
    peak.heap = Math.max(peak.heap, heapUsed);
    peak.rss = Math.max(peak.rss, rss);
  };
  await step(look);
  const mib = (bytes) => `${Math.round(bytes / 1024 / 1024)} MiB`;
  return `heap ${mib(peak.heap)}, resident ${mib(peak.rss)}`;
}

/** What hashing and verifying costs alone, for entries of which so many are attested. */
function bareVerification(samples, entries, attested, withSignatures) {
  const startMs = performance.now();
  for (let nth = 0; nth < entries; nth += 1) {
    const { leaf, body, evidence, signed, signature } = samples[nth % samples.length];
    hash("sha256", leaf, "buffer");
    hash("sha256", leaf.subarray(0, 65), "buffer");
    if (nth >= attested) continue;
    hash("sha256", body, "buffer");
    hash("sha256", evidence, "buffer");
    if (withSignatures && !verify(null, signed, publicKey, signature))
      throw new Error("a signature must hold");
  }
  return performance.now() - startMs;
}

async function samplesOf(count) {
  return (await recordsFrom(0, count)).map((record) => {
    const [entry, body, evidence] = payloadOf(record).map((text) => Buffer.from(text));
    const signed = Buffer.from(pae(payloadTypes.attestation, attestationPayload(record.attestation)));
    return {
      leaf: Buffer.concat([Buffer.of(0), entry, Buffer.alloc(150)]),
      body,
      evidence,
      signed,
      signature: sign(null, signed, privateKey),
    };
  });
}

async function verification(ledger, label, withSignatures) {
  const samples = await samplesOf(64);
  const took = { ledger: [], bare: [] };
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    let report;
    const ms = await timed(async () => {
      report = await ledger.audit.verify(withSignatures ? { trustRoot } : {});
    });
    if (report.verdict !== "intact") throw new Error(report.problem.detail);
    took.ledger.push(ms / report.to);
    took.bare.push(bareVerification(samples, report.to, report.attestations, withSignatures) / report.to);
  }
  line(label, `${perSecond(median(took.ledger))}  ${spread(took.ledger)}`);
  compare("  the same hashes and signatures, bare", took, "bare", ">= 0.5");
}

async function both(ledger, bares, aims) {
  const { size: attested, took } = await appends(ledger, bares);
  for (const [name, aim] of Object.entries(aims)) compare(`  ${name}`, took, name, aim);
  await verification(ledger, "verify, attestations only", false);
  await verification(ledger, "verify with signatures", true);
  let size = attested;
  for (const target of sizes) {
    if (target > size) await fill(ledger, size, target);
    size = Math.max(size, target);
    const { inclusion, consistency } = await proofs(ledger, target);
    line(
      `proofs at ${target.toLocaleString("en")}`,
      `inclusion ${spread(inclusion)}, consistency ${spread(consistency)}`,
    );
    globalThis.gc?.();
    const peak = await peakOf((look) => ledger.audit.verify({ onProgress: look }));
    line(`verify of ${size.toLocaleString("en")}`, peak);
  }
  await verification(ledger, `verify, ${size.toLocaleString("en")} entries`, false);
}

async function onSqlite() {
  console.log("SQLite");
  const directory = mkdtempSync(join(tmpdir(), "parmana-bench-"));
  const raw = openSync(join(directory, "raw"), "wx", 0o600);
  const group = (bytes) => {
    writeSync(raw, Buffer.alloc(bytes, 1));
    fdatasyncSync(raw);
  };
  // A ledger commits at most 1,024 operations at once.
  const groups = (bytes) => {
    const count = Math.ceil(inFlight / 1_024);
    for (let nth = 0; nth < count; nth += 1) group(Math.round(bytes / count));
  };
  const ledger = openLedger(join(directory, "ledger.db"));
  try {
    await both(
      ledger,
      {
        "raw, same payload": (payloads) =>
          groups(payloads.flat().reduce((sum, { length }) => sum + length, 0)),
        "raw, equal bytes": (_records, _first, written) => groups(written),
      },
      { "raw, same payload": "-", "raw, equal bytes": ">= 0.5" },
    );
  } finally {
    await ledger.close();
    closeSync(raw);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function onPostgres() {
  console.log("PostgreSQL");
  const schema = `bench_audit_${process.pid}`;
  const bare = `${schema}_bare`;
  const client = new Client({ connectionString: url, pipeline: true });
  await client.connect();
  let ledger;
  try {
    await client.query(`CREATE SCHEMA ${bare};
      CREATE TABLE ${bare}.log (seq BIGINT PRIMARY KEY, entry BYTEA, leaf_hash BYTEA);
      CREATE TABLE ${bare}.bodies (seq BIGINT PRIMARY KEY, body BYTEA, evidence BYTEA)`);
    const openedMs = await timed(async () => {
      ledger = await openPostgresLedger(url, { schema });
    });
    const againMs = await timed(async () => (await openPostgresLedger(url, { schema })).close());
    line("opening", `${openedMs.toFixed(0)} ms with the schema made, ${againMs.toFixed(0)} ms again`);
    const insert = async (payloads, first) => {
      const seqs = payloads.map((_, nth) => first + nth);
      const column = (nth) => payloads.map((row) => row[nth]);
      const leafHashes = column(0).map((entry) => createHash("sha256").update(entry).digest());
      await Promise.all([
        client.query("BEGIN"),
        client.query({
          name: "log",
          text: `INSERT INTO ${bare}.log SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])`,
          values: [seqs, column(0), leafHashes],
        }),
        client.query({
          name: "bodies",
          text: `INSERT INTO ${bare}.bodies SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])`,
          values: [seqs, column(1), column(2)],
        }),
        client.query("COMMIT"),
      ]);
    };
    await both(ledger, { "bare, batched INSERTs": insert }, { "bare, batched INSERTs": ">= 0.7" });
  } finally {
    await ledger?.close();
    await client.query(`DROP SCHEMA IF EXISTS ${bare} CASCADE; DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await client.end();
  }
}

if (values.only !== "postgres") await onSqlite();
if (values.only !== "sqlite") await onPostgres();
