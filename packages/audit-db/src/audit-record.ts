import { canonicalize, isSha256, type Sha256, sha256 } from "@parmanasystems/canonical";
import {
  isDecisionOutcome,
  isErrorCode,
  isExecutionId,
  type LogEntry,
  parseResolution,
  parseResolutionEvidence,
} from "@parmanasystems/execution";
import {
  type AttestedRecord,
  type AuditEvent,
  type AuditRecord,
  type EventRecord,
  type ExecutionIdentity,
  overrideEnd,
  type OverrideResolution,
  replayIdentities,
  type ResolvedRecord,
  type SeenVersion,
  type VersionedSubject,
} from "@parmanasystems/execution-runtime";
import { LedgerError } from "./errors.js";
import { entryHead } from "./log-entry.js";
import { rawHash } from "./row.js";
import { executionKey } from "./execution-key.js";
import { changeOf, versionName } from "./seen-version.js";

/** An audit record as it will be stored: checked and turned into bytes before the first await, so the caller cannot change it any more. */
export interface PreparedRecord {
  readonly entryHead: string;
  readonly catalogued: CatalogueFacts;
  readonly attested: AttestedBodies | undefined;
  /** What claims the end of an override; the bodies are null where nobody signed it. */
  readonly resolved?: ResolvedBodies;
}

/** What people search an entry by. */
export interface CatalogueFacts {
  readonly event: AuditEvent;
  /** Null for an attested execution, which the log finds itself. */
  readonly executionId: string | null;
  readonly policyId: string | null;
  readonly policyVersion: string | null;
  readonly decision: string | null;
  readonly code: string | null;
}

export interface ResolvedBodies {
  readonly executionKey: Uint8Array;
  readonly attestationHash: Sha256 | null;
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

/** What others than the ledger itself record: erasures and versions it records with what they are about. */
const APPENDED = ["attested", "failed", "abandoned", "replay_refused", "override_resolved"] as const;

/** @throws LedgerError SYS-017; CanonicalError when a body is not plain JSON */
export function prepareRecord(record: AuditRecord): PreparedRecord {
  requireEvent(record, ...APPENDED);
  if (record.event === "attested") return prepareAttestation(record);
  if (record.event !== "override_resolved") return prepareEvent(record);
  if (record.attestation !== null) return prepareResolution(record);
  const key = executionKey(record.executionId);
  const unsigned = { executionKey: key, attestationHash: null, attestation: null, evidence: null };
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
  const attestationHash = sha256(body);
  const key = executionKey(executionId);
  return {
    entryHead: headOf(record, attestationHash),
    catalogued: catalogueFacts(record),
    attested: undefined,
    resolved: { executionKey: key, attestationHash, attestation: body, evidence: votes },
  };
}

/** @throws LedgerError SYS-017 */
function prepareEvent(record: EventRecord): PreparedRecord {
  const { decision, code, attestation, evidence } = record;
  requireIdentity(record);
  requireCode(code);
  const bare = [decision, attestation, evidence].every(isNull);
  expectThat("decision, attestation and evidence", bare, "null unless the event is attested");
  return { entryHead: headOf(record, null), catalogued: catalogueFacts(record), attested: undefined };
}

/** The record of how the override of this execution ended. @throws LedgerError SYS-017; as `prepareRecord` */
export function prepareEnd(
  executionId: string,
  resolution: OverrideResolution,
  record: ResolvedRecord | EventRecord,
): PreparedRecord {
  requireEvent(record, "override_resolved");
  expectThat("executionId", record.executionId === executionId, "that of the resolved execution");
  const prepared = prepareRecord(record);
  const { decision, code } = record;
  const attestationHash = prepared.resolved?.attestationHash ?? null;
  const said = overrideEnd({ attestationHash, decision, code });
  expectThat(
    "decision and code",
    said === resolution,
    "those of the resolution, and null unless it is signed",
  );
  return prepared;
}

/** @throws LedgerError SYS-017; CanonicalError when a body is not plain JSON */
export function prepareAttestation(record: AttestedRecord): PreparedAttestation {
  const { executionId, fingerprint, identity, decision, code, attestation, evidence } = record;
  requireIdentity(record);
  requireEvent(record, "attested");
  expectThat("decision", isDecisionOutcome(decision), "a decision");
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
  return {
    entryHead: headOf(record, attested.attestationHash),
    catalogued: catalogueFacts(record),
    attested,
  };
}

/** The record of a reservation whose lease ran out and whose facts were handed to someone else. */
export function abandonedRecord({ executionId, fingerprint, identity }: ExecutionIdentity): PreparedRecord {
  const record = {
    event: "abandoned",
    executionId,
    fingerprint,
    identity,
    decision: null,
    code: null,
    attestation: null,
  } as const;
  return { entryHead: headOf(record, null), catalogued: catalogueFacts(record), attested: undefined };
}

/** The record of a trust root or policy index that is newer than any before: its version stands for the execution, its hash for the facts. */
export function versionRecord(subject: VersionedSubject, { version, hash }: SeenVersion): PreparedRecord {
  return prepareEvent({
    event: changeOf[subject],
    executionId: versionName(subject, version),
    fingerprint: hash,
    identity: "execution",
    decision: null,
    code: null,
    attestation: null,
    evidence: null,
  });
}

/** The record of an erasure: of the execution whose evidence goes. */
export function erasureRecord({ execution_id, execution_fingerprint }: LogEntry): PreparedRecord {
  return prepareEvent({
    event: "evidence_erased",
    executionId: execution_id,
    fingerprint: execution_fingerprint,
    identity: "execution",
    decision: null,
    code: null,
    attestation: null,
    evidence: null,
  });
}

export function catalogueFacts(
  record: Pick<AuditRecord, "event" | "executionId" | "decision" | "code"> & {
    readonly attestation: { readonly policyId: string; readonly policyVersion: string } | null;
  },
): CatalogueFacts {
  const { event, executionId, decision, code, attestation } = record;
  return {
    event,
    executionId: event === "attested" ? null : executionId,
    policyId: attestation?.policyId ?? null,
    policyVersion: attestation?.policyVersion ?? null,
    decision,
    code,
  };
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
  record: Pick<AuditRecord, "event" | "executionId" | "fingerprint" | "identity" | "decision" | "code">,
  attestationHash: Sha256 | null,
): string {
  const { event, executionId, fingerprint, identity, decision, code } = record;
  return entryHead({
    event,
    execution_id: executionId,
    execution_fingerprint: fingerprint,
    attestationHash,
    decision,
    code,
    replayIdentity: event === "attested" ? identity : null,
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
