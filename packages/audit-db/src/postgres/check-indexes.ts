import { integer, type Row, text } from "../row.js";
import { BEGIN_READING, type PostgresSession } from "./session.js";

/** Every index of the schema $1, the rows that it is about, and the order that it gives them. */
const INDEXES = `SELECT relation.relname::text AS table_name, index.relname::text AS name, index.oid::text AS oid,
coalesce(pg_get_expr(indpred, indrelid), 'true') AS condition,
(SELECT string_agg(quote_ident(attname), ', ' ORDER BY number) FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (attnum, number)
  JOIN pg_attribute ON attrelid = indrelid AND pg_attribute.attnum = key.attnum) AS keys
FROM pg_index JOIN pg_class AS relation ON relation.oid = indrelid JOIN pg_class AS index ON index.oid = indexrelid
WHERE relation.relnamespace = to_regnamespace($1) ORDER BY 1, 2`;

/** Where the extension is, and the right to use it: only a superuser has it unless it was granted. */
const AMCHECK = `SELECT quote_ident(nspname) || '.bt_index_check' AS check FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
WHERE extname = 'amcheck' AND has_schema_privilege(pg_namespace.oid, 'USAGE')
AND has_function_privilege(to_regprocedure(quote_ident(nspname) || '.bt_index_check(regclass,boolean)')::oid, 'EXECUTE')`;

/** SQLSTATEs of damage: data_corrupted, index_corrupted. */
const CORRUPTED: readonly unknown[] = ["XX001", "XX002"];

const FROM_TABLES = planned({ enable_seqscan: true, enable_indexscan: false, enable_indexonlyscan: false });
const FROM_INDEXES = planned({ enable_seqscan: false, enable_indexscan: true, enable_indexonlyscan: true });

/**
 * What is wrong with the first index that does not know what its table holds. Each is counted against a scan of the table,
 * at one instant; where the extension amcheck may be used, each is then compared with the table row by row.
 * @param s the schema's quoted name @throws what pg throws
 */
export async function findBrokenIndex(session: PostgresSession, s: string): Promise<string | undefined> {
  try {
    return await compareWithTables(session, s);
  } catch (reason) {
    if (reason instanceof Error && CORRUPTED.includes(Reflect.get(reason, "code"))) return reason.message;
    throw reason;
  }
}

async function compareWithTables(session: PostgresSession, s: string): Promise<string | undefined> {
  await session.run([BEGIN_READING]);
  const indexes = await session.rows({ text: INDEXES, values: [s] });
  await session.run([FROM_TABLES]);
  const rows: number[] = [];
  for (const index of indexes) rows.push(await count(session, selectRows(s, index)));
  await session.run([FROM_INDEXES]);
  for (const [nth, index] of indexes.entries()) {
    const known = await count(session, selectKnown(s, index));
    if (known !== rows[nth])
      return `the index ${text(index, "name")} knows ${String(known)} rows, and its table has ${String(rows[nth])}`;
  }
  await session.run([{ text: "COMMIT" }]);
  const [amcheck] = await session.rows({ text: AMCHECK });
  if (amcheck !== undefined) await compare(session, text(amcheck, "check"), indexes);
  return undefined;
}

async function compare(session: PostgresSession, check: string, indexes: readonly Row[]): Promise<void> {
  for (const index of indexes) {
    await session.rows({ text: `SELECT ${check}($1::oid::regclass, true)`, values: [text(index, "oid")] });
  }
}

async function count(session: PostgresSession, statement: string): Promise<number> {
  const [row] = await session.rows({ text: statement });
  return integer(row ?? {}, "count");
}

function selectRows(s: string, index: Row): string {
  return `SELECT count(*) AS count FROM ${s}.${text(index, "table_name")} WHERE ${text(index, "condition")}`;
}

/** Without a sort, only this index gives the rows in this order; OFFSET keeps the order from being dropped. */
function selectKnown(s: string, index: Row): string {
  const [table, condition, keys] = ["table_name", "condition", "keys"].map((column) => text(index, column));
  return `SELECT count(*) AS count FROM (SELECT FROM ${s}.${String(table)} WHERE ${String(condition)} ORDER BY ${String(keys)} OFFSET 0) AS ordered`;
}

/** How the planner may answer until the transaction ends. */
function planned(settings: Readonly<Record<string, boolean>>): { readonly text: string } {
  const never = {
    enable_bitmapscan: false,
    enable_tidscan: false,
    enable_sort: false,
    enable_incremental_sort: false,
  };
  const all = Object.entries({ ...settings, ...never });
  return {
    text: `SELECT ${all.map(([name, on]) => `set_config('${name}', '${on ? "on" : "off"}', true)`).join(", ")}`,
  };
}
