import { compilePolicy, executionFingerprint } from "@parmanasystems/execution";
import { parsePolicy } from "@parmanasystems/governance";

const policy = parsePolicy(
  new TextEncoder().encode(`{
    "policyId": "claims-approval", "policyVersion": "1.0.0", "schemaVersion": "1.0.0",
    "signalsSchema": {
      "claim_amount": { "type": "integer", "minimum": 0, "maximum": 100000000, "description": "in cents" },
      "risk_score": { "type": "integer", "minimum": 0, "maximum": 100 } },
    "override": { "approverRoles": ["claims-manager"], "quorum": 1, "expiresAfterSeconds": 86400 },
    "rules": [
      { "id": "high-risk", "condition": { "signal": "risk_score", "greater_than": 80 },
        "outcome": { "decision": "rejected", "action": "reject", "reason": "risk score above 80" } },
      { "id": "small-claim", "condition": { "signal": "claim_amount", "less_than_or_equal": 100000 },
        "outcome": { "decision": "approved", "action": "approve", "reason": "small claim" } },
      { "id": "catch-all", "condition": { "all": [] },
        "outcome": { "decision": "pending_override", "action": "manual_review", "reason": "needs a person" } } ] }`),
);
const claims = compilePolicy(policy);

const signals = { claim_amount: 45_000, risk_score: 12 };
console.log(claims.decide(signals)); // { decision: 'approved', rule_id: 'small-claim', … }
console.log(claims.decide({ ...signals, risk_score: 81 }).decision); // rejected
console.log(executionFingerprint({ policyId: "claims-approval", policyVersion: "1.0.0", signals }));

try {
  claims.decide({ claim_amount: 45_000, risk_score: "12" });
} catch (error) {
  console.log(error.code, error.message); // VAL-007: a string is not an integer, so there is no decision
}
