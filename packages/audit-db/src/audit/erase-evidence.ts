import { refuse, requireText } from "../ledger-arguments.js";
import type { StoredEntry } from "../stored-entry.js";
import type { AuditStorage } from "./audit-storage.js";

/** Of one execution, or of all that were attested before an instant in milliseconds since 1970. */
export type ErasedEvidence = { readonly executionId: string } | { readonly before: number };

const ERASE_AT_ONCE = 256;

/** Returns of how many executions there was something to erase. */
export async function eraseEvidence(
  storage: AuditStorage,
  which: ErasedEvidence,
  onProgress?: (erased: number) => void,
): Promise<number> {
  let erased = 0;
  for await (const attested of attestedEntries(storage, which)) {
    const done = await Promise.all(attested.map((entry) => storage.eraseEvidence(entry)));
    erased += done.filter(Boolean).length;
    if (erased > 0) onProgress?.(erased);
  }
  if (erased > 0) await storage.scrub();
  return erased;
}

async function* attestedEntries(
  storage: AuditStorage,
  which: ErasedEvidence,
): AsyncGenerator<readonly StoredEntry[]> {
  if ("executionId" in which) {
    requireText(which.executionId);
    const attested = await storage.attestedEntry(which.executionId);
    if (attested !== undefined) yield [attested];
    return;
  }
  const { before } = which;
  if (Number.isNaN(before)) refuse("before", "an instant in milliseconds since 1970");
  for (let after = -1; ;) {
    const attested = await storage.withEvidence({ after, before, limit: ERASE_AT_ONCE });
    const last = attested.at(-1);
    if (last === undefined) return;
    yield attested;
    after = last.seq;
  }
}
