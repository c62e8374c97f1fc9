import { describe } from "vitest";
import { openPostgresLedger } from "../../src/index.js";
import { tamperBehaviour } from "../tamper-behaviour.js";
import { revocationBehaviour } from "../revocation-behaviour.js";
import { signingBehaviour } from "../signing-behaviour.js";
import { tilesBehaviour } from "../tiles-behaviour.js";
import { auditBehaviour, type AuditHarness } from "../audit-behaviour.js";
import { postgresAnswers, postgresUrl, sql, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("audit");
let schema: string;

/** Each statement with all triggers off, and on again as they were. */
async function tamper(...statements: readonly string[]): Promise<void> {
  const triggers = await sql(
    `SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = '${schema}'::regnamespace`,
  );
  const alter = (state: string) =>
    triggers.map(
      ({ relname, tgname }) => `ALTER TABLE ${schema}.${String(relname)} ${state} TRIGGER ${String(tgname)}`,
    );
  const all = [...alter("DISABLE"), ...statements, ...alter("ENABLE ALWAYS")];
  await sql(all.map((statement) => statement.replaceAll("%", `${schema}.`)).join(";\n"));
}

describe.skipIf(!postgresAnswers)("the audit log of a PostgreSQL ledger", () => {
  const open = () => openPostgresLedger(postgresUrl, { schema });
  const harness: AuditHarness = {
    create: () => {
      schema = newSchema();
      return open();
    },
    open,
    tamper,
    bytes: (text) => `'${text}'::bytea`,
    hex: (digits) => `'\\x${digits}'::bytea`,
    run: async (statement) => {
      await sql(statement.replaceAll("%", `${schema}.`));
    },
  };
  auditBehaviour(harness);
  tamperBehaviour(harness);
  tilesBehaviour(harness);
  describe("when it is signed", () => {
    signingBehaviour(harness);
  });
  describe("when a key was revoked", () => {
    revocationBehaviour(harness);
  });
});
