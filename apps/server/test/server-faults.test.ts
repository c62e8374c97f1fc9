import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresLedger } from "@parmanasystems/audit-db";
import { hasPostgres, PostgresServer, RedisServer } from "@parmanasystems/testkit/servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, type Callers, callersOf, claim, requireOnce } from "./http-load.js";
import { parmana, prepareHome, type ServerProcess, startServer } from "./server-process.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-faults-"));
const home = join(directory, "home");
const amountOf = (answer: Answer | undefined) => Number(answer?.idempotencyKey.slice("load-".length));
const running: ServerProcess[] = [];
let postgres: PostgresServer;
let redis: RedisServer;
let callers: Callers;

describe.skipIf(!hasPostgres)("two nodes whose servers fail", () => {
  beforeAll(async () => {
    prepareHome(home);
    callers = callersOf(parmana(home, "keys", "new", "--name", "tester", "--role", "evaluator"));
    [postgres, redis] = await Promise.all([PostgresServer.create(), RedisServer.start()]);
    await postgres.start();
  });
  afterAll(async () => {
    for (const { process: child, ended } of running) {
      child.kill("SIGKILL");
      await ended;
    }
    await Promise.all([postgres.remove(), redis.remove()]);
    rmSync(directory, { recursive: true, force: true });
  });

  const start = async (): Promise<string> => {
    const node = await startServer({
      PARMANA_HOME: home,
      PARMANA_POSTGRES_URL: postgres.url(),
      PARMANA_REDIS_URL: redis.url,
      PARMANA_REQUESTS_PER_SECOND: "0",
      PARMANA_CHECKPOINT_SECONDS: "0",
    });
    running.push(node);
    return node.url;
  };
  const readiness = async (url: string) => {
    const response = await fetch(`${url}/readyz`);
    const { checks } = (await response.json()) as { checks: { name: string; ok: boolean }[] };
    return { status: response.status, failing: checks.filter(({ ok }) => !ok).map(({ name }) => name) };
  };

  it("release nothing twice, lose nothing, and go on by themselves (threats 34, 36, 38)", async () => {
    const nodes = [await start(), await start()];
    const answered: Answer[] = [];
    let first = 100_000;
    const under = async (fault: () => Promise<void>) => {
      const during = callers.load(nodes, first, 150);
      first += 150;
      await fault();
      answered.push(...(await during));
    };
    const ready = (failing: readonly string[]) =>
      Promise.all(
        nodes.map((url) =>
          expect
            .poll(() => readiness(url), { timeout: 20_000, interval: 100 })
            .toEqual({ status: failing.length === 0 ? 200 : 503, failing }),
        ),
      );
    await ready([]);

    await under(async () => {
      for (let times = 0; times < 5; times += 1) await redis.forget();
    });
    // What Redis forgot, the log remembers.
    const [forgotten] = answered;
    expect((await callers.evaluate(nodes[0] ?? "", claim(amountOf(forgotten)))).status).toBe(409);

    await under(() => redis.kill());
    await ready(["redis"]);
    expect((await callers.evaluate(nodes[1] ?? "", claim(1))).status).toBe(503);
    await redis.start();
    await ready([]);

    for (const signal of ["SIGINT", "SIGQUIT"] as const) {
      await under(() => postgres.stop(signal));
      await ready(["ledger", "log"]);
      expect((await callers.evaluate(nodes[0] ?? "", claim(2))).status).toBe(503);
      await postgres.start();
      await ready([]);
    }

    await under(async () => undefined);
    expect(answered.length).toBeGreaterThanOrEqual(150);
    for (const [index, answer] of answered.entries()) {
      const url = nodes[index % 2] ?? "";
      const sameKey = { "idempotency-key": answer.idempotencyKey };
      const again = await callers.evaluate(url, claim(amountOf(answer)), sameKey);
      expect([again.status, await again.text()]).toEqual([200, answer.body]);
    }
    const ledger = await openPostgresLedger(postgres.url());
    requireOnce(await ledger.entries({ limit: 10_000 }), answered);
    expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact" });
    await ledger.close();
  });
});
