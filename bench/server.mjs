// The server under load, each route beside what bounds it, in alternating slices of one run: /evaluate beside the library on the same
// ledger, /simulate beside a bare Fastify route that reads the same body. The server has a process of its own, the load another.
//
//   node bench/server.mjs [--rounds 3] [--seconds 3] [--connections 64]
//   node bench/server.mjs --tracing                   /evaluate with and without spans, to a collector that takes all
//
// What it does with more than it takes: bench/overload.mjs. Memory over many executions: bench/soak.mjs.
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { mib, startServer, strictLoad, taken } from "./lib/server-load.mjs";
import { median } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
    connections: { type: "string", default: "64" },
    tracing: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const connections = Number(values.connections);

const server = await startServer();
const { headers } = server;
try {
  console.log(`node ${process.version}`);
  await (values.tracing ? tracing() : compare());
} finally {
  await server.close();
}

async function compare() {
  const found = { evaluate: [], library: [], simulate: [], bare: [] };
  await post(server.url, "/evaluate", 1);
  await post(server.url, "/simulate", 1);
  await post(server.bareUrl, "/simulate", 1);
  for (let round = 0; round < rounds; round += 1) {
    found.library.push(await slice(() => library()));
    found.evaluate.push(await slice(() => post(server.url, "/evaluate", seconds)));
    found.simulate.push(await slice(() => post(server.url, "/simulate", seconds)));
    found.bare.push(await slice(() => post(server.bareUrl, "/simulate", seconds)));
  }
  console.log(`${rounds} rounds of ${seconds} s, ${connections} in flight, medians`);
  row("/evaluate", found.evaluate);
  row("library, same ledger", found.library);
  row("/simulate", found.simulate);
  row("bare Fastify route", found.bare);
  console.log("ratios, round by round; by CPU time others on the machine count less");
  ratios("/evaluate / library, aim 0.7", found.evaluate, found.library);
  ratios("/simulate / bare route, aim 0.6", found.simulate, found.bare);
  await printMemory("at the end");
}

/** Three processes, told apart by OpenTelemetry's variables alone. */
async function tracing() {
  let bytes = 0;
  const collector = createServer((request, response) => {
    request.on("data", (chunk) => (bytes += chunk.length)).on("end", () => response.end());
  });
  await new Promise((resolve) => collector.listen(0, "127.0.0.1", resolve));
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.address().port}` };
  const sampled = {
    ...traced,
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.01",
  };
  const others = [
    { name: "/evaluate, 1 % of traces", server: await startServer({}, sampled) },
    { name: "/evaluate, every trace", server: await startServer({}, traced) },
  ];
  const variants = [{ name: "/evaluate, no tracing", server }, ...others].map((one) => ({
    ...one,
    found: [],
  }));
  const evaluateAt = (one, duration) => post(one.url, "/evaluate", duration, one.headers);
  try {
    for (const one of variants) await evaluateAt(one.server, 1);
    for (let round = 0; round < rounds; round += 1)
      for (const one of variants)
        one.found.push(await slice(() => evaluateAt(one.server, seconds), one.server));
  } finally {
    for (const one of others) await one.server.close();
    collector.closeAllConnections();
    collector.close();
  }
  console.log(`${rounds} rounds of ${seconds} s, ${connections} in flight, medians; ${bytes} bytes of spans`);
  const [plain, ...rest] = variants;
  for (const { name, found } of variants) row(name, found);
  for (const { name, found } of rest) ratios(`${name} / none`, found, plain.found);
}

async function library() {
  const { done, duration, last } = await server.ask("library", {
    seconds,
    inFlight: connections,
    from: taken.amount,
  });
  taken.amount = last;
  return { requests: { total: done }, duration };
}

/** What was answered for each second, and for each second that the server's process worked. */
async function slice(work, worker = server) {
  const { seconds: before } = await worker.ask("cpu");
  const { requests, duration, latency } = await work();
  const { seconds: after } = await worker.ask("cpu");
  return { perSecond: requests.total / duration, perCpuSecond: requests.total / (after - before), latency };
}

function post(base, path, duration, sent = headers) {
  return strictLoad(base, path, { headers: sent, terms: { connections, duration } });
}

function row(name, slices) {
  const rate = (part) =>
    `${Math.round(median(slices.map((one) => one[part]))).toLocaleString("en")}`.padStart(7);
  const ms = (part) => Math.round(median(slices.map(({ latency }) => latency[part])));
  const times =
    slices[0]?.latency === undefined ? "" : `  p50 ${ms("p50")} ms, p95 ${ms("p95")} ms, p99 ${ms("p99")} ms`;
  console.log(`${name.padEnd(34)}${rate("perSecond")}/s ${rate("perCpuSecond")}/CPU s${times}`);
}

function ratios(name, one, other) {
  for (const [part, unit] of [
    ["perSecond", "by time"],
    ["perCpuSecond", "by CPU time"],
  ]) {
    const found = one.map((value, round) => value[part] / other[round][part]);
    const all = found.map((value) => value.toFixed(2)).join(", ");
    console.log(`${`${name}, ${unit}`.padEnd(46)}${median(found).toFixed(2)}  (${all})`);
  }
}

async function printMemory(when) {
  const { rss, heapUsed } = await server.ask("memory");
  console.log(`memory of the server, ${when}: ${mib(rss)} resident, ${mib(heapUsed)} heap`);
}
