import { parseTimestamp } from "@parmanasystems/canonical";
import {
  type ExecutionAttestation,
  type LogEntry,
  parseAttestation,
  parseResolution,
  parseResolutionEvidence,
  type ResolutionAttestation,
  votesHash,
} from "@parmanasystems/execution";
import type { TrustRoot } from "@parmanasystems/governance";
import { parseEvidence, signalProvenanceHash, signalsHash } from "@parmanasystems/provenance";
import { catalogueFacts } from "../audit-record.js";
import { checkEntry } from "../check-entry.js";
import { cataloguedRow } from "../log-table.js";
import { blob, integer, rawHash, type Row } from "../row.js";
import { damaged, readEntry } from "../stored-entry.js";
import { attestationSignatureHolds, checkResolutionSignature } from "./check-signatures.js";

const CATALOGUED = [
  "catalogued_seq",
  "time",
  "event",
  "execution_id",
  "policy_id",
  "policy_version",
  "decision",
  "code",
] as const;

/** An entry of which everything holds, but for the signature of its attestation: that is still being verified. */
export interface CheckedEntry {
  readonly leafHash: Uint8Array;
  readonly entry: LogEntry;
  /** Undefined where there is none to verify. */
  readonly signatureHolds: Promise<boolean> | undefined;
}

/**
 * Everything that is stored about one entry: its bytes, hash and place, the bodies it names, its unique keys, its evidence
 * and its line in the catalogue; the columns are those of `logged`. @throws LedgerError SYS-013 naming the position
 */
export function checkLogged(row: Row, seq: number, trustRoot: TrustRoot | undefined): CheckedEntry {
  if (integer(row, "seq") !== seq) damaged(seq, "the entry is missing");
  const { entry, leafHash } = checkEntry(row);
  const attestation = entry.event === "attested" ? checkAttested(row, seq, entry) : null;
  let signed: ExecutionAttestation | ResolutionAttestation | null = attestation;
  if (row["resolution"] !== null) {
    const resolution = parsed(seq, "resolution", () => parseResolution(blob(row, "resolution")));
    requireSaid(seq, entry, resolution, resolution.resolution === "approved" ? "approved" : "rejected");
    checkVotes(row, seq, resolution);
    if (resolution.attestationHash !== readEntry(blob(row, "pending"), seq).attestationHash)
      damaged(seq, "the resolution is of another attestation than the one that was pending");
    signed ??= resolution;
    if (trustRoot !== undefined) checkResolutionSignature(seq, resolution, entry.time, trustRoot);
  } else if (attestation === null && entry.decision !== null)
    damaged(seq, "the entry decides, and nobody signed it");
  const { event, execution_id: executionId, decision, code, time } = entry;
  const facts = catalogueFacts({ event, executionId, decision, code, attestation: signed });
  const expected = cataloguedRow(seq, parseTimestamp(time), facts);
  if (!CATALOGUED.every((column, index) => row[column] === expected[index]))
    damaged(seq, "the catalogue says something else than the entry");
  const signatureHolds =
    attestation === null || trustRoot === undefined
      ? undefined
      : attestationSignatureHolds(seq, attestation, time, trustRoot);
  return { leafHash: rawHash(leafHash), entry, signatureHolds };
}

function checkAttested(row: Row, seq: number, entry: LogEntry): ExecutionAttestation {
  const attestation = parsed(seq, "attestation", () => parseAttestation(blob(row, "body")));
  requireSaid(seq, entry, attestation, attestation.decision);
  if (row["evidence"] !== null) checkEvidence(row, seq, attestation);
  return attestation;
}

/** The entry says of the signed body what it says itself. */
function requireSaid(
  seq: number,
  entry: LogEntry,
  body: Pick<ExecutionAttestation, "execution_id" | "execution_fingerprint">,
  decision: string,
): void {
  if (
    entry.execution_id !== body.execution_id ||
    entry.execution_fingerprint !== body.execution_fingerprint ||
    entry.decision !== decision
  )
    damaged(seq, "the entry says something else than what was signed");
}

function checkVotes(row: Row, seq: number, resolution: ResolutionAttestation): void {
  const { execution_id, votes } = parsed(seq, "evidence of the resolution", () =>
    parseResolutionEvidence(blob(row, "votes")),
  );
  if (execution_id !== resolution.execution_id || votesHash(votes) !== resolution.votesHash)
    damaged(seq, "the votes are not those that the resolution counted");
}

function checkEvidence(row: Row, seq: number, attestation: ExecutionAttestation): void {
  const evidence = parsed(seq, "evidence", () => parseEvidence(blob(row, "evidence")));
  const same =
    evidence.execution_id === attestation.execution_id &&
    signalsHash(evidence.signals) === attestation.provenance.signalsHash &&
    signalProvenanceHash(evidence.signalProvenance) === attestation.provenance.signalProvenanceHash;
  if (!same) damaged(seq, "the evidence is not what was attested");
}

function parsed<Document>(seq: number, what: string, parse: () => Document): Document {
  try {
    return parse();
  } catch {
    return damaged(seq, `the stored ${what} is none`);
  }
}
