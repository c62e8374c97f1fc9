import { spawnSync } from "node:child_process";
import { createNoteSigner, generatePrivateKey } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import { openPostgresLedger, type PostgresLedger } from "../../src/index.js";
import { refusal, reservationOf, reserveRequest } from "../support.js";
import { postgresAnswers, postgresUrl, sql, temporarySchemas } from "./support.js";
import { attestedRecord } from "../records.js";

const hasTools = ["pg_dump", "psql"].every((program) => spawnSync(program, ["--version"]).status === 0);
const newSchema = temporarySchemas("backup");
const signer = createNoteSigner({ name: "log.example.com/backup", privateKey: generatePrivateKey() });

/** docs/audit.md */
function dump(schema: string): string {
  const made = spawnSync("pg_dump", [`--schema=${schema}`, `--dbname=${postgresUrl}`], { encoding: "utf8" });
  expect(made).toMatchObject({ status: 0 });
  return made.stdout;
}

function restore(backup: string): void {
  const words = ["--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", `--dbname=${postgresUrl}`];
  expect(spawnSync("psql", words, { input: backup, encoding: "utf8" })).toMatchObject({
    status: 0,
    stderr: "",
  });
}

async function execute(ledger: PostgresLedger, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const reservation = reservationOf(await ledger.reserve(reserveRequest(name, name)));
    await ledger.appendAndConfirm(reservation, attestedRecord(reservation));
  }
}

describe.skipIf(!postgresAnswers || !hasTools)("a backup of a PostgreSQL ledger by pg_dump", () => {
  it("is the ledger again, and an old one is noticed by whoever remembers a checkpoint", async () => {
    const schema = newSchema();
    const open = () => openPostgresLedger(postgresUrl, { schema });
    const replaceBy = async (backup: string) => {
      await sql(`DROP SCHEMA ${schema} CASCADE`);
      restore(backup);
    };
    let ledger = await open();
    await execute(ledger, "e1", "e2");
    const old = dump(schema);
    await execute(ledger, "e3");
    const remembered = await ledger.audit.checkpoint(signer, { unsafeWithoutHeads: true });
    const recent = dump(schema);
    await ledger.close();

    await replaceBy(old);
    ledger = await open();
    await expect(ledger.audit.requireContinuation(remembered)).rejects.toEqual(refusal("SYS-037"));
    expect(await ledger.audit.verify({ remembered })).toMatchObject({
      verdict: "damaged",
      problem: { code: "SYS-037", seq: 2 },
    });
    await ledger.close();

    await replaceBy(recent);
    ledger = await open();
    expect(await ledger.audit.verify({ remembered })).toMatchObject({ verdict: "intact", to: 3 });
    expect(await ledger.reserve(reserveRequest("e3", "e3"))).toMatchObject({ outcome: "replay" });
    await execute(ledger, "e4");
    expect(await ledger.audit.verify({ remembered })).toMatchObject({ verdict: "intact", to: 4 });
    await ledger.close();
  });
});
