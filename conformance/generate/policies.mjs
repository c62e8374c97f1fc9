// The policies that most cases are about.
export const claims = (changes = {}) => ({
  policyId: "claims-approval",
  policyVersion: "1.0.0",
  schemaVersion: "1.0.0",
  signalsSchema: {
    claim_id: { type: "string", minLength: 1, maxLength: 64 },
    claim_amount: { type: "integer", minimum: 0, maximum: 100000000 },
    risk_score: { type: "integer", minimum: 0, maximum: 100 },
    vip_customer: { type: "boolean", optional: true },
  },
  override: { approverRoles: ["claims-manager"], quorum: 2, expiresAfterSeconds: 86400 },
  rules: [
    {
      id: "high-risk",
      condition: { signal: "risk_score", greater_than: 80 },
      outcome: { decision: "rejected", action: "reject", reason: "risk score above 80" },
    },
    {
      id: "small-claim",
      condition: { all: [{ signal: "claim_amount", less_than_or_equal: 100000 }] },
      outcome: { decision: "approved", action: "approve", reason: "small claim" },
    },
    {
      id: "catch-all",
      condition: { all: [] },
      outcome: { decision: "pending_override", action: "manual_review", reason: "needs a claims manager" },
    },
  ],
  ...changes,
});

export const small = { claim_id: "C-1", claim_amount: 100000, risk_score: 80 };
export const large = { claim_id: "C-2", claim_amount: 100001, risk_score: 80 };
export const risky = { claim_id: "C-3", claim_amount: 1, risk_score: 81 };

/** As `claims`, where each vote must be signed. */
export const signedClaims = claims({
  policyId: "signed-claims",
  override: { approverRoles: ["claims-manager"], quorum: 2, expiresAfterSeconds: 86400, signed: true },
});
