import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger, openPostgresLedger } from "@parmanasystems/audit-db";
import { RedisReplayStore } from "@parmanasystems/execution-runtime";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Callers, callersOf, claim, requireOnce } from "./http-load.js";
import { parmana, prepareHome, type ServerProcess, startServer } from "./server-process.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-app-"));
const home = join(directory, "home");
const postgresUrl = process.env["PARMANA_TEST_POSTGRES_URL"] ?? "postgres://postgres@127.0.0.1:5432/test";
const redisUrl = process.env["PARMANA_TEST_REDIS_URL"] ?? "redis://127.0.0.1:6379";
const name = `server_test_${String(process.pid)}`;
const serversAnswer = await bothAnswer();
const running: ServerProcess[] = [];
let key: string;
let callers: Callers;

/** The bridge of docs/trust.md, which can be broken. */
const SIGNER = `
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
const key = createPrivateKey(readFileSync(process.argv[2]));
const { request, keyid, pae } = JSON.parse(readFileSync(0, "utf8"));
if (existsSync(process.argv[3])) process.exit(1);
const answer =
  request === "public-key"
    ? { publicKey: createPublicKey(key).export({ type: "spki", format: "pem" }) }
    : { keyid, sig: sign(null, Buffer.from(pae, "base64"), key).toString("base64") };
process.stdout.write(JSON.stringify(answer));
`;

/** Whether a process has a handler of its own for SIGHUP, the first bit of the mask. */
function catchesHangUp(pid = 0): boolean {
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8"))?.[1];
  return (BigInt(`0x${mask ?? "0"}`) & 1n) === 1n;
}

async function bothAnswer(): Promise<boolean> {
  try {
    const gate = new RedisReplayStore(redisUrl, { keyPrefix: name });
    await gate.find("x");
    await gate.close();
    await (await openPostgresLedger(postgresUrl, { schema: name })).close();
    return true;
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    console.warn("SKIPPED: tests of several server nodes, since Redis or PostgreSQL does not answer");
    return false;
  }
}

