import { describe, expect, it } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { ledgerChildren, told } from "../child-process.js";
import { SCHEMA_VERSION } from "../../src/postgres/schema.js";
import { reserveRequest } from "../support.js";
import { postgresAnswers, postgresUrl, sql, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("race");
const startChild = ledgerChildren();
const PROCESSES = 4;
const IDENTITIES = 300;

describe.skipIf(!postgresAnswers)("several processes on one schema", () => {
  it("may all be the first", async () => {
    for (let round = 0; round < 3; round += 1) {
      const schema = newSchema();
      const opened = await Promise.all(
        Array.from({ length: 6 }, () => openPostgresLedger(postgresUrl, { schema })),
      );
      await Promise.all(opened.map((ledger) => ledger.close()));
      expect(await sql(`SELECT version FROM ${schema}.ledger_version`)).toEqual([
        { version: SCHEMA_VERSION },
      ]);
    }
  });

  it("have exactly one winner for each identity, and leave no gap (threat 34)", async () => {
    const schema = newSchema();
    const children = Array.from({ length: PROCESSES }, (_, number) =>
      startChild("race", `${postgresUrl}#${schema}`, `process${String(number)}`, String(IDENTITIES)),
    );
    // They also race to create the schema; the race for identities starts when all have it open.
    await Promise.all(children.map((child) => told(child, (lines) => lines.includes("ready"))));
    for (const child of children) child.process.stdin.write("go\n");
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual(children.map(() => 0));

    const lines = children.flatMap((child) => child.lines);
    const total = (outcome: string) => lines.filter((line) => line === outcome).length;
    expect(total("attested")).toBe(IDENTITIES);
    expect(total("replay") + total("in_flight")).toBe((PROCESSES - 1) * IDENTITIES);

    const ledger = await openPostgresLedger(postgresUrl, { schema });
    const entries = await ledger.entries();
    expect(entries.map(({ seq }) => seq)).toEqual([...Array(IDENTITIES).keys()]);
    expect(new Set(entries.map(({ entry }) => entry.execution_fingerprint)).size).toBe(IDENTITIES);
    await ledger.close();
  });

  it("go on at once, and lose nothing, when one of them is killed (threat 37)", async () => {
    const schema = newSchema();
    const ledger = await openPostgresLedger(postgresUrl, { schema });
    const acknowledged: string[] = [];
    for (let kill = 0; kill < 4; kill += 1) {
      const child = startChild("append", `${postgresUrl}#${schema}`, `run${String(kill)}`, "1000000");
      await told(child, (lines) => lines.length > 20 + kill * 15);
      child.process.kill("SIGKILL");
      await child.ended;
      acknowledged.push(...child.lines.filter((line) => line.startsWith("ack ")));
      const startedMs = performance.now();
      const id = `after-${String(kill)}`;
      expect(await ledger.reserve(reserveRequest(id, id))).toMatchObject({ outcome: "reserved" });
      expect(performance.now() - startedMs).toBeLessThan(2_000);
    }
    const entries = await ledger.entries({ limit: 10_000 });
    expect(entries.map(({ seq }) => seq)).toEqual([...entries.keys()]);
    const stored = new Set(entries.map(({ seq, entry }) => `ack ${String(seq)} ${entry.execution_id}`));
    expect(acknowledged.filter((line) => !stored.has(line))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(80);
    await ledger.close();
  });
});
