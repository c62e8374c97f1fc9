// A server in a process of its own, and load on it from this one.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { factsOf } from "./facts.mjs";

let amount = 0;

/** Facts execute once, so every request proposes others. */
export function nextBody() {
  amount += 1;
  return JSON.stringify({ policyId: "claims-approval", policyVersion: "1.0.0", signals: factsOf(amount) });
}

/** For whoever takes facts without asking for a body: what was taken so far, and what is from now on. */
export const taken = {
  get amount() {
    return amount;
  },
  set amount(value) {
    amount = value;
  },
};

/**
 * @param {object} limits of the server, over those of the bench
 * @param {Record<string, string>} variables of its environment, over those of this process
 */
export async function startServer(limits = {}, variables = {}) {
  const program = fileURLToPath(new URL("server-process.mjs", import.meta.url));
  const child = fork(program, [JSON.stringify(limits)], {
    execArgv: [...process.execArgv, "--expose-gc"],
    env: { ...process.env, ...variables },
  });
  const [{ url, bareUrl, key }] = await once(child, "message");
  let asked = 0;
  return {
    url,
    bareUrl,
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    ask(question, words = {}) {
      asked += 1;
      const id = asked;
      return new Promise((resolve) => {
        child.on("message", function answer(message) {
          if (message.id !== id) return;
          child.off("message", answer);
          resolve(message.answer);
        });
        child.send({ id, ask: question, ...words });
      });
    },
    async close() {
      child.send({ ask: "close" });
      await once(child, "exit");
    },
  };
}

/**
 * POSTs to a path of a server until a time or a number is reached. Autocannon's own summary has no p95, so every time is kept.
 * @param {{ headers: object, terms: object, heard?: (status: number, ms: number) => void }} how
 */
export async function load(base, path, { headers, terms, heard = () => undefined }) {
  const times = [];
  const result = await new Promise((resolve, reject) => {
    const setupRequest = (request) => ({ ...request, body: nextBody() });
    const options = { url: base, ...terms, requests: [{ method: "POST", path, headers, setupRequest }] };
    const run = autocannon(options, (error, found) => (error ? reject(error) : resolve(found)));
    run.on("response", (_client, status, _bytes, ms) => {
      heard(status, ms);
      times.push(ms);
    });
  });
  return { ...result, latency: percentiles(times) };
}

/** The same, and anything else than 200 is an error of the bench. */
export async function strictLoad(base, path, how) {
  const result = await load(base, path, how);
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${path}: ${JSON.stringify(result.statusCodeStats)}, ${result.errors} without answer`);
  return result;
}

/** @param {number[]} times which are sorted by this */
export function percentiles(times) {
  times.sort((one, other) => one - other);
  const percentile = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) };
}

export const mib = (bytes) => `${Math.round(bytes / 1024 / 1024)} MiB`;