beforeAll(() => {
  prepareHome(home);
  key = parmana(home, "keys", "new", "--name", "tester", "--role", "evaluator");
  callers = callersOf(key);
});
afterAll(async () => {
  for (const { process: child, ended } of running) {
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(directory, { recursive: true, force: true });
  if (!serversAnswer) return;
  const client = new Client(postgresUrl);
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
  await client.end();
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const started = await startServer({
    PARMANA_HOME: home,
    PARMANA_REQUESTS_PER_SECOND: "0",
    // One home serves several ledgers here, and it remembers the log of one.
    PARMANA_CHECKPOINT_SECONDS: "0",
    ...settings,
  });
  running.push(started);
  return started;
}

describe("the log of a server with a log key", () => {
  it("is signed from time to time and at the end, so that executions can be proved to strangers", async () => {
    const running = await start({
      PARMANA_LEDGER: join(directory, "proved.db"),
      PARMANA_CHECKPOINT_SECONDS: "1",
    });
    const ask = (path: string) =>
      fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    expect((await callers.evaluate(running.url, { ...claim(4_321), execution_id: "proved-1" })).status).toBe(
      200,
    );
    let proof = await ask("/executions/proved-1/proof");
    for (let attempt = 0; proof.status === 404 && attempt < 100; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      proof = await ask("/executions/proved-1/proof");
    }
    expect([proof.status, (await proof.text()).slice(0, 22)]).toEqual([200, "c2sp.org/tlog-proof@v1"]);
    expect((await ask("/audit/checkpoint")).status).toBe(200);
    running.process.kill("SIGTERM");
    expect(await running.ended).toBe(0);
    // Another ledger in its place is noticed.
    await expect(start({ PARMANA_LEDGER: join(directory, "other.db") })).rejects.toThrow("checkpoint");
    rmSync(join(home, "audit"), { recursive: true });
  });
});

describe("the server process on SQLite", () => {
  it("loses and doubles nothing when it is killed under load", async () => {
    const ledger = join(directory, "killed.db");
    const first = await start({ PARMANA_LEDGER: ledger });
    const before = await callers.load([first.url], 1_000, 40);
    expect(before).toHaveLength(40);
    const during = callers.load([first.url], 2_000, 200);
    setTimeout(() => first.process.kill("SIGKILL"), 60);
    const answered = [...before, ...(await during)];
    expect(await first.ended).toBe("SIGKILL");

    const second = await start({ PARMANA_LEDGER: ledger });
    for (const { idempotencyKey, body } of answered.slice(-20)) {
      const amount = idempotencyKey.slice("load-".length);
      const again = await callers.evaluate(second.url, claim(Number(amount)), {
        "idempotency-key": idempotencyKey,
      });
      expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
      expect(await again.text()).toBe(body);
    }
    await callers.load([second.url], 3_000, 20);
    second.process.kill("SIGTERM");
    expect(await second.ended).toBe(0);
    const opened = openLedger(ledger);
    requireOnce(await opened.entries({ limit: 10_000 }), answered);
    await opened.close();
  });

  it("answers what is under way when it is told to stop", async () => {
    const server = await start({ PARMANA_LEDGER: join(directory, "drained.db") });
    const batch = fetch(`${server.url}/evaluate/batch`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ items: Array.from(Array(200).keys(), (index) => claim(index)) }),
    });
    const response = await batch;
    server.process.kill("SIGTERM");
    expect((await response.text()).trimEnd().split("\n")).toHaveLength(200);
    expect(await server.ended).toBe(0);
  });

  it("takes new and revoked keys on SIGHUP, and never bad for good", async () => {
    const server = await start({ PARMANA_LEDGER: join(directory, "reloaded.db") });
    const ask = async (credential: string) =>
      (await fetch(`${server.url}/policies`, { headers: { authorization: `Bearer ${credential}` } })).status;
    const until = async (credential: string, status: number) => {
      for (let tries = 0; tries < 100 && (await ask(credential)) !== status; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await ask(credential)).toBe(status);
    };
    const fresh = parmana(home, "keys", "new", "--name", "fresh", "--role", "auditor");
    expect(await ask(fresh)).toBe(401);
    server.process.kill("SIGHUP");
    await until(fresh, 200);
    parmana(home, "keys", "revoke", fresh.slice(3, 11));
    server.process.kill("SIGHUP");
    await until(fresh, 401);

    const files = [join(home, "api-keys.json"), join(home, "policies/index.json")];
    const good = files.map((file) => readFileSync(file));
    try {
      for (const file of files) writeFileSync(file, "{}");
      server.process.kill("SIGHUP");
      for (let tries = 0; tries < 100 && !server.said().includes("signed documents"); tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(server.said()).toContain("Went on with what was there, because the API keys");
      expect((await callers.evaluate(server.url, claim(4_242))).status).toBe(200);
    } finally {
      for (const [index, file] of files.entries()) writeFileSync(file, good[index] ?? "");
    }
  });

  it.runIf(process.platform === "linux")("is not ended by a SIGHUP while it starts", async () => {
    const options = {
      PARMANA_HOME: home,
      PARMANA_LEDGER: join(directory, "early.db"),
      PARMANA_CHECKPOINT_SECONDS: "0",
    };
    const server = await startServer(options, ({ pid }) => {
      const looking = setInterval(() => {
        if (!catchesHangUp(pid)) return;
        clearInterval(looking);
        process.kill(pid ?? 0, "SIGHUP");
      }, 1);
    });
    running.push(server);
    expect((await callers.evaluate(server.url, claim(4_243))).status).toBe(200);
  });

  it("signs through a program, and decides nothing while it fails (threat 51)", async () => {
    const program = join(directory, "signer.mjs");
    const broken = join(directory, "signer-is-broken");
    writeFileSync(program, SIGNER);
    const words = (key: string) =>
      `"${process.execPath}" "${program}" "${join(home, "keys", key)}" "${broken}"`;
    const server = await start({
      PARMANA_LEDGER: join(directory, "signed-elsewhere.db"),
      PARMANA_SIGNER_COMMAND: words("runtime.pem"),
      PARMANA_SIGNER_CONCURRENCY: "2",
    });
    const ready = async () => (await fetch(`${server.url}/readyz`)).status;
    const answers = await Promise.all(
      [7_001, 7_002, 7_003].map((amount) => callers.evaluate(server.url, claim(amount))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await ready()).toBe(200);
    writeFileSync(broken, "");
    const failed = await callers.evaluate(server.url, claim(7_004));
    expect([failed.status, failed.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await failed.json()).toMatchObject({ code: "SIG-013" });
    for (let tries = 0; tries < 50 && (await ready()) !== 503; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await ready()).toBe(503);
    rmSync(broken);
    expect((await callers.evaluate(server.url, claim(7_004))).status).toBe(200);
    server.process.kill("SIGTERM");
    expect(await server.ended).toBe(0);
    // A key that the trust root does not let attest.
    await expect(start({ PARMANA_SIGNER_COMMAND: words("policy.pem") })).rejects.toThrow(/TRUST-|INV-/);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ["everybody as proxy", { PARMANA_TRUST_PROXY: "0.0.0.0/0" }, /HTTP-014.*trustedProxies/],
    ["a count of hops", { PARMANA_TRUST_PROXY: "1" }, /HTTP-014.*trustedProxies/],
    [
      "two keys that attest",
      { PARMANA_RUNTIME_KEY: "/nowhere/key.pem", PARMANA_SIGNER_COMMAND: "signer" },
      /^PARMANA_SIGNER_COMMAND and PARMANA_RUNTIME_KEY/,
    ],
    ["a signer that is not there", { PARMANA_SIGNER_COMMAND: "/nowhere/signer" }, /SIG-012/],
    ["half a signer", { PARMANA_SIGNER_COMMAND: '"signer' }, /PARMANA_SIGNER_COMMAND has no second/],
    ["a misspelt setting", { PARMANA_PROT: "1" }, /^PARMANA_PROT is no setting/],
    ["a port that is none", { PARMANA_PORT: "http" }, /^PARMANA_PORT must be a whole number from 0 to 65535/],
    ["Redis alone", { PARMANA_REDIS_URL: redisUrl }, /^PARMANA_REDIS_URL needs PARMANA_POSTGRES_URL/],
    ["half an OIDC provider", { PARMANA_OIDC_ISSUER: "https://i.example" }, /PARMANA_OIDC_JWKS_URL/],
    ["keys that are not there", { PARMANA_API_KEYS: "/nowhere/keys.json" }, /^PARMANA_API_KEYS names/],
    [
      "open access to strangers",
      { PARMANA_UNSAFE_OPEN_ACCESS: "loopback", PARMANA_HOST: "0.0.0.0" },
      /HTTP-015/,
    ],
    ["open access under another name", { PARMANA_UNSAFE_OPEN_ACCESS: "yes" }, /must be loopback/],
    ["no trust root", { PARMANA_TRUST_ROOT: "/nowhere/trust-root.json" }, /TRUST-001/],
  ])("does not start with %s", async (_, settings, message) => {
    await expect(start({ PARMANA_LEDGER: join(directory, "unused.db"), ...settings })).rejects.toThrow(
      message,
    );
  });
});

describe.skipIf(!serversAnswer)("two nodes on Redis and PostgreSQL", () => {
  const shared = {
    PARMANA_POSTGRES_URL: postgresUrl,
    PARMANA_POSTGRES_SCHEMA: name,
    PARMANA_REDIS_URL: redisUrl,
    PARMANA_REDIS_KEY_PREFIX: name,
    PARMANA_REDIS_TTL_SECONDS: "120",
  };

  it("show the queues of all their stores", async () => {
    const operator = parmana(home, "keys", "new", "--name", "watcher", "--role", "operator");
    const node = await start(shared);
    const response = await fetch(`${node.url}/metrics`, { headers: { authorization: `Bearer ${operator}` } });
    const text = await response.text();
    for (const queue of ["ledger_writes", "ledger_reads", "redis"])
      expect(text).toMatch(new RegExp(`^parmana_queue_depth\\{queue="${queue}"\\} \\d+$`, "m"));
    node.process.kill("SIGTERM");
    expect(await node.ended).toBe(0);
  });

  it("share one identity space, also when one is killed under load (threat 34)", async () => {
    const [one, two] = [await start(shared), await start(shared)];
    const same = await Promise.all(
      Array.from(Array(40).keys(), (index) =>
        callers.evaluate(index % 2 === 0 ? one.url : two.url, claim(50_000)),
      ),
    );
    expect(same.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(same.filter(({ status }) => status === 409)).toHaveLength(39);

    const during = callers.load([one.url, two.url], 60_000, 200);
    setTimeout(() => one.process.kill("SIGKILL"), 80);
    const answered = await during;
    expect(await one.ended).toBe("SIGKILL");
    expect(answered.length).toBeGreaterThan(0);
    for (const { idempotencyKey, body } of answered.slice(0, 20)) {
      const amount = Number(idempotencyKey.slice("load-".length));
      const again = await callers.evaluate(two.url, claim(amount), { "idempotency-key": idempotencyKey });
      expect(await again.text()).toBe(body);
    }
    two.process.kill("SIGTERM");
    expect(await two.ended).toBe(0);
    const ledger = await openPostgresLedger(postgresUrl, { schema: name });
    requireOnce(await ledger.entries({ limit: 10_000 }), answered);
    await ledger.close();
  });
});
