import { LedgerError } from "../errors.js";
import { blob, type Row } from "../row.js";

/** What was found by a key must be about what the key was made from. @throws LedgerError SYS-013 */
export function requireKey(row: Row, column: string, key: Uint8Array): void {
  if (Buffer.from(key).equals(blob(row, column))) return;
  throw new LedgerError("SYS-013", `The ledger holds a row whose ${column} is not that of its contents.`, {
    details: { column },
  });
}
