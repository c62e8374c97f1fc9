import { beforeEach, describe, expect, it } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { attestedRecord, eventRecord, facts } from "../records.js";
import { refusal, reservationOf, reserveRequest } from "../support.js";
import { postgresAnswers, postgresUrl, sql, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("schema");
let schema: string;

const open = () => openPostgresLedger(postgresUrl, { schema });

/** A ledger with one finished execution, one that was resolved, and a version that was seen. */
async function fill(): Promise<void> {
  const ledger = await open();
  const approved = reservationOf(await ledger.reserve(reserveRequest("a", "x")));
  await ledger.appendAndConfirm(approved, attestedRecord(approved));
  const pending = reservationOf(await ledger.reserve(reserveRequest("b", "y")));
  await ledger.appendAndConfirm(pending, attestedRecord(pending, "pending_override"));
  await ledger.resolveAndAppend("b", "rejected", eventRecord("override_resolved", pending));
  await ledger.versions.remember("trust-root", { version: 2, hash: facts("two") });
  await ledger.close();
}

describe.skipIf(!postgresAnswers)("the schema of a PostgreSQL ledger", () => {
  beforeEach(() => {
    schema = newSchema();
  });

  it("refuses every statement that would rewrite history, also in the part of a replica", async () => {
    await fill();
    for (const role of ["origin", "replica"]) {
      for (const [table, change] of [
        ["log", "seq = seq"],
        ["attestations", "fencing = 0"],
        ["resolutions", "seq = seq"],
        ["evidence", "body = body"],
        ["review_votes", "position = 0"],
        ["seen_versions", "version = 1"],
      ] as const) {
        const statements = [`UPDATE ${schema}.${table} SET ${change}`, `TRUNCATE ${schema}.${table}`];
        statements.push(`DELETE FROM ${schema}.${table}`);
        for (const statement of statements) {
          await expect(
            sql(`SET session_replication_role = ${role}; ${statement}`),
            statement,
          ).rejects.toMatchObject({ code: "P0001" });
        }
      }
    }
    const ledger = await open();
    expect(await ledger.entries()).toHaveLength(4);
    await ledger.close();
  });

  it("refuses gaps and a second attestation of one identity, whoever writes them", async () => {
    await fill();
    const row = (seq: string, execution: string, fingerprint: string) =>
      `INSERT INTO ${schema}.log SELECT ${seq}, entry, leaf_hash, ${execution}, ${fingerprint} FROM ${schema}.log WHERE seq = 0`;
    for (const seq of ["5", "-1", "generate_series(5, 6)"])
      await expect(sql(row(seq, "NULL", "NULL"))).rejects.toMatchObject({ code: "P0001" });
    for (const [execution, fingerprint] of [
      ["attested_execution", "NULL"],
      ["NULL", "attested_fingerprint"],
    ] as const)
      await expect(sql(row("4", execution, fingerprint))).rejects.toMatchObject({ code: "23505" });
    await expect(
      sql(`INSERT INTO ${schema}.resolutions SELECT execution_key, 4 FROM ${schema}.resolutions`),
    ).rejects.toMatchObject({ code: "23505" });
    await sql(row("generate_series(4, 6)", "NULL", "NULL"));
  });

  it("is left alone when it is of another program (SYS-032)", async () => {
    await sql(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.invoices (id INTEGER)`);
    await expect(open()).rejects.toEqual(refusal("SYS-032"));
    await sql(
      `CREATE TABLE ${schema}.ledger_version (number TEXT); INSERT INTO ${schema}.ledger_version VALUES ('7')`,
    );
    await expect(open()).rejects.toEqual(refusal("SYS-032"));
    expect(
      await sql(
        `SELECT relname FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relkind = 'r'`,
      ),
    ).toHaveLength(2);
  });

  it("may be there already, empty", async () => {
    await sql(`CREATE SCHEMA ${schema}`);
    await (await open()).close();
  });

  it("of a build before the first release is refused (SYS-040)", async () => {
    await fill();
    for (const version of [1, 2, 3, 4]) {
      await sql(`UPDATE ${schema}.ledger_version SET version = ${String(version)}`);
      await expect(open()).rejects.toEqual(
        expect.objectContaining({ code: "SYS-040", details: { version, known: 5 } }),
      );
    }
  });

  it("of a newer release is refused (SYS-005), and of none at all (SYS-013)", async () => {
    await fill();
    await sql(`UPDATE ${schema}.ledger_version SET version = 6`);
    await expect(open()).rejects.toEqual(refusal("SYS-005"));
    await sql(`UPDATE ${schema}.ledger_version SET version = 0`);
    await expect(open()).rejects.toEqual(refusal("SYS-013"));
  });

  it.each([
    ["a trigger was dropped", "DROP TRIGGER log_refuse ON %.log"],
    ["a trigger was disabled", "ALTER TABLE %.log DISABLE TRIGGER log_refuse"],
    ["a unique index was dropped", "DROP INDEX %.log_attested_fingerprint"],
    ["the last entry was deleted", "DELETE FROM %.log WHERE seq = 3"],
    ["an entry was deleted", "DELETE FROM %.log WHERE seq = 1"],
    ["an entry was changed", "UPDATE %.log SET entry = entry || '\\x20' WHERE seq = 0"],
    ["a key was changed", "UPDATE %.log SET attested_execution = leaf_hash WHERE seq = 0"],
    ["an attestation was changed", "UPDATE %.attestations SET body = body || '\\x20' WHERE seq = 0"],
    ["a resolution was changed", "UPDATE %.resolutions SET body = 'x', evidence = 'x'"],
    ["the end of an override was deleted", "DELETE FROM %.resolutions"],
    ["an override was ended by another entry", "UPDATE %.resolutions SET seq = 0"],
    ["a fencing number came from nowhere", "UPDATE %.replay SET fencing = 99"],
    ["the counters were lost", "DELETE FROM %.counters"],
  ])("is not opened when %s (SYS-013)", async (_, statement) => {
    await fill();
    const triggers = (state: string) =>
      ["log", "attestations", "resolutions"]
        .map((table) => `ALTER TABLE ${schema}.${table} ${state} TRIGGER ${table}_refuse;`)
        .join("");
    const changes = !statement.includes("TRIGGER");
    await sql(
      `${changes ? triggers("DISABLE") : ""} ${statement.replaceAll("%", schema)}; ${changes ? triggers("ENABLE ALWAYS") : ""}`,
    );
    await expect(open()).rejects.toEqual(refusal("SYS-013"));
  });

  it.each([
    [
      "a function does nothing any more",
      "CREATE OR REPLACE FUNCTION %.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
    [
      "a trigger asks for something else",
      "DROP TRIGGER log_refuse ON %.log; CREATE TRIGGER log_refuse BEFORE UPDATE OR DELETE ON %.log FOR EACH STATEMENT EXECUTE FUNCTION %.refuse('x'); ALTER TABLE %.log ENABLE ALWAYS TRIGGER log_refuse",
    ],
    ["a trigger fires only where it replicates", "ALTER TABLE %.log ENABLE REPLICA TRIGGER log_refuse"],
    [
      "a trigger was added",
      "CREATE TRIGGER extra BEFORE INSERT ON %.replay FOR EACH ROW EXECUTE FUNCTION %.refuse('x')",
    ],
    ["a rule swallows what is stored", "CREATE RULE forget AS ON INSERT TO %.evidence DO INSTEAD NOTHING"],
    ["row security hides rows", "ALTER TABLE %.log ENABLE ROW LEVEL SECURITY"],
    ["a policy was added", "CREATE POLICY partial ON %.log USING (seq > 0)"],
    ["a table inherits the log", "CREATE TABLE %.more () INHERITS (%.log)"],
    [
      "a unique index is on something else",
      "DROP INDEX %.log_attested_fingerprint; CREATE UNIQUE INDEX log_attested_fingerprint ON %.log (seq)",
    ],
    [
      "a unique index holds for fewer rows",
      "DROP INDEX %.log_attested_execution; CREATE UNIQUE INDEX log_attested_execution ON %.log (attested_execution) WHERE seq > 1000",
    ],
    ["an index runs a function", "CREATE INDEX extra ON %.evidence (length(body))"],
    ["a check was dropped", "ALTER TABLE %.log DROP CONSTRAINT log_leaf_hash_check"],
    ["a column may be null", "ALTER TABLE %.log ALTER COLUMN entry DROP NOT NULL"],
    ["a column has a default", "ALTER TABLE %.counters ALTER COLUMN fencing SET DEFAULT 0"],
    ["a column has another type", "ALTER TABLE %.review_votes ALTER COLUMN position TYPE BIGINT"],
    ["a column was added", "ALTER TABLE %.log ADD COLUMN note TEXT"],
    ["a table survives no crash", "ALTER TABLE %.evidence SET UNLOGGED"],
    ["a table was added", "CREATE TABLE %.other (id INTEGER)"],
    [
      "a function was added",
      "CREATE FUNCTION %.concat_ws(text, text) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'",
    ],
    ["another table refers to the log", "CREATE TABLE %.other (seq BIGINT REFERENCES %.log)"],
  ])("is not opened when %s: its definitions are not those of a new one (SYS-013)", async (_, statement) => {
    await (await open()).close();
    await sql(statement.replaceAll("%", schema));
    await expect(open()).rejects.toEqual(refusal("SYS-013"));
  });

  it("is compared, and leaves nothing behind", async () => {
    for (let opening = 0; opening < 2; opening += 1) await (await open()).close();
    expect(
      await sql("SELECT FROM pg_class WHERE relname = 'ledger_version' AND relpersistence = 't'"),
    ).toEqual([]);
  });

  it("is opened by a role that may do no more than it must, and says what that is (SYS-035)", async () => {
    await (await open()).close();
    const role = `role_${schema}`;
    await sql(`CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA ${schema} TO ${role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
    const url = new URL(postgresUrl);
    url.username = role;
    try {
      const ledger = await openPostgresLedger(url.href, { schema });
      expect(await ledger.reserve(reserveRequest("a", "x"))).toMatchObject({ outcome: "reserved" });
      await ledger.close();
    } finally {
      await sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it("does not answer with a body that is no longer the one that was recorded (SYS-013)", async () => {
    await fill();
    const ledger = await open();
    await sql(`ALTER TABLE ${schema}.attestations DISABLE TRIGGER attestations_refuse;
      ALTER TABLE ${schema}.log DISABLE TRIGGER log_refuse;
      UPDATE ${schema}.attestations SET body = body || '\\x20' WHERE seq = 0;
      UPDATE ${schema}.log SET entry = entry || '\\x20' WHERE seq = 1`);
    await expect(ledger.attestation("a")).rejects.toEqual(refusal("SYS-013"));
    await expect(ledger.entries()).rejects.toEqual(refusal("SYS-013"));
    await expect(ledger.reserve(reserveRequest("c", "y"))).rejects.toEqual(refusal("SYS-013"));
    expect(await ledger.reserve(reserveRequest("d", "d"))).toMatchObject({ outcome: "reserved" });
    await ledger.close();
  });

  it("is not asked for an identity whose row was changed while it was open (SYS-013)", async () => {
    await fill();
    const ledger = await open();
    await ledger.reserve(reserveRequest("c", "z"));
    await sql(`UPDATE ${schema}.replay SET execution_id = 'other' WHERE state = 'reserved'`);
    await expect(ledger.reserve(reserveRequest("c", "z"))).rejects.toEqual(refusal("SYS-013"));
    expect(await ledger.reserve(reserveRequest("d", "d"))).toMatchObject({ outcome: "reserved" });
    await sql(`DELETE FROM ${schema}.counters`);
    await expect(ledger.reserve(reserveRequest("e", "e"))).rejects.toEqual(refusal("SYS-013"));
    await ledger.close();
  });
});
