import { refuse } from "../ledger-arguments.js";
import type { StoredCheckpoint } from "./audit-storage.js";
import { readCheckpoint } from "./issue-checkpoint.js";
import type { KeptHead } from "./revoked-keys.js";

/** A checkpoint kept elsewhere, and since when: whatever it covers is older. */
export interface KeptCheckpoint {
  readonly note: string;
  /** In milliseconds since 1970. */
  readonly since: number;
}

/** One or several; a note alone says nothing of when it was kept. */
type KeptCheckpoints = string | KeptCheckpoint | readonly (string | KeptCheckpoint)[];

export type Kept = StoredCheckpoint & KeptHead;

/** @throws LedgerError SYS-016, SYS-036 */
export function readKept(remembered: KeptCheckpoints): readonly Kept[] {
  return (isList(remembered) ? remembered : [remembered]).map(read);
}

function isList(remembered: KeptCheckpoints): remembered is readonly (string | KeptCheckpoint)[] {
  return Array.isArray(remembered);
}

function read(kept: string | KeptCheckpoint): Kept {
  if (typeof kept === "string") return { ...readCheckpoint(kept), note: kept, since: undefined };
  const { note, since } = kept;
  if (!Number.isSafeInteger(since) || since < 0)
    refuse("remembered.since", "a whole number of milliseconds since 1970");
  return { ...readCheckpoint(note), note, since };
}
