import { RuntimeError } from "@parmanasystems/execution-runtime";
import type { QueryConfig } from "pg";
import { LedgerError } from "../errors.js";
import { unreleased } from "../unreleased.js";
import { integer, isRow, type Row } from "../row.js";
import { checkDefinitions } from "./check-definitions.js";
import { checkTail } from "./check-tail.js";
import { APPLICATION, SCHEMA_VERSION, schemaStatements } from "./schema.js";
import type { SchemaName } from "./schema-name.js";
import { BEGIN, type PostgresSession } from "./session.js";

/**
 * Makes the schema a ledger that may be written: identified, of this version, guarded, intact. Under the lock, so that
 * several nodes may do it at once, and the last entries stay the last ones while they are checked.
 * @throws LedgerError SYS-013, SYS-032; RuntimeError SYS-005; what pg throws
 */
export async function prepareSchema(session: PostgresSession, schema: SchemaName): Promise<void> {
  await session.run([BEGIN, { text: schema.lock }]);
  const found = await identify(session, schema);
  if (found !== "ledger") {
    const create = found === "absent" ? [`CREATE SCHEMA ${schema.quoted}`] : [];
    await session.run([...create, ...schemaStatements(schema.quoted)].map((text) => ({ text })));
  } else {
    await checkDefinitions(session, schema);
    await checkTail(session, schema.quoted);
  }
  await session.run([{ text: "COMMIT" }]);
}

async function identify(
  session: PostgresSession,
  schema: SchemaName,
): Promise<"absent" | "empty" | "ledger"> {
  const [state] = await session.rows({
    text: `SELECT to_regnamespace($1) IS NOT NULL AS present, to_regclass($1 || '.ledger_version') IS NOT NULL AS versioned,
(SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace($1)) AS relations`,
    values: [schema.quoted],
  });
  if (state?.["present"] !== true) return "absent";
  if (state["versioned"] === true) {
    requireKnownVersion(schema, await session.rows(storedVersion(schema)));
    return "ledger";
  }
  return integer(state, "relations") === 0 ? "empty" : refuseForeign(schema);
}

/** As JSON, since another program's table of this name has other columns. */
function storedVersion({ quoted }: SchemaName): QueryConfig {
  return { text: `SELECT to_jsonb(stored) AS stored FROM ${quoted}.ledger_version AS stored LIMIT 2` };
}

function requireKnownVersion(schema: SchemaName, rows: readonly Row[]): void {
  const stored = rows.length === 1 ? rows[0]?.["stored"] : undefined;
  if (!isRow(stored) || stored["application"] !== APPLICATION) refuseForeign(schema);
  const version = integer(stored, "version");
  if (version > SCHEMA_VERSION) {
    throw new RuntimeError(
      "SYS-005",
      `The ledger has schema version ${String(version)}; this release knows versions up to ${String(SCHEMA_VERSION)}.`,
      { details: { version, known: SCHEMA_VERSION } },
    );
  }
  if (version < 1)
    throw new LedgerError(
      "SYS-013",
      `The ledger claims schema version ${String(version)}, which never existed.`,
    );
  if (version < SCHEMA_VERSION) throw unreleased(version, SCHEMA_VERSION);
}

function refuseForeign({ name }: SchemaName): never {
  throw new LedgerError("SYS-032", `The schema ${name} holds something other than a Parmana ledger.`, {
    details: { schema: name },
  });
}
