import { sha256 } from "@parmanasystems/canonical";
import { executionKey } from "./audit-record.js";
import type { SqliteDatabase } from "./driver.js";
import { LedgerError } from "./errors.js";
import type { LogEntry } from "./log-entry.js";
import { damaged, storedEntry } from "./log-table.js";
import { blob, integer, isRow, rawHash, type Row } from "./row.js";

/** Entries at the end of the log that are re-hashed whenever it is opened: about a millisecond. */
export const TAIL = 64;

/**
 * The quick check of an opening: the counters fit the log, and the last entries, their leaf hashes, unique keys and
 * attestations fit each other. Older entries are a matter of verifying the whole log.
 * @throws LedgerError SYS-013, naming the position
 */
export function checkTail(database: SqliteDatabase): void {
  const counters = database.prepare("SELECT entries, fencing FROM counters WHERE id = 1").get();
  const bounds = database
    .prepare("SELECT coalesce(min(seq), 0) AS first, coalesce(max(seq), -1) AS last FROM log")
    .get();
  if (!isRow(counters) || !isRow(bounds))
    throw new LedgerError("SYS-013", "The ledger has lost its counters.");
  const entries = integer(counters, "entries");
  if (integer(bounds, "first") !== 0 || integer(bounds, "last") !== entries - 1) {
    throw new LedgerError(
      "SYS-013",
      `The log must hold the entries 0 to ${String(entries - 1)}, but it does not: entries were removed or added.`,
      {
        details: { entries, first: bounds["first"], last: bounds["last"] },
      },
    );
  }
  const highest = database.prepare("SELECT coalesce(max(fencing), 0) AS fencing FROM replay").get();
  if (!isRow(highest) || integer(highest, "fencing") > integer(counters, "fencing")) {
    throw new LedgerError(
      "SYS-013",
      "A reservation carries a higher fencing number than the ledger ever gave out.",
    );
  }
  const entry = database.prepare(
    "SELECT log.seq, entry, leaf_hash, attested_execution, attested_fingerprint, attestations.body, " +
      "execution_key AS resolved_execution, resolutions.body AS resolution FROM log " +
      "LEFT JOIN attestations ON attestations.seq = log.seq " +
      "LEFT JOIN resolutions ON resolutions.seq = log.seq WHERE log.seq = ?",
  );
  for (let seq = Math.max(0, entries - TAIL); seq < entries; seq += 1) {
    const row = entry.get(seq);
    if (isRow(row)) checkEntry(row);
    else damaged(seq, "the entry is missing");
  }
}

/** A row of the log with the bodies that belong to it: `body`, `resolved_execution` and `resolution`. */
export function checkEntry(row: Row): void {
  const { seq, entry } = storedEntry(row);
  checkResolution(row, seq, entry);
  if (entry.event !== "attested") {
    if (row["attested_execution"] !== null || row["attested_fingerprint"] !== null || row["body"] !== null) {
      damaged(seq, "the entry attests nothing, but an attestation is stored with it");
    }
    return;
  }
  if (!same(row["attested_execution"], executionKey(entry.execution_id)))
    damaged(seq, "the execution key is not that of the entry");
  const fingerprint = row["attested_fingerprint"];
  if (fingerprint !== null && !same(fingerprint, rawHash(entry.execution_fingerprint))) {
    damaged(seq, "the fingerprint key is not that of the entry");
  }
  if (row["body"] === null || sha256(blob(row, "body")) !== entry.attestationHash) {
    damaged(seq, "the stored attestation is not the one that the entry names");
  }
}

function checkResolution(row: Row, seq: number, entry: LogEntry): void {
  const { resolved_execution: claimed, resolution } = row;
  if (entry.event !== "override_resolved") {
    if (claimed !== null) damaged(seq, "the entry ends no override, but a resolution is stored with it");
    return;
  }
  if (!same(claimed, executionKey(entry.execution_id)))
    damaged(seq, "the end of the override is not stored with the entry");
  if (entry.attestationHash !== (resolution === null ? null : sha256(blob(row, "resolution"))))
    damaged(seq, "the stored resolution is not the one that the entry names");
}

function same(value: unknown, expected: Uint8Array): boolean {
  return value instanceof Uint8Array && Buffer.from(expected).equals(value);
}
