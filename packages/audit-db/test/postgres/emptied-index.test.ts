import { generateKeyPairSync } from "node:crypto";
import { createNoteSigner } from "@parmanasystems/signing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgresLedger, type PostgresLedger } from "../../src/index.js";
import { findBrokenIndex } from "../../src/postgres/check-indexes.js";
import { connectionSettings } from "../../src/postgres/connection.js";
import { PostgresSession } from "../../src/postgres/session.js";
import { rawHash } from "../../src/row.js";
import { attestedRecord, eventRecord, facts, resolvedRecord } from "../records.js";
import { refusal, reservationOf, reserveRequest } from "../support.js";
import { postgresAnswers, postgresUrl, sql, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("emptied");
let schema: string;
const signer = createNoteSigner({
  name: "log.example.com/emptied",
  privateKey: generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }),
});

/** Every index of a ledger, but those of the tables with one row. */
const INDEXES = [
  "attestations_pkey",
  "catalogue_execution",
  "catalogue_pkey",
  "catalogue_policy",
  "catalogue_time",
  "catalogue_versions",
  "checkpoints_pkey",
  "evidence_erased",
  "evidence_pkey",
  "log_attested_execution",
  "log_attested_fingerprint",
  "log_pkey",
  "replay_execution",
  "replay_fingerprint",
  "replay_pkey",
  "resolutions_pkey",
  "resolutions_seq_key",
  "review_tasks_pending",
  "review_tasks_pkey",
  "review_votes_pkey",
  "seen_versions_pkey",
  "tree_pkey",
];

/** A row for every index; the versions of the policy index are at the positions 4 and 5. */
async function fill(url = postgresUrl): Promise<PostgresLedger> {
  const ledger = await openPostgresLedger(url, { schema });
  const held = reservationOf(await ledger.reserve(reserveRequest("e1", "e1")));
  await ledger.appendAndConfirm(held, attestedRecord(held));
  const pending = reservationOf(await ledger.reserve(reserveRequest("p1", "p1")));
  await ledger.appendAndConfirm(pending, attestedRecord(pending, "pending_override"));
  await ledger.resolveAndAppend("p1", "approved", resolvedRecord(pending));
  await ledger.audit.eraseEvidence({ executionId: "e1" });
  for (const version of [1, 2])
    await ledger.versions.remember("policy-index", { version, hash: facts(`index ${String(version)}`) });
  await ledger.reserve(reserveRequest("r1", "r1"));
  for (let nth = 0; nth < 10; nth += 1)
    await ledger.append(
      eventRecord("failed", {
        executionId: `f${String(nth)}`,
        fingerprint: facts("f"),
        identity: "execution",
      }),
    );
  await ledger.audit.checkpoint(signer, { unsafeWithoutHeads: true });
  await sql(
    `INSERT INTO ${schema}.review_tasks (execution_id, body, created_at, state) VALUES ('p1', '', '', 'pending');
INSERT INTO ${schema}.review_votes (execution_id, position, approver, body, seal) VALUES ('p1', 0, 'ada', '', '')`,
    url,
  );
  return ledger;
}

/** A superuser puts the files of two indexes in each other's place; what describes them says nothing. */
async function swapFiles(one: string, other: string, url = postgresUrl): Promise<void> {
  await sql(
    `UPDATE pg_class SET relfilenode = (SELECT sum(relfilenode::bigint) FROM pg_class WHERE oid IN ('${one}'::regclass, '${other}'::regclass))::bigint - relfilenode::bigint
WHERE oid IN ('${one}'::regclass, '${other}'::regclass)`,
    url,
  );
}

/** The index of a table without rows, or with those that `rows` selects, takes its place. Returns what puts it back. */
async function empty(index: string, rows = "false"): Promise<() => Promise<void>> {
  const vacant = newSchema();
  const [found] = await sql(
    `SELECT indrelid::regclass::text AS relation, pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indexrelid = '${schema}.${index}'::regclass`,
  );
  const relation = String(found?.["relation"]);
  const definition = String(found?.["definition"]).replace(` ON ${relation} `, ` ON ${vacant}.copy `);
  await sql(
    `CREATE SCHEMA ${vacant}; CREATE TABLE ${vacant}.copy AS SELECT * FROM ${relation} WHERE ${rows};
${definition.replace(/INDEX \S+ ON/, "INDEX vacant ON")}`,
  );
  const swap = () => swapFiles(`${schema}.${index}`, `${vacant}.vacant`);
  await swap();
  return swap;
}

