import { sha256 } from "@parmanasystems/canonical";
import type { LogEntry } from "@parmanasystems/execution";
import { executionKey } from "./execution-key.js";
import { blob, integer, rawHash, type Row } from "./row.js";
import { damaged, readEntry, resolvedEntry, type StoredEntry, storedEntry } from "./stored-entry.js";

/** What `checkEntry` reads of a position. @param s the schema and a dot, or nothing */
export function entryWithBodies(s: string): { readonly columns: string; readonly tables: string } {
  return {
    columns: `log.seq, log.entry, log.leaf_hash, log.attested_execution, log.attested_fingerprint, attestations.body,
resolutions.execution_key AS resolved_execution, resolutions.body AS resolution, evidence.seq AS evidence_seq,
CASE WHEN evidence.body IS NULL THEN 0 ELSE 1 END AS evidence_held, evidence.erased_by, eraser.entry AS eraser,
erased.seq AS erased_seq, erased_log.entry AS erased_entry,
(SELECT seq FROM ${s}log AS other WHERE other.attested_execution = resolutions.execution_key LIMIT 1) AS pending_seq,
(SELECT entry FROM ${s}log AS other WHERE other.attested_execution = resolutions.execution_key LIMIT 1) AS pending,
(SELECT seq FROM ${s}log AS other WHERE other.attested_execution = log.attested_execution LIMIT 1) AS by_execution,
(SELECT seq FROM ${s}log AS other WHERE other.attested_fingerprint = log.attested_fingerprint LIMIT 1) AS by_fingerprint,
(SELECT seq FROM ${s}resolutions AS other WHERE other.execution_key = resolutions.execution_key LIMIT 1) AS by_resolved`,
    tables: `${s}log AS log LEFT JOIN ${s}attestations AS attestations ON attestations.seq = log.seq
LEFT JOIN ${s}resolutions AS resolutions ON resolutions.seq = log.seq
LEFT JOIN ${s}evidence AS evidence ON evidence.seq = log.seq LEFT JOIN ${s}log AS eraser ON eraser.seq = evidence.erased_by
LEFT JOIN ${s}evidence AS erased ON erased.erased_by = log.seq LEFT JOIN ${s}log AS erased_log ON erased_log.seq = erased.seq`,
  };
}

/** All that is stored about positions, for `checkLogged`, up to its WHERE clause. */
export function logged(s: string): string {
  const { columns, tables } = entryWithBodies(s);
  return `SELECT ${columns}, resolutions.evidence AS votes, evidence.body AS evidence,
catalogue.seq AS catalogued_seq, time, event, catalogue.execution_id, policy_id, policy_version, decision, code
FROM ${tables} LEFT JOIN ${s}catalogue AS catalogue ON catalogue.seq = log.seq`;
}

/** The entry, and that everything stored with it is what it says. @throws LedgerError SYS-013 naming the position */
export function checkEntry(row: Row): StoredEntry {
  const stored = storedEntry(row);
  const { seq, entry } = stored;
  checkAttestation(row, seq, entry);
  checkResolution(row, seq, entry);
  checkEvidence(row, seq, entry);
  checkErasure(row, seq, entry);
  return stored;
}

function checkAttestation(row: Row, seq: number, entry: LogEntry): void {
  const { attested_execution: execution, attested_fingerprint: fingerprint, body } = row;
  if (entry.event !== "attested") {
    if (execution !== null || fingerprint !== null || body !== null)
      damaged(seq, "the entry attests nothing, but an attestation is stored with it");
    return;
  }
  if (!same(execution, executionKey(entry.execution_id)))
    damaged(seq, "the execution key is not that of the entry");
  const unchanged =
    entry.replayIdentity === "fingerprint"
      ? same(fingerprint, rawHash(entry.execution_fingerprint))
      : fingerprint === null;
  if (!unchanged) damaged(seq, "the fingerprint key is not that of the entry");
  // Asked of the unique indexes: one that was emptied knows no entry.
  if (row["by_execution"] !== seq)
    damaged(seq, "the execution is attested twice, or the index does not know it");
  if (row["by_fingerprint"] !== (fingerprint === null ? null : seq))
    damaged(seq, "the facts are attested twice, or the index does not know them");
  if (body === null || sha256(blob(row, "body")) !== entry.attestationHash)
    damaged(seq, "the stored attestation is not the one that the entry names");
}

