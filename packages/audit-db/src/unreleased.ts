import { LedgerError } from "./errors.js";

/** Such a ledger is refused: its tables are others, and what entries before version 5 leave out cannot be bound any more (docs/adr/0011). */
export function unreleased(version: number, known: number): LedgerError {
  return new LedgerError(
    "SYS-040",
    `The ledger has schema version ${String(version)}, of a build before the first release; this release knows version ${String(known)}.`,
    { details: { version, known } },
  );
}
