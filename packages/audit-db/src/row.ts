import type { Sha256 } from "@parmanasystems/canonical";
import { LedgerError } from "./errors.js";

/** One row of a result. Columns are read by name and checked: a file is outside data. */
export type Row = Readonly<Record<string, unknown>>;

export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}

/** @throws LedgerError SYS-013 */
export function integer(row: Row, column: string): number {
  const value = row[column];
  return typeof value === "number" && Number.isSafeInteger(value) ? value : wrong(column, "a whole number");
}

/** @throws LedgerError SYS-013 */
export function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : wrong(column, "text");
}

/** @throws LedgerError SYS-013 */
export function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : wrong(column, "bytes");
}

/** A column of 32 raw bytes as a hash. @throws LedgerError SYS-013 */
export function hash(row: Row, column: string): Sha256 {
  const bytes = blob(row, column);
  return bytes.length === 32 ? formatHash(bytes) : wrong(column, "32 bytes");
}

/** One of a closed set of texts. @throws LedgerError SYS-013 */
export function choice<Name extends string>(row: Row, column: string, names: readonly Name[]): Name {
  const value = text(row, column);
  return names.find((name) => name === value) ?? wrong(column, `one of ${names.join(", ")}`);
}

/** The spelling of 32 raw bytes. */
export function formatHash(bytes: Uint8Array): Sha256 {
  return `sha256:${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")}`;
}

/** The 32 raw bytes of a hash that `isSha256` accepts. */
export function rawHash(spelled: Sha256): Uint8Array {
  return Buffer.from(spelled.slice(7), "hex");
}

function wrong(column: string, expected: string): never {
  throw new LedgerError(
    "SYS-013",
    `The ledger holds something other than ${expected} in the column ${column}.`,
    {
      details: { column },
    },
  );
}