function checkResolution(row: Row, seq: number, entry: LogEntry): void {
  const { resolved_execution: claimed, resolution } = row;
  if (entry.event !== "override_resolved") {
    if (claimed !== null) damaged(seq, "the entry ends no override, but a resolution is stored with it");
    return;
  }
  if (!same(claimed, executionKey(entry.execution_id)))
    damaged(seq, "the end of the override is not stored with the entry");
  if (row["by_resolved"] !== seq)
    damaged(seq, "the override ended twice, or the index does not know its end");
  requirePending(row, seq, entry);
  const { attestationHash } = resolvedEntry(entry);
  if (attestationHash !== (resolution === null ? null : sha256(blob(row, "resolution"))))
    damaged(seq, "the stored resolution is not the one that the entry names");
}

/** Nobody decides what was not left to people: an earlier entry attests it as pending. */
function requirePending(row: Row, seq: number, entry: LogEntry): void {
  if (row["pending"] === null) damaged(seq, "the entry ends an override of what was never attested");
  const pendingSeq = integer(row, "pending_seq");
  const pending = readEntry(blob(row, "pending"), pendingSeq);
  if (
    pending.event !== "attested" ||
    pending.decision !== "pending_override" ||
    !sameExecution(pending, entry)
  )
    damaged(seq, "the entry ends an override of what was not pending");
  if (pendingSeq >= seq) damaged(seq, "the entry ends an override before it was pending");
}

/** Evidence is stored, or a later entry says that it was erased. */
function checkEvidence(row: Row, seq: number, entry: LogEntry): void {
  if (entry.event !== "attested") {
    if (row["evidence_seq"] !== null)
      damaged(seq, "the entry attests nothing, but evidence is stored with it");
    return;
  }
  if (row["evidence_seq"] === null)
    damaged(seq, "the evidence is gone, and no entry says that it was erased");
  const held = integer(row, "evidence_held") === 1;
  if (held !== (row["erased_by"] === null)) damaged(seq, "the evidence was erased, and is there");
  if (held) return;
  const erasedBy = integer(row, "erased_by");
  if (row["eraser"] === null || erasedBy <= seq)
    damaged(seq, "the evidence is gone, and no later entry says that it was erased");
  const eraser = readEntry(blob(row, "eraser"), erasedBy);
  if (eraser.event !== "evidence_erased" || !sameExecution(eraser, entry))
    damaged(seq, "the evidence is gone, and the entry that it names erased something else");
}

/** The other way round: an entry that says so erased the evidence of the execution that it names. */
function checkErasure(row: Row, seq: number, entry: LogEntry): void {
  const erases = row["erased_seq"] !== null;
  if (entry.event !== "evidence_erased") {
    if (erases) damaged(seq, "the entry erases nothing, but evidence is said to be erased by it");
    return;
  }
  if (!erases || row["erased_entry"] === null)
    damaged(seq, "the entry says that evidence was erased, and none was");
  const erasedSeq = integer(row, "erased_seq");
  const erased = readEntry(blob(row, "erased_entry"), erasedSeq);
  if (erasedSeq >= seq || erased.event !== "attested" || !sameExecution(erased, entry))
    damaged(seq, "the entry says that evidence was erased of another execution than that it was erased of");
}

function sameExecution(one: LogEntry, other: LogEntry): boolean {
  return one.execution_id === other.execution_id && one.execution_fingerprint === other.execution_fingerprint;
}

function same(value: unknown, expected: Uint8Array): boolean {
  return value instanceof Uint8Array && Buffer.from(expected).equals(value);
}
