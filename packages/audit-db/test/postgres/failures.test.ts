import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPostgresLedger, type PostgresLedger } from "../../src/index.js";
import { pause } from "../child-process.js";
import { attestedRecord, eventRecord } from "../records.js";
import { refusal, reservationOf, reserveRequest } from "../support.js";
import { connectionSettings } from "../../src/postgres/connection.js";
import { schemaName } from "../../src/postgres/schema-name.js";
import { PostgresSession } from "../../src/postgres/session.js";
import { Proxy } from "./proxy.js";
import { postgresAnswers, postgresUrl, sql, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("failures");
const TIMEOUT_MS = 400;
let schema: string;
let proxy: Proxy;
let ledger: PostgresLedger;

const reserved = async (id: string) => reservationOf(await ledger.reserve(reserveRequest(id, id)));
const attestedIds = async () => (await ledger.entries()).map(({ entry }) => entry.execution_id);

describe.skipIf(!postgresAnswers)("the PostgreSQL ledger when things go wrong", () => {
  beforeEach(async () => {
    schema = newSchema();
    proxy = await Proxy.to(postgresUrl);
    ledger = await openPostgresLedger(proxy.through(postgresUrl), { schema, timeoutMs: TIMEOUT_MS });
  });
  afterEach(async () => {
    await ledger.close();
    await proxy.close();
  });

  describe("a commit whose answer is lost (threat 36)", () => {
    it("is answered from the log when it was stored", async () => {
      const reservation = await reserved("a");
      proxy.fate = "loses its answer";
      const appended = ledger.appendAndConfirm(reservation, attestedRecord(reservation));
      expect(await appended).toMatchObject({ seq: 0 });
      proxy.fate = "passes";
      expect(await attestedIds()).toEqual(["a"]);
    });

    it("is refused when it never arrived, and the reservation can still be ended", async () => {
      const reservation = await reserved("a");
      proxy.fate = "is lost";
      await expect(ledger.appendAndConfirm(reservation, attestedRecord(reservation))).rejects.toMatchObject({
        code: "SYS-001",
        message: expect.stringContaining("nothing was stored"),
      });
      proxy.fate = "passes";
      expect(await attestedIds()).toEqual([]);
      expect(await ledger.appendAndConfirm(reservation, attestedRecord(reservation))).toMatchObject({
        seq: 0,
      });
    });

    it("releases nothing while nobody can be asked", async () => {
      const reservation = await reserved("a");
      proxy.fate = "is the last that passes";
      await expect(ledger.appendAndConfirm(reservation, attestedRecord(reservation))).rejects.toEqual(
        refusal("SYS-003"),
      );
      proxy.stalled = false;
      proxy.fate = "passes";
      expect(await attestedIds()).toEqual(["a"]);
    });

    it("leaves a reservation to its lease, since the log does not tell of it", async () => {
      proxy.fate = "loses its answer";
      await expect(ledger.reserve(reserveRequest("a", "a"))).rejects.toEqual(refusal("SYS-003"));
      proxy.fate = "passes";
      expect(await ledger.find("a")).toMatchObject({ state: "reserved" });
    });
  });

  it("waits for no answer for ever, and recovers by itself", async () => {
    proxy.stalled = true;
    const startedMs = performance.now();
    const asked = [ledger.reserve(reserveRequest("a", "a")), ledger.find("a"), ledger.entries()];
    const answers = await Promise.allSettled(asked);
    expect(performance.now() - startedMs).toBeLessThan(TIMEOUT_MS + 2_000);
    expect(answers).toEqual(answers.map(() => ({ status: "rejected", reason: refusal("SYS-001") })));
    proxy.stalled = false;
    await reserved("a");
    expect(await ledger.find("a")).toMatchObject({ state: "reserved" });
  });

  it("opens a new connection after the old one was lost", async () => {
    proxy.cut();
    await pause(50);
    await reserved("a");
    expect(await ledger.find("a")).toMatchObject({ state: "reserved" });
  });

  it("does not wait for ever for a node that keeps the lock", async () => {
    const other = await openPostgresLedger(postgresUrl, { schema, timeoutMs: TIMEOUT_MS });
    const stopped = new Client({ connectionString: postgresUrl });
    await stopped.connect();
    await stopped.query(`BEGIN; ${schemaName(schema).lock}`);
    await expect(other.reserve(reserveRequest("a", "a"))).rejects.toMatchObject({
      code: "SYS-001",
      message: expect.stringContaining("locked"),
    });
    await stopped.query("COMMIT");
    await stopped.end();
    expect(await other.reserve(reserveRequest("a", "a"))).toMatchObject({ outcome: "reserved" });
    await other.close();
  });

  it("takes the lock from a node that was stopped while it had it", async () => {
    const settings = await connectionSettings(postgresUrl, schema);
    const stopped = await PostgresSession.open(settings, 200);
    await stopped.run([{ text: "BEGIN" }, { text: schemaName(schema).lock }]);
    expect(await ledger.reserve(reserveRequest("a", "a"))).toMatchObject({ outcome: "reserved" });
    await expect(stopped.rows({ text: "COMMIT" })).rejects.toBeInstanceOf(Error);
  });

  it("stores nothing of a batch that the server cannot write, and recovers (threat 50)", async () => {
    const reservation = await reserved("a");
    await sql(`CREATE FUNCTION ${schema}.full() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full', DETAIL = 'secret row'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON ${schema}.evidence FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.full()`);
    const batch = await Promise.allSettled([
      ledger.appendAndConfirm(reservation, attestedRecord(reservation)),
      ledger.reserve(reserveRequest("b", "b")),
    ]);
    expect(batch).toEqual(batch.map(() => ({ status: "rejected", reason: refusal("SYS-003") })));
    expect(inspect(batch, { depth: null, showHidden: true })).not.toContain("secret row");
    await sql(`DROP TRIGGER full_disk ON ${schema}.evidence`);
    expect(await ledger.find("b")).toBeUndefined();
    expect(await attestedIds()).toEqual([]);
    expect(await ledger.appendAndConfirm(reservation, attestedRecord(reservation))).toMatchObject({ seq: 0 });
  });

  it("can be read, and is not writable, while the server cannot write (threat 50)", async () => {
    await ledger.requireWritable();
    await sql(`CREATE FUNCTION ${schema}.full() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE UPDATE ON ${schema}.counters FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.full()`);
    expect(await ledger.find("a")).toBeUndefined();
    await expect(ledger.requireWritable()).rejects.toEqual(refusal("SYS-003"));
    await sql(`DROP TRIGGER full_disk ON ${schema}.counters`);
    await ledger.requireWritable();
    expect(await attestedIds()).toEqual([]);
  });

  it("overrules nobody who writes without the lock: the unique indexes decide", async () => {
    const reservation = await reserved("a");
    const intruder = new Client(postgresUrl);
    await intruder.connect();
    const key = createHash("sha256").update("a").digest("hex");
    for (const end of ["ROLLBACK", "COMMIT"]) {
      await intruder.query(`BEGIN; INSERT INTO ${schema}.log VALUES (0, 'entry', '\\x${key}', '\\x${key}')`);
      const appended = ledger.appendAndConfirm(reservation, attestedRecord(reservation));
      await Promise.all([
        expect(appended).rejects.toEqual(refusal("SYS-003")),
        pause(end === "COMMIT" ? 100 : TIMEOUT_MS + 200).then(() => intruder.query(end)),
      ]);
    }
    await intruder.end();
    await expect(openPostgresLedger(postgresUrl, { schema })).rejects.toEqual(refusal("SYS-013"));
  });

  it("answers each operation of a batch by itself", async () => {
    const [a, b] = [await reserved("a"), await reserved("b")];
    const batch = await Promise.allSettled([
      ledger.appendAndConfirm(a, attestedRecord(a, "pending_override")),
      ledger.appendAndConfirm({ ...b, fencing: 99 }, attestedRecord(b)),
      ledger.append(attestedRecord(a)),
      ledger.resolve("c", "approved"),
      ledger.failAndAppend(b, eventRecord("failed", b, "SYS-008")),
      ledger.reserve(reserveRequest("c", "a")),
      ledger.append(eventRecord("override_resolved", a)),
      ledger.append(eventRecord("override_resolved", a)),
      ledger.reserve(reserveRequest("d", "b")),
      ledger.reserve(reserveRequest("e", "b")),
    ]);
    expect(batch).toMatchObject([
      { value: { seq: 0 } },
      { reason: { code: "INV-018" } },
      { reason: { code: "INV-013" } },
      { reason: { code: "INV-019" } },
      { value: { seq: 1 } },
      { value: { outcome: "replay", record: { executionId: "a" } } },
      { value: { seq: 2 } },
      { reason: { code: "INV-019" } },
      { value: { outcome: "reserved" } },
      { value: { outcome: "in_flight", record: { executionId: "d" } } },
    ]);
    expect(await attestedIds()).toEqual(["a", "b", "a"]);
  });

  it("refuses what does not fit its queue (SYS-002)", async () => {
    const small = await openPostgresLedger(postgresUrl, { schema, maxQueue: 3 });
    const five = <Answer>(ask: (id: string) => Promise<Answer>) =>
      Promise.allSettled(["a", "b", "c", "d", "e"].map(ask));
    const changes = five((id) => small.reserve(reserveRequest(id, id)));
    expect([small.waiting, small.waitingReads]).toEqual([3, 0]);
    await changes;
    const reads = five((id) => small.find(id));
    expect([small.waiting, small.waitingReads]).toEqual([0, 3]);
    for (const ends of [await changes, await reads]) {
      expect(ends.map(({ status }) => status).slice(0, 3)).toEqual(Array(3).fill("fulfilled"));
      expect(ends.slice(3)).toEqual(Array(2).fill({ status: "rejected", reason: refusal("SYS-002") }));
    }
    await small.close();
  });

  it("answers what is waiting when it is closed, and nothing after (SYS-007)", async () => {
    const waiting = ledger.reserve(reserveRequest("a", "a"));
    const closed = Promise.all([ledger.close(), ledger.close()]);
    await expect(ledger.reserve(reserveRequest("b", "b"))).rejects.toEqual(refusal("SYS-007"));
    await expect(ledger.entries()).rejects.toEqual(refusal("SYS-007"));
    expect(await waiting).toMatchObject({ outcome: "reserved" });
    await closed;
  });

  it("keeps every acknowledged execution, once, while its backends are killed under load (threats 36, 37)", async () => {
    const other = await openPostgresLedger(postgresUrl, { schema });
    const acknowledged = new Map<string, number>();
    let stop = false;
    let next = 0;
    const worker = async (node: PostgresLedger) => {
      while (!stop) {
        next += 1;
        const id = `run-${String(next)}`;
        try {
          const reservation = reservationOf(await node.reserve(reserveRequest(id, id, { leaseMs: 60_000 })));
          const { seq } = await node.appendAndConfirm(reservation, attestedRecord(reservation));
          acknowledged.set(id, seq);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^SYS-00[13]$/) });
        }
      }
    };
    const running = Promise.all(
      [ledger, other].flatMap((node) => Array.from({ length: 8 }, () => worker(node))),
    );
    for (let kill = 0; kill < 15; kill += 1) {
      const enough = acknowledged.size + 4 + (kill % 5);
      await expect.poll(() => acknowledged.size, { interval: 5 }).toBeGreaterThanOrEqual(enough);
      await sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parmana ${schema}'`,
      );
    }
    stop = true;
    await running;

    const entries = await other.entries({ limit: 10_000 });
    expect(entries.map(({ seq }) => seq)).toEqual([...entries.keys()]);
    const stored = new Map(entries.map(({ seq, entry }) => [entry.execution_id, seq]));
    expect(stored.size).toBe(entries.length);
    expect([...acknowledged].filter(([id, seq]) => stored.get(id) !== seq)).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(50);
    await other.close();
  });
});
