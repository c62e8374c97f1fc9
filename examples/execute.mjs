import { readFileSync } from "node:fs";
import { createExecutionRuntime, LocalSigner, LocalVerifier, openLedger } from "@parmanasystems/core";

const home = process.env.PARMANA_HOME ?? ".parmana";
const signer = new LocalSigner(readFileSync(`${home}/keys/runtime.pem`, "utf8"));
const runtime = createExecutionRuntime({
  environment: {
    policiesRootPath: `${home}/policies`,
    trustRootPath: `${home}/trust/trust-root.json`,
    trustPublicKeyPath: `${home}/trust/root.pub`,
    releaseManifestPath: `${home}/release-manifest.json`,
  },
  signer,
  verifier: new LocalVerifier(signer.publicKey),
  replayStore: openLedger(`${home}/ledger.db`),
});

const attestation = await runtime.execute({
  executionId: "claim-2026-0042",
  policyId: "claims-approval",
  policyVersion: "1.0.0",
  signals: { claim_amount: 4200, risk_score: 12, vip_customer: false },
});
console.log(attestation.decision, attestation.execution_fingerprint); // approved sha256:…

await runtime.close();
