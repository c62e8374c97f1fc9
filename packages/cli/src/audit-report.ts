import type { StoredEntry } from "@parmanasystems/audit-db";
import type { LogEntry } from "@parmanasystems/execution";

/** An entry as machines get it. */
export function entryJson({ seq, leafHash, entry }: StoredEntry) {
  const { event, execution_id, execution_fingerprint, decision, code, attestationHash, time } = entry;
  const said = { event, execution_id, execution_fingerprint, decision, code, attestationHash };
  return { seq, time, ...said, replayIdentity: entry.replayIdentity, leafHash };
}

/** An entry in one row. */
export function entryRow({ seq, entry }: StoredEntry): readonly string[] {
  return [String(seq), entry.time, entry.event, outcomeOf(entry), entry.execution_id];
}

/** What came of it: a decision, or the code of what ended it. */
function outcomeOf({ decision, code }: LogEntry): string {
  return decision ?? code ?? "";
}
