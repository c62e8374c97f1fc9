import { normalizeGovernedSignals, signalProvenanceHash, signalsHash } from "@parmanasystems/provenance";

const source = { source: "claims-db", observedAt: "2026-11-20T22:00:00.000Z" };
const plain = normalizeGovernedSignals({ claim_amount: 1200, vip_customer: false });
const governed = normalizeGovernedSignals({
  claim_amount: { value: 1200, provenance: source },
  vip_customer: false,
});

// Provenance never changes what is decided on, and cannot be detached unseen.
console.log("same values:    ", signalsHash(plain.values) === signalsHash(governed.values));
console.log(
  "same provenance:",
  signalProvenanceHash(plain.provenance) === signalProvenanceHash(governed.provenance),
);

// A getter could give another answer at the second look, so it gets no first one.
try {
  normalizeGovernedSignals({
    get claim_amount() {
      return Math.random();
    },
  });
} catch (error) {
  console.log(error.message);
}
