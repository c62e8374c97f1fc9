import { hash } from "node:crypto";
import { refuse } from "../ledger-arguments.js";

/** Where the ledger's tables are. */
export interface SchemaName {
  readonly name: string;
  /** As it stands in a statement. */
  readonly quoted: string;
  /** Takes the lock that every change of this ledger holds until its transaction ends. */
  readonly lock: string;
}

/** Names that PostgreSQL keeps as they are written; those that begin with pg_ are its own. */
const SCHEMA_NAME = /^(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}$/;

/** @throws LedgerError SYS-016 */
export function schemaName(name: string): SchemaName {
  if (typeof name !== "string" || !SCHEMA_NAME.test(name)) {
    refuse("schema", "1 to 63 of a-z 0-9 _, no digit first, and not a name of PostgreSQL's own");
  }
  // Advisory locks are numbers that all programs of one database share.
  const number = hash("sha256", `parmana/ledger/${name}`, "buffer").readBigInt64BE();
  return { name, quoted: `"${name}"`, lock: `SELECT pg_advisory_xact_lock(${String(number)})` };
}
