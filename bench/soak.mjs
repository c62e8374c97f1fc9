// Memory of the server over many executions: resident and heap after each tenth, and whether it stays as it was when warm.
//
//   node bench/soak.mjs [--requests 1000000] [--connections 64]
import { parseArgs } from "node:util";
import { mib, startServer, strictLoad } from "./lib/server-load.mjs";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "1000000" },
    connections: { type: "string", default: "64" },
  },
});
const requests = Number(values.requests);
const connections = Number(values.connections);
const STEPS = 10;
/** What two samples after the same work may differ by: pages of SQLite's cache, and garbage that was not worth collecting yet. */
const TOLERATED = 0.15;
const TOLERATED_BYTES = 16 * 1024 * 1024;

const server = await startServer();
const { headers } = server;
try {
  console.log(
    `node ${process.version}, ${requests.toLocaleString("en")} executions on ${connections} connections`,
  );
  const samples = [];
  const step = Math.ceil(requests / STEPS);
  for (let done = 0; done < requests; done += step) {
    const terms = { connections, amount: Math.min(step, requests - done), timeout: 60 };
    const { latency, duration } = await strictLoad(server.url, "/evaluate", { headers, terms });
    // What is garbage is not memory that grows.
    const { rss, heapUsed } = await server.ask("collected");
    samples.push({ rss, heapUsed });
    console.log(
      `after ${Math.min(requests, done + step)
        .toLocaleString("en")
        .padStart(
          9,
        )}: ${mib(rss).padStart(8)} resident, ${mib(heapUsed).padStart(7)} heap; ${Math.round(terms.amount / duration).toLocaleString("en")}/s, p99 ${Math.round(latency.p99)} ms`,
    );
  }
  judge(
    "resident",
    samples.map(({ rss }) => rss),
  );
  judge(
    "heap",
    samples.map(({ heapUsed }) => heapUsed),
  );
} finally {
  await server.close();
}

/** The first two tenths warm up. Of the rest, the last third is held against the first. */
function judge(name, sizes) {
  const warm = sizes.slice(2);
  const third = Math.max(1, Math.floor(warm.length / 3));
  const most = (part) => Math.max(...part);
  const early = most(warm.slice(0, third));
  const late = most(warm.slice(-third));
  const flat = late - early <= Math.max(TOLERATED * early, TOLERATED_BYTES);
  console.log(`${name}: ${mib(early)} when warm, ${mib(late)} at the end: ${flat ? "flat" : "it grows"}`);
  if (!flat) process.exitCode = 1;
}
