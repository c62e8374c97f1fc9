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
      startedAt: Date.now(),
      claims,
      claimsPerSecond: CLAIMS_PER_SECOND,
      weaken,
      last: false,
      store: place.config,
    };
    const dice = diceOf(seed);
    const counts = { acknowledged: 0, kills: 0, sleeps: 0, "server faults": 0, refusals: 0 };
    const acknowledged = [];
    const hear = (line) => {
      const [what, first, second] = line.split(" ");
      if (what === "refused") counts.refusals += 1;
      if (what !== "ack") return;
      counts.acknowledged += 1;
      acknowledged.push({ executionId: first, attestationHash: second });
    };
    const endsAt = Date.now() + seconds * 1_000;
    await Promise.all([
      ...Array.from({ length: processes }, (_, index) =>
        keepRunning(shared, `p${index}`, diceOf(seed * 1_000 + index), endsAt, counts, hear),
      ),
      breakServers(place.faults, dice, endsAt, counts),
    ]);
    const last = await start(
      { ...shared, name: "last", seed, store: place.direct, last: true, weaken: false, fault: null },
      hear,
    ).ended;
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
    const child = start({ ...shared, name: `${name}-${life}`, seed: dice(2 ** 31), fault }, (line) => {
      hear(line);
      if (!line.startsWith("struck sleep")) return;
      counts.sleeps += 1;
      // Past its lease, so that others take over what it holds.
      setTimeout(() => child.process.kill("SIGCONT"), 2 * LEASE_MS);
    });
    const killed = setTimeout(
      () => {
        child.process.kill("SIGKILL");
      },
      Math.min(endsAt - Date.now(), 500 + dice(2_500)),
    );
    await child.ended;
    clearTimeout(killed);
    counts.kills += 1;
  }
}

async function breakServers(faults, dice, endsAt, counts) {
  const names = Object.keys(faults);
  while (names.length > 0 && Date.now() < endsAt) {
    await new Promise((resolve) => setTimeout(resolve, 400 + dice(1_200)));
    await faults[names[dice(names.length)]]();
    counts["server faults"] += 1;
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
