import { type Sha256, sha256 } from "@parmanasystems/canonical";
import {
  attestationHash,
  type DecisionOutcome,
  type ExecutionAttestation,
  type ReviewVote,
  votesHash,
} from "@parmanasystems/execution";
import type {
  AttestedRecord,
  EventRecord,
  ExecutionIdentity,
  ResolvedRecord,
} from "@parmanasystems/execution-runtime";
import { signalProvenanceHash, signalsHash } from "@parmanasystems/provenance";

const HASH = sha256("anything");
const SIGNALS = { claim_amount: 42_000, risk_score: 12, vip_customer: false };

export function facts(name: string): Sha256 {
  return sha256(`facts of ${name}`);
}

/** An attestation of the right shape; nobody verifies its signature here. */
export function attestation(
  executionId: string,
  fingerprint: Sha256,
  decision: DecisionOutcome,
): ExecutionAttestation {
  return {
    execution_id: executionId,
    execution_fingerprint: fingerprint,
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    decision,
    rule_id: "small-claim",
    action: "approve",
    reason: "small claim",
    execution_state: decision === "pending_override" ? "pending_override" : "completed",
    issuedAt: "2026-11-20T12:00:00.000Z",
    provenance: {
      runtimeVersion: "1.0.0",
      runtimeHash: HASH,
      policyHash: HASH,
      bundleHash: HASH,
      releaseManifestHash: HASH,
      trustRootVersion: 1,
      trustRootHash: HASH,
      policyIndexVersion: 1,
      schemaVersion: "1.0.0",
      evaluatorSemantics: "parmana-policy/1",
      signalsHash: signalsHash(SIGNALS),
      signalProvenanceHash: signalProvenanceHash({}),
    },
    keyId: "A".repeat(43),
    signature: `${"A".repeat(86)}==`,
  };
}

export function attestedRecord(
  { executionId, fingerprint, identity }: ExecutionIdentity,
  decision: DecisionOutcome = "approved",
): AttestedRecord {
  return {
    event: "attested",
    executionId,
    fingerprint,
    identity,
    decision,
    code: null,
    attestation: attestation(executionId, fingerprint, decision),
    evidence: {
      type: "parmana/evidence/v1",
      execution_id: executionId,
      signals: SIGNALS,
      signalProvenance: {},
    },
  };
}

export function eventRecord(
  event: EventRecord["event"],
  { executionId, fingerprint, identity }: ExecutionIdentity,
  code: string | null = null,
): EventRecord {
  return {
    event,
    executionId,
    fingerprint,
    identity,
    decision: null,
    code,
    attestation: null,
    evidence: null,
  };
}

export function vote(approver: string, decision: "approved" | "rejected" = "approved"): ReviewVote {
  return {
    approver,
    role: "claims-manager",
    decision,
    reason: "checked by phone",
    votedAt: "2026-11-20T12:05:00.000Z",
  };
}

/** The approval of a pending override, of the right shape; nobody verifies its signature here. */
export function resolvedRecord({ executionId, fingerprint, identity }: ExecutionIdentity): ResolvedRecord {
  const votes = [vote("ada")];
  const first = attestation(executionId, fingerprint, "pending_override");
  const { policyId, policyVersion, provenance, keyId, signature } = first;
  return {
    event: "override_resolved",
    executionId,
    fingerprint,
    identity,
    decision: "approved",
    code: null,
    attestation: {
      execution_id: executionId,
      execution_fingerprint: fingerprint,
      policyId,
      policyVersion,
      attestationHash: attestationHash(first),
      resolution: "approved",
      votesHash: votesHash(votes),
      approvals: 1,
      issuedAt: "2026-11-20T12:06:00.000Z",
      provenance,
      keyId,
      signature,
    },
    evidence: { type: "parmana/resolution-evidence/v1", execution_id: executionId, votes },
  };
}
