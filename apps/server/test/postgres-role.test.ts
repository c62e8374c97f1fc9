import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPostgresLedger } from "@parmanasystems/audit-db";
import { hasPostgres, PostgresServer } from "@parmanasystems/testkit/servers";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const deploy = fileURLToPath(new URL("../../../deploy", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "parmana-role-"));
const secrets = join(directory, "secrets");
let postgres: PostgresServer;

/** The address of docker-compose.yml, on the server of this test. */
function serverUrl(): string {
  const settings = JSON.parse(readFileSync(join(secrets, "parmana.json"), "utf8")) as Record<string, string>;
  const url = new URL(settings["PARMANA_POSTGRES_URL"] ?? "");
  url.host = new URL(postgres.url()).host;
  return url.href;
}

function psql(database: string, ...words: readonly string[]): void {
  const url = new URL(postgres.url());
  url.pathname = `/${database}`;
  execFileSync("psql", [url.href, "--no-psqlrc", "--quiet", ...words], { stdio: "pipe" });
}

describe.skipIf(!hasPostgres)("the role that docker-compose.yml gives the server", () => {
  beforeAll(async () => {
    execFileSync(process.execPath, [join(deploy, "make-secrets.mjs"), secrets]);
    postgres = await PostgresServer.create();
    postgres.askForPasswords();
    await postgres.start();
    psql("postgres", "--command", "CREATE DATABASE parmana");
    // As the image runs it, but for where its secrets lie.
    const script = join(directory, "init.sql");
    const text = readFileSync(join(deploy, "postgres-init.sql"), "utf8");
    writeFileSync(script, text.replaceAll("/run/secrets", secrets));
    psql("parmana", "--file", script);
  });
  afterAll(async () => {
    await postgres.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  it("makes and keeps a ledger, also one that is there already", async () => {
    for (let opened = 0; opened < 2; opened += 1) {
      const ledger = await openPostgresLedger(serverUrl());
      await ledger.requireWritable();
      expect(await ledger.audit.verify()).toMatchObject({ verdict: "intact" });
      await ledger.close();
    }
  });

  it.each([
    "CREATE SCHEMA other",
    "CREATE TABLE public.other (id integer)",
    "CREATE DATABASE other",
    "CREATE ROLE other",
    "ALTER ROLE parmana SUPERUSER",
    "ALTER SYSTEM SET fsync = off",
    "SELECT pg_read_file('postgresql.conf')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT rolpassword FROM pg_authid",
  ])("may do nothing beside it: %s", async (statement) => {
    const client = new Client(serverUrl());
    await client.connect();
    await expect(client.query(statement)).rejects.toMatchObject({ code: "42501" });
    await client.end();
  });
});
