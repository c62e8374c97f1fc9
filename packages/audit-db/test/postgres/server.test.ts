import { inspect } from "node:util";
import { hasPostgres, PostgresServer } from "@parmanasystems/testkit/servers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { schemaName } from "../../src/postgres/schema-name.js";
import { attestedRecord } from "../records.js";
import { refusal, reservationOf, reserveRequest } from "../support.js";
import { sql } from "./support.js";

const TIMEOUT_MS = 10_000;
/** A statement that waits this long for the lock outlives the server's own statement_timeout, unless it is told otherwise. */
const LONGER_THAN_STATEMENTS_S = 1.5;

if (!hasPostgres) {
  if (process.env["CI"] === "true") throw new Error("initdb and postgres must be in the PATH");
  console.warn("SKIPPED: tests that stop PostgreSQL, since initdb and postgres are not in the PATH");
}

describe.skipIf(!hasPostgres)("a PostgreSQL server of one's own", () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await PostgresServer.create();
  });
  afterEach(() => server.stop());
  afterAll(() => server.remove());

  const open = (url = server.url(), schema = "parmana") =>
    openPostgresLedger(url, { schema, timeoutMs: TIMEOUT_MS });

  it("that does not sync is refused (SYS-034)", async () => {
    await server.start("fsync=off");
    await expect(open()).rejects.toEqual(refusal("SYS-034"));
  });

  it("whose database is not in UTF-8 is refused (SYS-034)", async () => {
    await server.start();
    await sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0", server.url());
    await expect(open(server.url().replace(/postgres$/, "latin"))).rejects.toEqual(refusal("SYS-034"));
  });

  it("is told to sync, whatever its defaults are", async () => {
    await server.start(
      "synchronous_commit=off",
      "default_transaction_isolation=serializable",
      "default_transaction_read_only=on",
      "statement_timeout=500ms",
    );
    const ledger = await open();
    const longer = `SELECT pg_sleep(${String(LONGER_THAN_STATEMENTS_S)})`;
    const held = sql(
      `SET statement_timeout = 0; BEGIN; ${schemaName("parmana").lock}; ${longer}; COMMIT`,
      server.url(),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    const reservation = reservationOf(await ledger.reserve(reserveRequest("first", "first")));
    expect(await ledger.appendAndConfirm(reservation, attestedRecord(reservation))).toMatchObject({ seq: 0 });
    await held;
    await ledger.close();
  });

  it.each(["SIGINT", "SIGQUIT"] as const)(
    "may restart under load after %s: nothing is lost, nothing doubled",
    async (signal) => {
      await server.start();
      const ledger = await openPostgresLedger(server.url(), {
        schema: signal.toLowerCase(),
        timeoutMs: TIMEOUT_MS,
      });
      const acknowledged = new Map<string, number>();
      let stop = false;
      let next = 0;
      const refused: unknown[] = [];
      const worker = async () => {
        while (!stop) {
          next += 1;
          const id = `run-${String(next)}`;
          try {
            const reservation = reservationOf(
              await ledger.reserve(reserveRequest(id, id, { leaseMs: 60_000 })),
            );
            acknowledged.set(
              id,
              (await ledger.appendAndConfirm(reservation, attestedRecord(reservation))).seq,
            );
          } catch (error) {
            refused.push(error);
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      };
      const running = Promise.all(Array.from({ length: 8 }, worker));
      await expect.poll(() => acknowledged.size).toBeGreaterThan(8);
      const before = acknowledged.size;
      await server.stop(signal);
      await server.start();
      await expect.poll(() => acknowledged.size).toBeGreaterThan(before + 8);
      stop = true;
      await running;

      const codes = refused.map((error): unknown => Reflect.get(Object(error), "code"));
      expect(codes.filter((code) => code !== "SYS-001" && code !== "SYS-003")).toEqual([]);
      const entries = await ledger.entries({ limit: 10_000 });
      const stored = new Map(entries.map(({ seq, entry }) => [entry.execution_id, seq]));
      expect(stored.size).toBe(entries.length);
      expect([...acknowledged].filter(([id, seq]) => stored.get(id) !== seq)).toEqual([]);
      await ledger.close();
    },
  );

  it("that asks for a password gets the right one or none in (SYS-031)", async () => {
    server.askForPasswords();
    await server.start();
    await sql(
      "CREATE ROLE clerk LOGIN PASSWORD 'right'; CREATE SCHEMA clerk AUTHORIZATION clerk",
      server.url(),
    );
    for (const url of [server.url("clerk", "canary-wrong"), server.url("clerk")]) {
      const error = await open(url).catch((reason: unknown) => reason);
      expect(error).toEqual(refusal("SYS-031"));
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain("canary-wrong");
    }
    await (await open(server.url("clerk", "right"), "clerk")).close();
  });

  it("whose role may not create the schema, or use it, is refused (SYS-035)", async () => {
    await server.start();
    await (await open()).close();
    for (const schema of ["another", "parmana"])
      await expect(open(server.url("clerk", "right"), schema)).rejects.toEqual(refusal("SYS-035"));
  });

  it("that has no connection left is asked again later (SYS-001)", async () => {
    await server.start();
    const ledger = await open();
    await sql("ALTER ROLE clerk CONNECTION LIMIT 0", server.url());
    await expect(open(server.url("clerk", "right"), "clerk")).rejects.toEqual(refusal("SYS-001"));
    await sql("ALTER ROLE clerk CONNECTION LIMIT -1", server.url());
    await (await open(server.url("clerk", "right"), "clerk")).close();
    await ledger.close();
  });

  it("that became a standby is refused, at the start and on the way (SYS-033)", async () => {
    await server.start();
    const ledger = await open();
    await server.stop();
    server.makeStandby();
    await server.start();
    await expect(ledger.reserve(reserveRequest("late", "late"))).rejects.toEqual(refusal("SYS-033"));
    await expect(ledger.entries()).rejects.toEqual(refusal("SYS-033"));
    await expect(open()).rejects.toEqual(refusal("SYS-033"));
    await ledger.close();
  });
});
