// More than the server takes, from callers that repeat at once whatever Retry-After says: what it still gets done beside what it gets
// done when exactly as much comes as it takes. The server has a process of its own, the load another.
//
//   node bench/overload.mjs [--seconds 600] [--times 5] [--slice 10]
import { parseArgs } from "node:util";
import { load, mib, nextBody, percentiles, startServer, strictLoad } from "./lib/server-load.mjs";
import { median } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    times: { type: "string", default: "5" },
    slice: { type: "string", default: "10" },
  },
});
const seconds = Number(values.seconds);
const times = Number(values.times);
const slice = Number(values.slice);
const PLACES = 256;
const WAIT_SECONDS = 0.5;
const AIM = 0.8;

const server = await startServer({ maxConnections: 16_384 });
const { headers } = server;
console.log(`node ${process.version}, ${PLACES} places`);
try {
  await saturation(slice);
  const before = await saturation(slice);
  // Whoever is refused comes again after WAIT_SECONDS, so this many are needed; some more, since the answers take time, too.
  const needed = Math.ceil(1.5 * (times - 1) * before.perSecond * WAIT_SECONDS);
  const connections = PLACES + Math.max(4 * PLACES, needed);
  const found = await overload(connections);
  const recovery = await recover();
  const after = await saturation(slice);
  report({ before, after, found, connections, recovery });
} finally {
  await server.close();
}

/** As many callers as there are places. */
async function saturation(duration) {
  // Node accepts one connection in each turn, so on a busy machine the first answer may be long in coming.
  const terms = { connections: PLACES, duration, timeout: 60 };
  const { seconds: cpuBefore } = await server.ask("cpu");
  const { requests, duration: took, latency } = await strictLoad(server.url, "/evaluate", { headers, terms });
  const { seconds: cpuAfter } = await server.ask("cpu");
  return { perSecond: requests.total / took, perCpuSecond: requests.total / (cpuAfter - cpuBefore), latency };
}

async function overload(connections) {
  const slices = [];
  const accepted = [];
  const statuses = {};
  let mostInside = 0;
  let current = newSlice(await server.ask("cpu"));
  let began = performance.now();
  const turn = setInterval(async () => {
    const [cpu, inside, memory] = await Promise.all(
      ["cpu", "inside", "memory"].map((what) => server.ask(what)),
    );
    mostInside = Math.max(mostInside, inside);
    const now = performance.now();
    const { good, all, times: ms, cpu: cpuBefore } = current;
    const passed = (now - began) / 1_000;
    const goodput = { perSecond: good / passed, perCpuSecond: good / (cpu.seconds - cpuBefore.seconds) };
    slices.push({ ...goodput, offered: all / passed, latency: percentiles(ms), rss: memory.rss });
    current = newSlice(cpu);
    began = now;
  }, slice * 1_000);
  const terms = { connections, duration: seconds, timeout: 60 };
  const heard = (status, ms) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    current.all += 1;
    if (status !== 200) return;
    current.good += 1;
    current.times.push(ms);
    accepted.push(ms);
  };
  const { errors } = await load(server.url, "/evaluate", { headers, terms, heard });
  clearInterval(turn);
  return { slices, statuses, errors, mostInside, latency: percentiles(accepted) };
}

function newSlice(cpu) {
  return { good: 0, all: 0, times: [], cpu };
}

/** Until a caller alone is served again, and until twenty in a row are. */
async function recover() {
  const began = performance.now();
  let first;
  for (let inARow = 0; inARow < 20;) {
    const { ok } = await fetch(`${server.url}/evaluate`, { method: "POST", headers, body: nextBody() });
    inARow = ok ? inARow + 1 : 0;
    if (ok) first ??= performance.now() - began;
    if (performance.now() - began > 60_000) throw new Error("Not served again within a minute.");
  }
  return { first, steady: performance.now() - began };
}

function report({ before, after, found, connections, recovery }) {
  const base = (part) => median([before[part], after[part]]);
  const percent = (value, part) => `${Math.round((100 * value) / base(part))} %`.padStart(6);
  const ms = ({ p50, p95, p99 }) =>
    `p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms, p99 ${Math.round(p99)} ms`;
  const rate = (value) => Math.round(value).toLocaleString("en");
  for (const [name, { perSecond, perCpuSecond, latency }] of Object.entries({ before, after }))
    console.log(`saturation ${name}: ${rate(perSecond)}/s, ${rate(perCpuSecond)}/CPU s, ${ms(latency)}`);
  console.log(
    `${connections} connections for ${seconds} s; each line ${slice} s, goodput relative to saturation`,
  );
  for (const { perSecond, perCpuSecond, offered, latency, rss } of found.slices)
    console.log(
      `${rate(perSecond).padStart(7)}/s ${percent(perSecond, "perSecond")} by time ${percent(perCpuSecond, "perCpuSecond")} by CPU time; offered ${(offered / base("perSecond")).toFixed(1)} x; accepted ${ms(latency)}; ${mib(rss)} resident`,
    );
  const told = Object.entries(found.statuses).map(([status, count]) => `${status}: ${rate(count)}`);
  console.log(`answers            ${told.join(", ")}; no answer: ${found.errors}`);
  console.log(`accepted           ${ms(found.latency)}; at once inside ${found.mostInside} at the most`);
  console.log(
    `after the load     served after ${Math.round(recovery.first)} ms, twenty in a row after ${Math.round(recovery.steady)} ms`,
  );
  const share = median(found.slices.map(({ perCpuSecond }) => perCpuSecond)) / base("perCpuSecond");
  const byTime = median(found.slices.map(({ perSecond }) => perSecond)) / base("perSecond");
  console.log(
    `goodput            ${byTime.toFixed(2)} by time, ${share.toFixed(2)} by CPU time (aim ${AIM})`,
  );
  const unexpected = Object.keys(found.statuses).filter((status) => !["200", "503"].includes(status));
  require(found.mostInside <= PLACES, "More was let in than there are places.");
  require(unexpected.length === 0 && found.errors === 0, "Something else than 200 and 503 was answered.");
  require(found.statuses[503] > 0, "Nothing was refused: this was no overload.");
  require(recovery.first < 1_000, "It took more than a second to recover.");
  // By CPU time, since the load takes part of the machine that the server had for itself at saturation.
  require(share >= AIM, "Refusing took too much of the time of the work.");
}

function require(holds, sentence) {
  if (holds) return;
  console.log(sentence);
  process.exitCode = 1;
}
