// What verification costs: at L1 beside the bare Ed25519 verification of Node (CPU time, since
// other work on the machine must not decide), what L2 and L4 add to it, and a directory of
// attestations with their evidence by `parmana verify`, with one thread and with one for each core.
//
//   node bench/verify.mjs [--count 100000] [--rounds 15] [--per-round 2000] [--directory-rounds 3]
import { spawnSync } from "node:child_process";
import { createPublicKey, verify as verifyBare } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { attestationPayload } from "../packages/execution/dist/index.js";
import { createExecutionRuntime, MemoryReplayStore } from "../packages/execution-runtime/dist/index.js";
import { readBundleContent } from "../packages/governance/dist/node/index.js";
import { evidenceBytes } from "../packages/provenance/dist/index.js";
import { pae, payloadTypes } from "../packages/signing/dist/index.js";
import { createTestEnvironment } from "../packages/testkit/dist/index.js";
import { createAttestationVerifier } from "../packages/verifier/dist/index.js";
import { factsOf } from "./lib/facts.mjs";
import { median, spread } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "100000" },
    rounds: { type: "string", default: "15" },
    "per-round": { type: "string", default: "2000" },
    "directory-rounds": { type: "string", default: "3" },
  },
});
const count = Number(values.count);
const rounds = Number(values.rounds);
const perRound = Number(values["per-round"]);

const environment = await createTestEnvironment({
  policies: [fileURLToPath(new URL("../policies/claims-approval/1.0.0", import.meta.url))],
  modules: [fileURLToPath(new URL("../packages/execution-runtime/dist/index.js", import.meta.url))],
  now: Date.now(),
});
const directory = mkdtempSync(join(tmpdir(), "parmana-bench-"));
const { paths, signer, verifier, keys } = environment;
const replayStore = new MemoryReplayStore({ maxSize: 10_000_000 });
const runtime = createExecutionRuntime({ environment: paths, signer, verifier, replayStore });
const encoder = new TextEncoder();

/** As `parmana execute --out` writes them. */
async function executed(number) {
  const signals = factsOf(number);
  const attestation = await runtime.execute({
    executionId: `bench-${number}`,
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    signals,
  });
  const evidence = evidenceBytes({
    type: "parmana/evidence/v1",
    execution_id: attestation.execution_id,
    signals,
    signalProvenance: {},
  });
  return { attestation, evidence, file: encoder.encode(`${JSON.stringify(attestation, undefined, 2)}\n`) };
}

console.log(`node ${process.version}, ${availableParallelism()} cores; medians (min to max)`);
await measureOne();
await measureDirectory();
await runtime.close();
environment.remove();
rmSync(directory, { recursive: true, force: true });

async function measureOne() {
  const signed = (name) => ({
    document: readFileSync(name),
    signature: readFileSync(name.replace(/\.json$/, ".sig")),
  });
  const trustRoot = {
    ...signed(paths.trustRootPath),
    pinnedKey: readFileSync(paths.trustPublicKeyPath, "utf8"),
  };
  const now = Date.now();
  const atL1 = createAttestationVerifier({ trustRoot, now });
  const atL4 = createAttestationVerifier({
    trustRoot,
    now,
    bundle: await readBundleContent(paths.policiesRootPath, "claims-approval", "1.0.0"),
    policyIndex: signed(join(paths.policiesRootPath, "index.json")),
    release: signed(paths.releaseManifestPath),
  });
  const samples = [];
  for (let number = 0; number < 256; number += 1) {
    const sample = await executed(number);
    const message = pae(payloadTypes.attestation, attestationPayload(sample.attestation));
    samples.push({ ...sample, message, signature: Buffer.from(sample.attestation.signature, "base64") });
  }
  const key = createPublicKey(keys.runtime.publicKey.toPem());
  const contestants = {
    bare: ({ message, signature }) => verifyBare(null, message, key, signature),
    read: ({ attestation }) => atL1.verify(attestation).level === "L1",
    L1: ({ file }) => atL1.verify(file).level === "L1",
    L2: ({ file }) => atL4.verify(file).level === "L2",
    L4: ({ file, evidence }) => atL4.verify(file, { evidence }).level === "L4",
  };
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, judge] of Object.entries(contestants)) {
      const started = process.cpuUsage();
      for (let index = 0; index < perRound; index += 1) {
        if (!judge(samples[index & 255])) throw new Error(`${name} did not verify.`);
      }
      const { user, system } = process.cpuUsage(started);
      // The first rounds warm the compiler up.
      if (round >= 0) times[name].push((user + system) / 1_000 / perRound);
    }
  }
  const ratio = (name) => {
    const ratios = times[name].map((time, round) => time / times.bare[round]);
    return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
  };
  const added = (higher, lower) => times[higher].map((time, round) => time - times[lower][round]);
  console.log(`one verification, CPU time; ${rounds} rounds of ${perRound}`);
  console.log(`  bare Ed25519 verification of node:crypto  ${spread(times.bare)}`);
  console.log(`  L1 of an attestation that was read        ${spread(times.read)}`);
  console.log(`    / bare                                  ${ratio("read")}`);
  console.log(`  L1 from the bytes of the file             ${spread(times.L1)}`);
  console.log(`    / bare                                  ${ratio("L1")}`);
  console.log(`  L2 adds                                   ${spread(added("L2", "L1"))}`);
  console.log(`  L4 adds to L2                             ${spread(added("L4", "L2"))}`);
}

async function measureDirectory() {
  // As many folders as keep each of a size that file systems and people cope with.
  for (let number = 0; number < count; number += 1) {
    const folder = join(directory, String(Math.floor(number / 1_000)));
    if (number % 1_000 === 0) mkdirSync(folder);
    const { file, evidence } = await executed(1_000 + number);
    writeFileSync(join(folder, `${number}.json`), file);
    writeFileSync(join(folder, `${number}.json.evidence`), evidence);
  }
  const program = fileURLToPath(new URL("../packages/cli/dist/bin.js", import.meta.url));
  const cores = availableParallelism();
  const rates = new Map([1, cores].map((workers) => [workers, []]));
  for (let round = 0; round < Number(values["directory-rounds"]); round += 1) {
    for (const [workers, list] of rates) {
      const words = ["verify", directory, "--home", environment.directory, "--workers", String(workers)];
      const started = performance.now();
      const { stdout, status } = spawnSync(process.execPath, [program, ...words, "--level", "L4"], {
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`verify ended with ${status}: ${stdout.slice(0, 1_000)}`);
      list.push((count / (performance.now() - started)) * 1_000);
    }
  }
  console.log(`parmana verify of ${count} attestations with evidence, at L4, start of the process included`);
  const perSecond = (number) => Math.round(number).toLocaleString("en");
  for (const [workers, list] of rates) {
    const range = `${perSecond(Math.min(...list))} to ${perSecond(Math.max(...list))}`;
    console.log(`  ${String(workers).padStart(2)} threads  ${perSecond(median(list))} files/s (${range})`);
  }
  const [alone = [], all = []] = rates.values();
  const speedups = all.map((rate, round) => rate / alone[round]);
  console.log(`  speed-up  ${median(speedups).toFixed(2)} on ${cores} cores`);
}
