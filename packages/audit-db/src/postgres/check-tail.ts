import { LedgerError } from "../errors.js";
import { checkEntry, TAIL } from "../integrity.js";
import { damaged } from "../log-table.js";
import { integer } from "../row.js";
import type { PostgresSession } from "./session.js";

/**
 * The quick check of an opening: the counters fit the log, and the last entries, their leaf hashes, unique keys and
 * bodies fit each other. Older entries are a matter of verifying the whole log.
 * @throws LedgerError SYS-013, naming the position
 */
export async function checkTail(session: PostgresSession, s: string): Promise<void> {
  const [state] = await session.rows({
    text: `SELECT entries, counters.fencing, (SELECT coalesce(min(seq), 0) FROM ${s}.log) AS first,
(SELECT coalesce(max(seq), -1) FROM ${s}.log) AS last, (SELECT coalesce(max(fencing), 0) FROM ${s}.replay) AS highest
FROM ${s}.counters WHERE id = 1`,
  });
  if (state === undefined) throw new LedgerError("SYS-013", "The ledger has lost its counters.");
  const entries = integer(state, "entries");
  if (integer(state, "first") !== 0 || integer(state, "last") !== entries - 1) {
    throw new LedgerError(
      "SYS-013",
      `The log must hold the entries 0 to ${String(entries - 1)}, but it does not: entries were removed or added.`,
      { details: { entries, first: state["first"], last: state["last"] } },
    );
  }
  if (integer(state, "highest") > integer(state, "fencing")) {
    throw new LedgerError(
      "SYS-013",
      "A reservation carries a higher fencing number than the ledger ever gave out.",
    );
  }
  const from = Math.max(0, entries - TAIL);
  const rows = await session.rows({
    text: `SELECT log.seq, entry, leaf_hash, attested_execution, attested_fingerprint, attestations.body,
execution_key AS resolved_execution, resolutions.body AS resolution
FROM ${s}.log LEFT JOIN ${s}.attestations ON attestations.seq = log.seq LEFT JOIN ${s}.resolutions ON resolutions.seq = log.seq
WHERE log.seq >= $1 ORDER BY log.seq`,
    values: [from],
  });
  for (const [index, row] of rows.entries()) {
    if (integer(row, "seq") !== from + index) damaged(from + index, "the entry is missing");
    checkEntry(row);
  }
}
