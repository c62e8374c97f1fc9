// A policy before it is signed: what looks wrong in it, whether it decides as meant, why, and what a change would change.
import { canonicalBytes } from "@parmanasystems/canonical";
import { parsePolicy } from "@parmanasystems/governance";
import {
  diffPolicies,
  explainDecision,
  lintPolicy,
  nearestChange,
  parseCases,
  reasonsFor,
  runCases,
  spellReason,
  suggestCases,
} from "@parmanasystems/policy-analysis";

const refunds = (limit) =>
  parsePolicy(
    canonicalBytes({
      policyId: "refunds",
      policyVersion: "1.0.0",
      schemaVersion: "1.0.0",
      signalsSchema: {
        amount: { type: "integer", minimum: 1, maximum: 1_000_000 },
        opened: { type: "boolean" },
      },
      rules: [
        {
          id: "small",
          condition: {
            all: [
              { signal: "amount", less_than_or_equal: limit },
              { signal: "opened", equals: false },
            ],
          },
          outcome: { decision: "approved", action: "refund", reason: "small refund of unopened goods" },
        },
        {
          id: "catch-all",
          condition: { all: [] },
          outcome: { decision: "rejected", action: "none", reason: "needs a manager" },
        },
      ],
    }),
  );
const policy = refunds(5_000);

const { findings } = lintPolicy(policy);
console.log(`lint: ${findings.length} findings`);

const cases = parseCases(
  canonicalBytes({
    defaults: { amount: 1_200, opened: false },
    cases: [{ name: "a small refund", expect: { decision: "approved", rule: "small" } }],
  }),
);
const report = runCases(policy, cases);
console.log(`test: ${report.passed ? "passed" : "failed"}, but these cases are missing:`);
for (const suggested of suggestCases(policy, report, cases.defaults).cases)
  console.log(`  ${JSON.stringify(suggested)}`);

const signals = { amount: 5_200, opened: false };
const { decision, rules } = explainDecision(policy, signals);
console.log(
  `explain: ${decision.decision}, as ${reasonsFor(rules[0].condition).map(spellReason).join("; ")}`,
);
const nearest = nearestChange(policy, signals);
console.log(`nearest change: ${JSON.stringify(nearest.changes)} gets ${nearest.decision.decision}`);

for (const { from, to, signals } of diffPolicies(policy, refunds(4_000)).changes)
  console.log(`diff: ${from.decision} → ${to.decision}, such as for ${JSON.stringify(signals)}`);
