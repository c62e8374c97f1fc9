import { LedgerError } from "../errors.js";
import { type Row, text } from "../row.js";
import type { SchemaName } from "./schema-name.js";
import { schemaStatements } from "./schema.js";
import type { PostgresSession } from "./session.js";

/** Where the server keeps what a session makes for itself. */
const TEMPORARY = '"pg_temp"';

/**
 * Everything in the schema $1 that decides what may be stored, one row for each object: relations, columns, constraints,
 * indexes, triggers, rules, row security, inheritance from or to any other table, functions. Run with the session's own
 * path of names, so that nothing in the schema takes part in the answer.
 */
const DEFINITIONS = `WITH relation AS (SELECT * FROM pg_class WHERE relnamespace = $1::oid AND relkind <> 'i')
SELECT kind, name, definition FROM (
SELECT 'relation' AS kind, relname::text AS name, concat_ws(' ', relkind, CASE relpersistence WHEN 't' THEN 'p' ELSE relpersistence END,
  (SELECT amname FROM pg_am WHERE pg_am.oid = relam), relrowsecurity, relforcerowsecurity, relispartition, reloptions::text,
  pg_get_partkeydef(oid)) AS definition FROM relation
UNION ALL SELECT 'column', relname || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
  attislocal, attinhcount, (SELECT collname FROM pg_collation WHERE pg_collation.oid = attcollation), pg_get_expr(adbin, adrelid))
  FROM relation JOIN pg_attribute ON attrelid = relation.oid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attnum > 0 AND NOT attisdropped AND relkind <> 'S'
UNION ALL SELECT 'constraint', relname || '.' || conname, concat_ws(' ', pg_get_constraintdef(pg_constraint.oid), convalidated, condeferrable)
  FROM relation JOIN pg_constraint ON conrelid = relation.oid
UNION ALL SELECT 'foreign key', conname, conrelid::regclass::text FROM relation JOIN pg_constraint ON confrelid = relation.oid
UNION ALL SELECT 'index', (SELECT relname FROM pg_class WHERE oid = indexrelid)::text, concat_ws(' ', pg_get_indexdef(indexrelid), indisunique, indisprimary,
  indimmediate, indisvalid, indisready, indislive) FROM relation JOIN pg_index ON indrelid = relation.oid
UNION ALL SELECT 'trigger', relname || '.' || tgname, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), tgenabled, tgisinternal)
  FROM relation JOIN pg_trigger ON tgrelid = relation.oid
UNION ALL SELECT 'rule', relname || '.' || rulename, concat_ws(' ', pg_get_ruledef(pg_rewrite.oid), ev_enabled)
  FROM relation JOIN pg_rewrite ON ev_class = relation.oid
UNION ALL SELECT 'policy', relname || '.' || polname, concat_ws(' ', polcmd, polpermissive, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
  FROM relation JOIN pg_policy ON polrelid = relation.oid
UNION ALL SELECT 'inheritance', inhrelid::regclass::text, inhparent::regclass::text
  FROM relation JOIN pg_inherits ON relation.oid IN (inhrelid, inhparent)
UNION ALL SELECT 'function', proname || '(' || pg_get_function_identity_arguments(oid) || ')', concat_ws(' ', prokind, (SELECT lanname FROM pg_language WHERE pg_language.oid = prolang),
  format_type(prorettype, NULL), proretset, prosecdef, proleakproof, proisstrict, provolatile, proparallel, proconfig::text, prosrc, probin)
  FROM pg_proc WHERE pronamespace = $1::oid
) AS object ORDER BY 1, 2, 3`;

/**
 * Without its triggers and unique indexes, or with others beside them, the database would let history be rewritten or an
 * identity be consumed twice. So the schema must be what a new one is, as this very server describes it: one is made among
 * the session's temporary objects and taken back at once. Runs inside a transaction.
 * @throws LedgerError SYS-013; what pg throws
 */
export async function checkDefinitions(session: PostgresSession, { quoted }: SchemaName): Promise<void> {
  const found = await session.rows(definitions(`to_regnamespace('${quoted}')`));
  const statements = schemaStatements(TEMPORARY).map((text) => ({ text }));
  await session.run([{ text: "SAVEPOINT fresh" }, ...statements]);
  const fresh = await session.rows(definitions("pg_my_temp_schema()"));
  await session.run([{ text: "ROLLBACK TO SAVEPOINT fresh" }, { text: "RELEASE SAVEPOINT fresh" }]);
  const [written] = await session.rows({
    text: "SELECT nspname, quote_ident(nspname) AS name FROM pg_namespace WHERE oid = to_regnamespace($1)",
    values: [quoted],
  });
  if (written === undefined) throw new LedgerError("SYS-013", "The ledger has lost its schema.");
  const name = text(written, "name");
  // Only what was made here is rewritten; what was found is compared as the server wrote it.
  const expected = fresh.map((row) => describe(row, (definition) => inSchema(definition, quoted, name)));
  requireSame(new Map(expected), new Map(found.map((row) => describe(row))));
}

function definitions(namespace: string): { readonly text: string } {
  return { text: DEFINITIONS.replaceAll("$1", namespace) };
}

/** What an object is called, and all that it is. */
function describe(row: Row, rewrite = (definition: string) => definition): readonly [string, string] {
  return [`${text(row, "kind")} ${text(row, "name")}`, rewrite(text(row, "definition"))];
}

/** As the server would have written it had it been made in the schema: in texts by its own quotes, in bodies by ours. */
function inSchema(definition: string, quoted: string, name: string): string {
  return definition
    .replaceAll(`${TEMPORARY}.`, () => `${quoted}.`)
    .replace(/\bpg_temp(?:_\d+)?\./g, () => `${name}.`);
}

function requireSame(expected: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): void {
  const missing = [...expected.keys()].filter((object) => !found.has(object));
  const unexpected = [...found.keys()].filter((object) => !expected.has(object));
  const changed = [...expected].flatMap(([object, definition]) =>
    found.has(object) && found.get(object) !== definition ? [object] : [],
  );
  const all = [...missing, ...unexpected, ...changed];
  if (all.length === 0) return;
  throw new LedgerError(
    "SYS-013",
    `The ledger's schema is not that of its version; dropped, added or changed were: ${all.join(", ")}.`,
    { details: { missing, unexpected, changed } },
  );
}
