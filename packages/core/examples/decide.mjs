import { compilePolicy, executionFingerprint, parsePolicy, validateSignals } from "@parmanasystems/core";

const policy = parsePolicy(
  new TextEncoder().encode(
    JSON.stringify({
      policyId: "refunds",
      policyVersion: "1.0.0",
      schemaVersion: "1.0.0",
      signalsSchema: { amount: { type: "integer", minimum: 1, maximum: 1_000_000, description: "in cents" } },
      replay: { identity: "fingerprint" },
      rules: [
        {
          id: "small",
          condition: { signal: "amount", less_than_or_equal: 5_000 },
          outcome: { decision: "approved", action: "refund", reason: "small refund" },
        },
        {
          id: "catch-all",
          condition: { all: [] },
          outcome: { decision: "rejected", action: "reject", reason: "too large" },
        },
      ],
    }),
  ),
);

const signals = validateSignals(policy, { amount: 4_200 });
console.log(compilePolicy(policy).evaluate(signals)); // { decision: "approved", rule_id: "small", … }
console.log(executionFingerprint({ policyId: "refunds", policyVersion: "1.0.0", signals })); // sha256:…
