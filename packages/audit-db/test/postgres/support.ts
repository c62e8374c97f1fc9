import { Client } from "pg";
import { afterAll } from "vitest";

/** Where the tests find PostgreSQL. */
export const postgresUrl =
  process.env["PARMANA_TEST_POSTGRES_URL"] ?? "postgres://postgres@127.0.0.1:5432/test";

/** False, with a line that says so, where no server answers; in CI that is a failure. */
export const postgresAnswers = await answers();

async function answers(): Promise<boolean> {
  try {
    await sql("SELECT 1");
    return true;
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    console.warn(
      "SKIPPED: tests of the PostgreSQL ledger, since no server answers at PARMANA_TEST_POSTGRES_URL",
    );
    return false;
  }
}

/** Runs statements as any other client of the database would. */
export async function sql(text: string, url = postgresUrl): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}

/** Schemas of one test file, dropped at its end. */
export function temporarySchemas(prefix: string): () => string {
  const made: string[] = [];
  afterAll(async () => {
    for (const schema of made) await sql(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  });
  return () => {
    const schema = `${prefix}_${String(process.pid)}_${String(made.length)}`;
    made.push(schema);
    return schema;
  };
}

/** Lets the leases of a schema run out sooner: its time is the server's, which nobody can set. */
export async function advance(schema: string, ms: number): Promise<void> {
  await sql(`UPDATE ${schema}.replay SET lease_expires_at = lease_expires_at - ${String(ms)}`);
}
