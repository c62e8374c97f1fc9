import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@parmanasystems/audit-db";
import { sha256 } from "@parmanasystems/canonical";
import {
  executeDecision,
  executionFingerprint,
  issueExecutionToken,
  LocalSigner,
  LocalVerifier,
} from "@parmanasystems/execution";

const directory = mkdtempSync(join(tmpdir(), "parmana-example-"));
const path = join(directory, "ledger.db");
const identity = {
  executionId: "claim-0001",
  fingerprint: executionFingerprint({
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    signals: { claim_amount: 1200 },
  }),
  identity: "fingerprint",
};

// 1. Reserve: from here on nobody else can execute these facts, in this process or another.
let ledger = openLedger(path);
const { reservation } = await ledger.reserve({ ...identity, leaseMs: 30_000 });

// 2. Decide and sign. The runtime does this (createExecutionRuntime); here it is spelled out.
const { attestation, evidence } = await attest();

// 3. Log entry, attestation, evidence and consumed identity: one transaction, durable when it resolves.
const record = { event: "attested", ...identity, decision: "approved", code: null, attestation, evidence };
console.log("recorded", await ledger.appendAndConfirm(reservation, record));

// 4. A restart changes nothing: the same facts under another id are a replay.
await ledger.close();
ledger = openLedger(path);
const again = await ledger.reserve({ ...identity, executionId: "claim-0002", leaseMs: 30_000 });
console.log(again.outcome, "of", again.record.executionId, again.record.state);
for (const { seq, entry } of await ledger.entries()) console.log(seq, entry.event, entry.attestationHash);
await ledger.close();
rmSync(directory, { recursive: true });

async function attest() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const signer = new LocalSigner(privateKey);
  const decision = {
    decision: "approved",
    rule_id: "small-claim",
    action: "approve",
    reason: "small claim",
  };
  const some = sha256("stands for a file of the governed environment");
  const token = await issueExecutionToken(
    {
      execution_id: identity.executionId,
      execution_fingerprint: identity.fingerprint,
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      bundleHash: some,
      decision: decision.decision,
      rule_id: decision.rule_id,
      issuedAt: "2026-11-20T22:00:00.000Z",
      expiresAt: "2026-11-20T22:01:00.000Z",
      audience: signer.keyId,
    },
    signer,
  );
  const provenance = {
    runtimeVersion: "1.0.0",
    runtimeHash: some,
    policyHash: some,
    bundleHash: some,
    releaseManifestHash: some,
    trustRootVersion: 1,
    trustRootHash: some,
    policyIndexVersion: 1,
    schemaVersion: "1.0.0",
    evaluatorSemantics: "parmana-policy/1",
    signalsHash: some,
    signalProvenanceHash: some,
  };
  return {
    attestation: await executeDecision({ token, decision, provenance }, signer, new LocalVerifier(publicKey)),
    evidence: {
      type: "parmana/evidence/v1",
      execution_id: identity.executionId,
      signals: { claim_amount: 1200 },
      signalProvenance: {},
    },
  };
}
