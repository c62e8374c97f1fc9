import { sha256 } from "@parmanasystems/canonical";
import {
  executeDecision,
  executionFingerprint,
  fromEnvelope,
  issueExecutionToken,
  LocalSigner,
  LocalVerifier,
  toEnvelope,
  verifyAttestationSignature,
} from "@parmanasystems/execution";
import { generatePrivateKey } from "@parmanasystems/signing";

const signer = new LocalSigner(generatePrivateKey());
const verifier = new LocalVerifier(signer.publicKey);

// What the policy decided, on which facts. In production execution-runtime measures all of this.
const decision = { decision: "approved", rule_id: "small-claim", action: "approve", reason: "small claim" };
const facts = { policyId: "claims-approval", policyVersion: "1.0.0", signals: { claim_amount: 45_000 } };
const provenance = {
  runtimeVersion: "1.0.0",
  runtimeHash: sha256("the files that run"),
  policyHash: sha256("policy.json"),
  bundleHash: sha256("bundle.manifest.json"),
  releaseManifestHash: sha256("release-manifest.json"),
  trustRootVersion: 1,
  trustRootHash: sha256("trust-root.json"),
  policyIndexVersion: 1,
  schemaVersion: "1.0.0",
  evaluatorSemantics: "parmana-policy/1",
  signalsHash: sha256('{"claim_amount":45000}'),
  signalProvenanceHash: sha256("{}"),
};

// A one-time permission for this decision, and its redemption for a signed attestation.
const token = await issueExecutionToken(
  {
    execution_id: "claim-2026-000017",
    execution_fingerprint: executionFingerprint(facts),
    policyId: facts.policyId,
    policyVersion: facts.policyVersion,
    bundleHash: provenance.bundleHash,
    decision: decision.decision,
    rule_id: decision.rule_id,
    issuedAt: "2026-11-20T22:00:00.000Z",
    expiresAt: "2026-11-20T22:01:00.000Z",
    audience: signer.keyId,
  },
  signer,
);
const attestation = await executeDecision({ token, decision, provenance }, signer, verifier);
console.log(attestation.decision, verifyAttestationSignature(attestation, signer.publicKey)); // approved true

// The same signature as a DSSE envelope, for every tool that knows in-toto; and back, exactly.
const envelope = toEnvelope(attestation);
console.log(envelope.payloadType, JSON.stringify(fromEnvelope(envelope)) === JSON.stringify(attestation));

// One changed member, and it is no longer what was signed.
const forged = { ...attestation, reason: "large claim" };
console.log(verifyAttestationSignature(forged, signer.publicKey)); // false
