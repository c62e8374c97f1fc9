// Full life cycle of the embedded ledger (reserve, then append + confirm, both durable) beside the disk's own rate.
//
//   node bench/ledger.mjs [--in-flight 64] [--rounds 12] [--prefill 0]
//
// The raw loop makes the same two durable steps for each group of life cycles, with the same payload bytes, into a plain
// file: write + fdatasync for the reservations, write + fdatasync for the records. "At equal bytes" writes as many bytes
// as SQLite did (whole pages, log and checkpoints). Slices alternate, because a disk's fsync varies within seconds.

import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openLedger } from "../packages/audit-db/dist/index.js";
import { canonicalize } from "../packages/canonical/dist/index.js";
import { attestedRecord } from "./lib/attested-record.mjs";
import { median, perSecond, spread } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: {
    "in-flight": { type: "string", default: "64" },
    rounds: { type: "string", default: "12" },
    prefill: { type: "string", default: "0" },
    directory: { type: "string", default: tmpdir() },
  },
});
const inFlight = Number(values["in-flight"]);
const rounds = Number(values.rounds);
const prefill = Number(values.prefill);
const groupsPerSlice = 40;

async function lifeCycles(ledger, first, count) {
  let next = first;
  async function worker() {
    while (next < first + count) {
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

/** Two durable steps for each group. Returns the time of each fdatasync. */
function rawGroups(file, groups, [reserveBytes, appendBytes]) {
  const syncMs = [];
  const steps = [Buffer.alloc(reserveBytes, 1), Buffer.alloc(appendBytes, 2)];
  for (let group = 0; group < groups; group += 1) {
    for (const step of steps) {
      writeSync(file, step);
      const startMs = performance.now();
      fdatasyncSync(file);
      syncMs.push(performance.now() - startMs);
    }
  }
  return syncMs;
}

async function timed(step) {
  const startMs = performance.now();
  const result = await step();
  return { ms: performance.now() - startMs, result };
}

function writtenBytes() {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const directory = mkdtempSync(join(values.directory, "parmana-bench-"));
try {
  const ledger = openLedger(join(directory, "ledger.db"));
  const rawFile = openSync(join(directory, "raw"), "wx", 0o600);
  const perSlice = groupsPerSlice * inFlight;
  let done = 0;
  while (done < prefill) {
    await lifeCycles(ledger, done, perSlice);
    done += perSlice;
  }

  const { attestation, evidence, ...entry } = attestedRecord(0);
  const payload = [
    180 * inFlight,
    (canonicalize(attestation).length + canonicalize(evidence).length + canonicalize(entry).length + 200) *
      inFlight,
  ];

  const took = { ledger: [], raw: [], equal: [] };
  const syncs = [];
  let bytesPerGroup = 0;
  for (let round = 0; round < rounds; round += 1) {
    const before = writtenBytes();
    const ledgerSlice = await timed(() => lifeCycles(ledger, done, perSlice));
    done += perSlice;
    bytesPerGroup = Math.round((writtenBytes() - before) / groupsPerSlice);
    const rawSlice = await timed(() => rawGroups(rawFile, groupsPerSlice, payload));
    const reserveShare = payload[0] / (payload[0] + payload[1]);
    const equalBytes = [bytesPerGroup * reserveShare, bytesPerGroup * (1 - reserveShare)].map(Math.round);
    const equalSlice = await timed(() => rawGroups(rawFile, groupsPerSlice, equalBytes));
    if (round < 2) continue; // code is compiled and caches fill
    syncs.push(...rawSlice.result);
    took.ledger.push(ledgerSlice.ms / perSlice);
    took.raw.push(rawSlice.ms / perSlice);
    took.equal.push(equalSlice.ms / perSlice);
  }
  closeSync(rawFile);
  await ledger.close();

  const line = (label, text) => console.log(`${label.padEnd(22)}${text}`);
  const measured = (name) => `${perSecond(median(took[name]))}  ${spread(took[name])}`;
  const ratio = (name) => median(took[name].map((raw, round) => raw / took.ledger[round])).toFixed(2);
  line("in flight", `${inFlight}, after ${(done - rounds * perSlice).toLocaleString("en")} executions`);
  line("fdatasync", `${median(syncs).toFixed(2)} ms`);
  line("ledger, life cycles", measured("ledger"));
  line("raw, same payload", `${measured("raw")}  ratio ${ratio("raw")}`);
  if (bytesPerGroup > 0) {
    const kib = (bytesPerGroup / inFlight / 1024).toFixed(1);
    line("raw, equal bytes", `${measured("equal")}  ratio ${ratio("equal")}  (${kib} KiB each)`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
