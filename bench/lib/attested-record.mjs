import { sha256 } from "../../packages/canonical/dist/index.js";
import { signalProvenanceHash, signalsHash } from "../../packages/provenance/dist/index.js";

const signals = { claim_amount: 42_000, risk_score: 12, vip_customer: false };
const hash = sha256("bench");
const provenance = {
  runtimeVersion: "1.0.0",
  runtimeHash: hash,
  policyHash: hash,
  bundleHash: hash,
  releaseManifestHash: hash,
  trustRootVersion: 1,
  trustRootHash: hash,
  policyIndexVersion: 1,
  schemaVersion: "1.0.0",
  evaluatorSemantics: "parmana-policy/1",
  signalsHash: signalsHash(signals),
  signalProvenanceHash: signalProvenanceHash({}),
};

/** What the runtime hands to a ledger for the execution of this number, each with facts of its own; nobody signed it. */
export function attestedRecord(number, { keyId = "k".repeat(43), identity = "fingerprint" } = {}) {
  const executionId = `execution-${number}`;
  const fingerprint = sha256(`facts ${number}`);
  const attestation = {
    execution_id: executionId,
    execution_fingerprint: fingerprint,
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    decision: "approved",
    rule_id: "small-claim",
    action: "approve",
    reason: "small claim",
    execution_state: "completed",
    issuedAt: "2026-11-20T12:00:00.000Z",
    provenance,
    keyId,
    signature: `${"A".repeat(86)}==`,
  };
  const evidence = {
    type: "parmana/evidence/v1",
    execution_id: executionId,
    signals,
    signalProvenance: {},
  };
  const consumed = { executionId, fingerprint, identity };
  return { event: "attested", ...consumed, decision: "approved", code: null, attestation, evidence };
}
