import { attestSignal, normalizeGovernedSignals, signalStatementBytes } from "@parmanasystems/provenance";
import {
  decodeBase64,
  generatePrivateKey,
  LocalSigner,
  LocalVerifier,
  payloadTypes,
} from "@parmanasystems/signing";

// The source's side: what it knows, when it saw it, and which execution it is asked for.
const key = generatePrivateKey();
const observed = {
  signal: "claim_amount",
  value: 1200,
  source: "claims-db",
  observedAt: "2026-11-20T22:00:00.000Z",
  executionId: "claim-0001",
};
const claim_amount = await attestSignal(observed, new LocalSigner(key));
console.log(JSON.stringify({ claim_amount }, null, 2));

// The caller sends it as it is. What the source signed is rebuilt from what was sent:
const { values, provenance } = normalizeGovernedSignals({ claim_amount });
const verifier = new LocalVerifier(key.publicKey);
const holds = (value, executionId) =>
  verifier.verifySync(
    payloadTypes.signal,
    signalStatementBytes({
      signal: "claim_amount",
      value,
      provenance: provenance.claim_amount,
      executionId,
    }),
    decodeBase64(provenance.claim_amount.attestation.sig),
  );
console.log("as signed:        ", holds(values.claim_amount, "claim-0001"));
console.log("another value:    ", holds(1300, "claim-0001"));
console.log("another execution:", holds(values.claim_amount, "claim-0002"));
