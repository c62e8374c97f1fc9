import type { PolicyTemplate } from "./policy-template.js";

export const approval: PolicyTemplate = {
  summary: "amounts: small ones of trusted requesters alone, large ones never, a person for the rest",
  policy: {
    description:
      "Small requests of trusted requesters are approved, an approver decides the rest up to a limit.",
    signalsSchema: {
      reference: {
        type: "string",
        minLength: 1,
        maxLength: 32,
        description: "The number of the request. It keeps two requests with equal figures apart.",
      },
      amount: { type: "integer", minimum: 1, maximum: 100_000_000, description: "In cents." },
      requester_trusted: { type: "boolean", description: "Whether the requester passed the checks." },
    },
    replay: { identity: "fingerprint" },
    override: { approverRoles: ["approver"], quorum: 1, expiresAfterSeconds: 86_400 },
    rules: [
      {
        id: "malformed-reference",
        condition: { not: { signal: "reference", matches: "REQ-[0-9]{1,12}" } },
        outcome: { decision: "rejected", action: "reject", reason: "the reference is no request number" },
      },
      {
        id: "over-limit",
        condition: { signal: "amount", greater_than: 1_000_000 },
        outcome: { decision: "rejected", action: "reject", reason: "amount above 10,000.00" },
      },
      {
        id: "small-and-trusted",
        condition: {
          all: [
            { signal: "requester_trusted", equals: true },
            { signal: "amount", less_than_or_equal: 10_000 },
          ],
        },
        outcome: { decision: "approved", action: "approve", reason: "small request of a trusted requester" },
      },
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "pending_override", action: "ask_approver", reason: "needs an approver" },
      },
    ],
  },
  tests: {
    defaults: { reference: "REQ-1", amount: 5_000, requester_trusted: true },
    cases: [
      {
        name: "what is no request number is rejected",
        each: { reference: ["1", "REQ-", "REQ-1a"] },
        expect: { decision: "rejected", rule: "malformed-reference" },
      },
      {
        name: "nothing is no amount",
        signals: { amount: 0 },
        expect: { refused: "VAL-007", signal: "amount" },
      },
    ],
    tables: [
      {
        name: "the limits",
        columns: ["amount", "requester_trusted"],
        expect: ["decision", "rule"],
        rows: [
          [10_000, true, "approved", "small-and-trusted"],
          [10_001, true, "pending_override", "catch-all"],
          [10_000, false, "pending_override", "catch-all"],
          [1_000_000, true, "pending_override", "catch-all"],
          [1_000_001, true, "rejected", "over-limit"],
        ],
      },
    ],
    coverage: { rules: 1, conditions: 1 },
  },
};