async function brokenIndex(url = postgresUrl): Promise<string | undefined> {
  const session = await PostgresSession.open(await connectionSettings(url, schema), 5_000);
  try {
    return await findBrokenIndex(session, schema);
  } finally {
    await session.end();
  }
}

describe.skipIf(!postgresAnswers)(
  "an index that a superuser of the database emptied (threats 35 and 41)",
  () => {
    let ledger: PostgresLedger;

    beforeAll(async () => {
      schema = newSchema();
      ledger = await fill();
    });
    afterAll(() => ledger.close());

    it("is one of these", async () => {
      const found = await sql(
        `SELECT indexname::text AS name FROM pg_indexes WHERE schemaname = '${schema}' AND tablename NOT IN ('counters', 'ledger_version') ORDER BY 1`,
      );
      expect(found.map(({ name }) => name)).toEqual(INDEXES);
      expect(await brokenIndex()).toBeUndefined();
      expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact" });
    });

    it.each(INDEXES)("%s: is found when the log is verified", async (index) => {
      const putBack = await empty(index);
      expect(await brokenIndex()).toMatch(
        new RegExp(`^the index ${index} knows 0 rows, and its table has [1-9]`),
      );
      expect(await ledger.audit.verify()).toMatchObject({ verdict: "damaged", problem: { code: "SYS-013" } });
      await putBack();
    });

    it.each(["log_attested_execution", "log_attested_fingerprint", "resolutions_pkey", "catalogue_versions"])(
      "%s: the ledger does not open while the entry is one of the last",
      async (index) => {
        const putBack = await empty(index);
        await expect(openPostgresLedger(postgresUrl, { schema })).rejects.toEqual(refusal("SYS-013"));
        await putBack();
        await (await openPostgresLedger(postgresUrl, { schema })).close();
      },
    );

    it("has as many rows and other keys: amcheck finds it, for a role that may use it", async () => {
      const database = newSchema();
      const role = `${database}_role`;
      await sql(`CREATE DATABASE ${database} ENCODING UTF8 TEMPLATE template0`);
      const url = new URL(postgresUrl);
      url.pathname = `/${database}`;
      const there = url.href;
      const other = await fill(there);
      try {
        const keys = [`${schema}.replay_execution`, `${schema}.replay_fingerprint`] as const;
        await sql(`DELETE FROM ${schema}.replay WHERE state <> 'reserved'`, there);
        await swapFiles(...keys, there);
        expect(await brokenIndex(there)).toBeUndefined();
        expect(await other.audit.verify()).toMatchObject({ verdict: "intact" });
        await sql("CREATE EXTENSION amcheck", there);
        expect(await brokenIndex(there)).toContain("lacks matching index tuple");
        expect(await other.audit.verify()).toMatchObject({
          verdict: "damaged",
          problem: { code: "SYS-013" },
        });
        await sql(
          `CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
          there,
        );
        url.username = role;
        expect(await brokenIndex(url.href)).toBeUndefined();
        await sql(`GRANT EXECUTE ON FUNCTION bt_index_check(regclass, boolean) TO ${role}`, there);
        expect(await brokenIndex(url.href)).toContain("lacks matching index tuple");
      } finally {
        await other.close();
        await sql(`DROP DATABASE ${database} WITH (FORCE)`);
        await sql(`DROP ROLE IF EXISTS ${role}`);
      }
    });

    it("forgot the newest version, and the table was set back: verifying names the entry", async () => {
      await empty("catalogue_versions", "seq < 5");
      const hash = Buffer.from(rawHash(facts("index 1"))).toString("hex");
      const alter = (state: string) =>
        `ALTER TABLE ${schema}.seen_versions ${state} TRIGGER seen_versions_update`;
      await sql(
        `${alter("DISABLE")}; UPDATE ${schema}.seen_versions SET version = 1, hash = '\\x${hash}'; ${alter("ENABLE ALWAYS")}`,
      );
      expect(await ledger.versions.highest("policy-index")).toMatchObject({ version: 1 });
      expect(await ledger.audit.verify()).toMatchObject({
        verdict: "damaged",
        problem: { code: "SYS-013", seq: 5 },
      });
      await expect(openPostgresLedger(postgresUrl, { schema })).rejects.toEqual(refusal("SYS-013"));
    });
  },
);
