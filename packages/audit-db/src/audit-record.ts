import { hash } from "node:crypto";
import { canonicalize, isSha256, type Sha256, sha256 } from "@parmanasystems/canonical";
import { isExecutionId } from "@parmanasystems/execution";
import type { AuditEvent, AuditRecord, Reservation } from "@parmanasystems/execution-runtime";
import { LedgerError } from "./errors.js";
import { auditEvents, decisionOutcomes, entryHead, isErrorCode } from "./log-entry.js";
import { isReplayIdentity } from "./replay-identity.js";
import { rawHash } from "./row.js";

/** An audit record as it will be stored: checked and turned into bytes before the first await, so the caller cannot change it any more. */
export interface PreparedRecord {
  readonly entryHead: string;
  readonly attested: AttestedBodies | undefined;
}

export interface AttestedBodies {
  readonly executionKey: Uint8Array;
  /** Null when equal facts may recur. */
  readonly fingerprintKey: Uint8Array | null;
  readonly attestationHash: Sha256;
  readonly attestation: Uint8Array;
  readonly evidence: Uint8Array;
}

export interface PreparedAttestation extends PreparedRecord {
  readonly attested: AttestedBodies;
}

/** The key of an execution id in every table: ids have many lengths, hashes one. */
export function executionKey(executionId: string): Uint8Array {
  return hash("sha256", executionId, "buffer");
}

/** @throws LedgerError SYS-017; CanonicalError when a body is not plain JSON */
export function prepareRecord(record: AuditRecord): PreparedRecord {
  if (record.event === "attested") return prepareAttestation(record);
  return { entryHead: headOf(record, referredAttestation(record)), attested: undefined };
}

/** @throws LedgerError SYS-017; CanonicalError when a body is not plain JSON */
export function prepareAttestation(record: AuditRecord): PreparedAttestation {
  requireEvent(record, "attested");
  const attested = attestedBodies(record);
  return { entryHead: headOf(record, attested.attestationHash), attested };
}

function headOf(
  { event, executionId, fingerprint, decision, code }: AuditRecord,
  attestationHash: Sha256 | null,
): string {
  if (!auditEvents.includes(event)) refuse("event", "an event of the log");
  if (!isExecutionId(executionId)) refuse("executionId", "an execution id: 1 to 128 of A-Z a-z 0-9 . _ : -");
  if (!isSha256(fingerprint)) refuse("fingerprint", "a sha256 hash as executionFingerprint returns it");
  if (decision !== null && !decisionOutcomes.includes(decision)) refuse("decision", "a decision or null");
  if (code !== null && !isErrorCode(code)) refuse("code", "an error code or null");
  return entryHead({
    event,
    execution_id: executionId,
    execution_fingerprint: fingerprint,
    attestationHash,
    decision,
    code,
  });
}

/** The record of a reservation whose lease ran out and whose facts were handed to someone else. */
export function abandonedEntryHead(executionId: string, fingerprint: Sha256): string {
  return entryHead({
    event: "abandoned",
    execution_id: executionId,
    execution_fingerprint: fingerprint,
    attestationHash: null,
    decision: null,
    code: null,
  });
}

/** @throws LedgerError SYS-017 unless the record is about the very identity that was reserved */
export function requireSameIdentity(reservation: Reservation, record: AuditRecord): void {
  if (record.executionId !== reservation.executionId) refuse("executionId", "that of the reservation");
  if (record.fingerprint !== reservation.fingerprint) refuse("fingerprint", "that of the reservation");
  if (record.identity !== reservation.identity) refuse("identity", "that of the reservation");
}

/** @throws LedgerError SYS-017 */
export function requireEvent(record: AuditRecord, ...events: readonly AuditEvent[]): void {
  if (!events.includes(record.event)) refuse("event", events.join(" or "));
}

function attestedBodies({
  executionId,
  fingerprint,
  identity,
  decision,
  code,
  attestation,
  evidence,
}: AuditRecord): AttestedBodies {
  if (attestation === null) refuse("attestation", "the attestation that the entry records");
  if (evidence === null) refuse("evidence", "the evidence of the attestation");
  if (decision === null) refuse("decision", "that of the attestation");
  if (code !== null) refuse("code", "null in an attested record");
  if (!isReplayIdentity(identity)) refuse("identity", "fingerprint or execution");
  if (attestation.execution_id !== executionId) refuse("attestation.execution_id", "executionId");
  if (attestation.execution_fingerprint !== fingerprint)
    refuse("attestation.execution_fingerprint", "fingerprint");
  if (attestation.decision !== decision) refuse("attestation.decision", "decision");
  if (evidence.execution_id !== executionId) refuse("evidence.execution_id", "executionId");
  const body = Buffer.from(canonicalize(attestation));
  return {
    executionKey: executionKey(executionId),
    fingerprintKey: identity === "fingerprint" ? rawHash(fingerprint) : null,
    attestationHash: sha256(body),
    attestation: body,
    evidence: Buffer.from(canonicalize(evidence)),
  };
}

/** Entries other than `attested` may point at an attestation; its body is with its own entry. */
function referredAttestation({ attestation }: AuditRecord): Sha256 | null {
  return attestation === null ? null : sha256(canonicalize(attestation));
}

function refuse(member: string, expected: string): never {
  throw new LedgerError("SYS-017", `The audit record's ${member} must be ${expected}.`, {
    details: { member },
  });
}
