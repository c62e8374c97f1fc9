import { refuse } from "./ledger-arguments.js";

export interface EntriesQuery {
  /** First position, from 0. Default 0. */
  readonly from?: number;
  /** Entries at the most, 1 to 10,000. Default 1,000. */
  readonly limit?: number;
}

const ENTRIES_LIMIT = 10_000;

/** @throws LedgerError SYS-016 */
export function requireEntriesQuery({ from = 0, limit = 1_000 }: EntriesQuery): Required<EntriesQuery> {
  if (!Number.isSafeInteger(from) || from < 0) refuse("from", "a position from 0");
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > ENTRIES_LIMIT)
    refuse("limit", "a whole number from 1 to 10000");
  return { from, limit };
}
