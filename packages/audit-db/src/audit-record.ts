import { hash } from "node:crypto";
import { canonicalize, isSha256, type Sha256, sha256 } from "@parmanasystems/canonical";
import { isExecutionId, parseResolution, parseResolutionEvidence } from "@parmanasystems/execution";
import {
  type AttestedRecord,
  type AuditEvent,
  auditEvents,
  type AuditRecord,
  type EventRecord,
  type ExecutionIdentity,
  replayIdentities,
  type ResolvedRecord,
} from "@parmanasystems/execution-runtime";
import { LedgerError } from "./errors.js";
import { decisionOutcomes, entryHead, isErrorCode } from "./log-entry.js";
import { rawHash } from "./row.js";

/** An audit record as it will be stored: checked and turned into bytes before the first await, so the caller cannot change it any more. */
export interface PreparedRecord {
  readonly entryHead: string;
  readonly attested: AttestedBodies | undefined;
  /** What claims the end of an override; the bodies are null where nobody signed it. */
  readonly resolved?: ResolvedBodies;
}

export interface ResolvedBodies {
  readonly executionKey: Uint8Array;
  readonly attestation: Uint8Array | null;
  readonly evidence: Uint8Array | null;
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
  if (record.event !== "override_resolved") return prepareEvent(record);
  if (record.attestation !== null) return prepareResolution(record);
  const unsigned = { executionKey: executionKey(record.executionId), attestation: null, evidence: null };
  return { ...prepareEvent(record), resolved: unsigned };
}

/** @throws LedgerError SYS-017; ExecutionError INV-044, INV-045 for a body that is none */
function prepareResolution(record: ResolvedRecord): PreparedRecord {
  const { executionId, fingerprint, decision, code, attestation, evidence } = record;
  requireIdentity(record);
  requireCode(code);
  expectThat("attestation.execution_id", attestation.execution_id === executionId, "executionId");
  expectThat(
    "attestation.execution_fingerprint",
    attestation.execution_fingerprint === fingerprint,
    "fingerprint",
  );
  expectThat("evidence.execution_id", evidence.execution_id === executionId, "executionId");
  const approved = attestation.resolution === "approved";
  expectThat("decision", decision === (approved ? "approved" : "rejected"), "that of the attestation");
  const body = Buffer.from(canonicalize(parseResolution(attestation)));
  const votes = Buffer.from(canonicalize(parseResolutionEvidence(evidence)));
  return {
    entryHead: headOf(record, sha256(body)),
    attested: undefined,
    resolved: { executionKey: executionKey(executionId), attestation: body, evidence: votes },
  };
}

/** @throws LedgerError SYS-017 */
function prepareEvent(record: EventRecord): PreparedRecord {
  const { event, decision, code, attestation, evidence } = record;
  requireIdentity(record);
  expectThat("event", auditEvents.includes(event), "an event of the log");
  requireCode(code);
  const bare = [decision, attestation, evidence].every(isNull);
  expectThat("decision, attestation and evidence", bare, "null unless the event is attested");
  return { entryHead: headOf(record, null), attested: undefined };
}

/** @throws LedgerError SYS-017; CanonicalError when a body is not plain JSON */
export function prepareAttestation(record: AttestedRecord): PreparedAttestation {
  const { executionId, fingerprint, identity, decision, code, attestation, evidence } = record;
  requireIdentity(record);
  requireEvent(record, "attested");
  expectThat("decision", decisionOutcomes.includes(decision), "a decision");
  expectThat("code", isNull(code), "null in an attested record");
  expectThat("attestation", !isNull(attestation), "the attestation that the entry records");
  expectThat("evidence", !isNull(evidence), "the evidence of the attestation");
  expectThat("attestation.execution_id", attestation.execution_id === executionId, "executionId");
  expectThat(
    "attestation.execution_fingerprint",
    attestation.execution_fingerprint === fingerprint,
    "fingerprint",
  );
  expectThat("attestation.decision", attestation.decision === decision, "decision");
  expectThat("evidence.execution_id", evidence.execution_id === executionId, "executionId");
  const body = Buffer.from(canonicalize(attestation));
  const attested = {
    executionKey: executionKey(executionId),
    fingerprintKey: identity === "fingerprint" ? rawHash(fingerprint) : null,
    attestationHash: sha256(body),
    attestation: body,
    evidence: Buffer.from(canonicalize(evidence)),
  };
  return { entryHead: headOf(record, attested.attestationHash), attested };
}

/** The record of a reservation whose lease ran out and whose facts were handed to someone else. */
export function abandonedRecord(executionId: string, fingerprint: Sha256): PreparedRecord {
  const record = { event: "abandoned", executionId, fingerprint, decision: null, code: null } as const;
  return { entryHead: headOf(record, null), attested: undefined };
}

/** @throws LedgerError SYS-017 unless the record is about the very identity that was reserved */
export function requireSameIdentity(reservation: ExecutionIdentity, record: AuditRecord): void {
  expectThat("executionId", record.executionId === reservation.executionId, "that of the reservation");
  expectThat("fingerprint", record.fingerprint === reservation.fingerprint, "that of the reservation");
  expectThat("identity", record.identity === reservation.identity, "that of the reservation");
}

/** @throws LedgerError SYS-017 */
export function requireEvent({ event }: AuditRecord, ...events: readonly AuditEvent[]): void {
  expectThat("event", events.includes(event), events.join(" or "));
}

function requireCode(code: unknown): void {
  expectThat("code", isNull(code) || isErrorCode(code), "an error code or null");
}

function requireIdentity({ executionId, fingerprint, identity }: ExecutionIdentity): void {
  expectThat("executionId", isExecutionId(executionId), "1 to 128 of the characters A-Z a-z 0-9 . _ : -");
  expectThat("fingerprint", isSha256(fingerprint), "a sha256 hash as executionFingerprint returns it");
  expectThat("identity", replayIdentities.includes(identity), "fingerprint or execution");
}

function headOf(
  record: Pick<AuditRecord, "event" | "executionId" | "fingerprint" | "decision" | "code">,
  attestationHash: Sha256 | null,
): string {
  const { event, executionId, fingerprint, decision, code } = record;
  return entryHead({
    event,
    execution_id: executionId,
    execution_fingerprint: fingerprint,
    attestationHash,
    decision,
    code,
  });
}

function isNull(value: unknown): boolean {
  return value === null;
}

function expectThat(member: string, holds: boolean, expected: string): void {
  if (holds) return;
  throw new LedgerError("SYS-017", `The audit record's ${member} must be ${expected}.`, {
    details: { member },
  });
}
