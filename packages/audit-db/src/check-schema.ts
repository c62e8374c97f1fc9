import { parseStrict } from "@parmanasystems/canonical";
import { selectDriver, type SqliteDatabase } from "./driver.js";
import { LedgerError } from "./errors.js";
import { isRow, text } from "./row.js";

/** Every object that the file has, its hidden ones too: a name that begins with sqlite_ can be written there by hand. */
const OBJECTS =
  "SELECT json_group_array(json_array(type, name, tbl_name, sql)) AS objects FROM sqlite_schema";

/** What ANALYZE makes: statistics are harmless. */
const STATISTICS = [
  ["table", "sqlite_stat1", "sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)"],
  ["table", "sqlite_stat4", "sqlite_stat4", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"],
].map((object) => JSON.stringify(object));

const fresh = new Map<readonly string[], ReadonlySet<string>>();

/**
 * A trigger or index that was dropped, changed or added would let the log be rewritten: the file must hold the objects of
 * a new ledger, and no others. @throws LedgerError SYS-013
 */
export function checkSchema(database: SqliteDatabase, schema: readonly string[]): void {
  const expected = freshObjects(schema);
  const found = objectsOf(database);
  const missing = [...expected].filter((object) => !found.has(object));
  const unexpected = [...found].filter((object) => !expected.has(object) && !STATISTICS.includes(object));
  if (missing.length + unexpected.length === 0) return;
  throw new LedgerError("SYS-013", "The ledger's tables, indexes or triggers are not those of its version.", {
    details: { missing: missing.map(nameOf), unexpected: unexpected.map(nameOf) },
  });
}

/** As SQLite itself describes a ledger that was made a moment ago. */
function freshObjects(schema: readonly string[]): ReadonlySet<string> {
  const known = fresh.get(schema);
  if (known !== undefined) return known;
  const database = selectDriver().open(":memory:");
  try {
    for (const statement of schema) database.exec(statement);
    const objects = objectsOf(database);
    fresh.set(schema, objects);
    return objects;
  } finally {
    database.close();
  }
}

/** Each as JSON of its type, name, table and statement. */
function objectsOf(database: SqliteDatabase): ReadonlySet<string> {
  const row = database.prepare(OBJECTS).get();
  const objects = isRow(row) ? parseStrict(text(row, "objects")) : undefined;
  const described = Array.isArray(objects) ? objects.map((object) => JSON.stringify(object)) : [];
  const distinct = new Set(described);
  if (distinct.size > 0 && distinct.size === described.length) return distinct;
  throw new LedgerError("SYS-013", "The ledger describes itself with nothing, or with an object twice.");
}

function nameOf(object: string): string {
  const parsed = parseStrict(object);
  return Array.isArray(parsed) ? `${String(parsed[0])} ${String(parsed[1])}` : object;
}
