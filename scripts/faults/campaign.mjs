// Runs the processes of a campaign, lets things happen to them, and reads the log afterwards.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writePrivateKey } from "../../packages/governance/dist/node/index.js";
import { createTestEnvironment } from "../../packages/testkit/dist/index.js";
import { diceOf } from "../../bench/lib/dice.mjs";
import { violationsIn } from "./violations.mjs";

const LEASE_MS = 400;
const CLAIMS_PER_SECOND = 100;
const LONGEST_LULL_MS = 15_000;
const childPath = fileURLToPath(new URL("child.mjs", import.meta.url));

const points = ["before", "after"].flatMap((when) =>
  [
    "sign sign",
    "store reserve",
    "store confirm",
    "store appendAndConfirm",
    "log append",
    "log findAttested",
  ].map((call) => `${call} ${when}`),
);

export async function runCampaign(name, topology, { seconds, seed, processes, weaken }) {
  const environment = await createTestEnvironment({
    policies: [fileURLToPath(new URL("../../policies/claims-approval/1.0.0", import.meta.url))],
    modules: [
      fileURLToPath(new URL("../../packages/execution-runtime/dist/index.js", import.meta.url)),
      fileURLToPath(new URL("../../packages/audit-db/dist/index.js", import.meta.url)),
    ],
    now: Date.now(),
  });
  const place = await topology.prepare(environment.directory);
  try {
    const claims = seconds * CLAIMS_PER_SECOND;
    const keyPath = join(environment.directory, "runtime.pem");
    await writePrivateKey(keyPath, environment.keys.runtime);
    const shared = {
      topology: name,
      paths: environment.paths,
      keyPath,
      leaseMs: LEASE_MS,
      startedAt: 0,
      claims,
      claimsPerSecond: CLAIMS_PER_SECOND,
      weaken,
      last: false,
      store: place.config,
    };
    const dice = diceOf(seed);
    const undisturbed = { seed, store: place.direct, last: true, weaken: false, fault: null };
    // The first one shows how long a process takes to load its code here: that time is given on top.
    const launchedAt = Date.now();
    await start({ ...shared, ...undisturbed, name: "first", claims: 0 }, () => undefined).ended;
    const loadMs = processes * (Date.now() - launchedAt);
    shared.startedAt = Date.now() + loadMs;
    const endsAt = shared.startedAt + seconds * 1_000;
    const counts = { acknowledged: 0, "by the last process": 0, kills: 0, sleeps: 0, refusals: 0 };
    for (const fault of Object.keys(place.faults)) counts[fault] = 0;
    const acknowledged = [];
    const hear = (line) => {
      const [what, first, second] = line.split(" ");
      if (what === "refused") counts.refusals += 1;
      if (what !== "ack") return;
      counts.acknowledged += 1;
      if (Date.now() >= endsAt) counts["by the last process"] += 1;
      acknowledged.push({ executionId: first, attestationHash: second });
    };
    await Promise.all([
      ...Array.from({ length: processes }, (_, index) =>
        keepRunning(shared, `p${index}`, diceOf(seed * 1_000 + index), endsAt, counts, hear),
      ),
      breakServers(place.faults, dice, endsAt, counts),
    ]);
    const last = await start({ ...shared, ...undisturbed, name: "last" }, hear).ended;
    const { log } = await topology.open(place.direct);
    const violations = await violationsIn(log, acknowledged, claims, environment.verifier);
    await log.close();
    if (last !== 0) violations.push(`the last process ended with ${last}`);
    return { counts, violations };
  } finally {
    await place.remove();
    environment.remove();
  }
}

/** Starts a process again whenever it died, each time with another fault, and kills what lives too long at any moment. */
async function keepRunning(shared, name, dice, endsAt, counts, hear) {
  for (let life = 0; Date.now() < endsAt; life += 1) {
    const fault = {
      kind: dice(3) === 0 ? "sleep" : "kill",
      point: points[dice(points.length)],
      left: 1 + dice(20),
    };
    const mortalSince = dice(4) === 0 ? "opening" : "executing";
    const aliveMs = 200 + dice(2_500);
    const child = start({ ...shared, name: `${name}-${life}`, seed: dice(2 ** 31), fault }, (line) => {
      hear(line);
      // Not while it is loading its code, which on a busy machine takes longer than all that may happen afterwards.
      if (line === mortalSince) killIn(aliveMs);
      if (!line.startsWith("struck sleep")) return;
      counts.sleeps += 1;
      // Past its lease, so that others take over what it holds.
      setTimeout(() => child.process.kill("SIGCONT"), 2 * LEASE_MS);
    });
    let killed;
    const killIn = (ms) => {
      clearTimeout(killed);
      killed = setTimeout(() => child.process.kill("SIGKILL"), Math.min(endsAt - Date.now(), ms));
    };
    killIn(Number.POSITIVE_INFINITY);
    await child.ended;
    clearTimeout(killed);
    counts.kills += 1;
  }
}

/** Lets something get through between two faults: a server that is never back shows nothing. */
async function breakServers(faults, dice, endsAt, counts) {
  const names = Object.keys(faults);
  while (names.length > 0) {
    const before = counts.acknowledged;
    const patience = Math.min(endsAt, Date.now() + LONGEST_LULL_MS);
    await new Promise((resolve) => setTimeout(resolve, 400 + dice(1_200)));
    while (counts.acknowledged === before && Date.now() < patience)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (Date.now() >= endsAt) return;
    const name = names[dice(names.length)];
    await faults[name]();
    counts[name] += 1;
  }
}

function start(config, hear) {
  const child = spawn(process.execPath, [childPath, JSON.stringify(config)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const reader = createInterface({ input: child.stdout });
  reader.on("line", hear);
  const read = new Promise((resolve) => reader.once("close", resolve));
  const exited = new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(code ?? signal);
    });
  });
  return { process: child, ended: read.then(() => exited) };
}
