import { type Document, documentBytes } from "./policy-arbitrary.js";

/** The example of the format's specification. */
export function exampleDocument(): Document {
  return {
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    description: "Claims",
    signalsSchema: {
      claim_amount: { type: "integer", minimum: 0, maximum: 100000000, description: "in cents" },
      risk_score: { type: "integer", minimum: 0, maximum: 100 },
      vip_customer: { type: "boolean" },
    },
    replay: { identity: "fingerprint" },
    override: { approverRoles: ["claims-manager"], quorum: 1, expiresAfterSeconds: 86400 },
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
      catchAll(),
    ],
  };
}

export function catchAll(): Document {
  return {
    id: "catch-all",
    condition: { all: [] },
    outcome: { decision: "pending_override", action: "manual_review", reason: "needs a claims manager" },
  };
}

/** One signal of every type, so that any operator can be tried. */
export const everyType = {
  flag: { type: "boolean" },
  count: { type: "integer", minimum: 0, maximum: 10 },
  other_count: { type: "integer", minimum: -5, maximum: 5 },
  price: { type: "decimal", scale: 2, minimum: "0.00", maximum: "100.00" },
  ratio: { type: "number", minimum: 0, maximum: 1 },
  name: { type: "string", minLength: 2, maxLength: 8 },
  color: { type: "enum", values: ["red", "green", "blue"] },
  day: { type: "date" },
  instant: { type: "timestamp", optional: true },
  contact: { type: "string", format: "email", optional: true },
  tags: { type: "list", items: { type: "string", maxLength: 8 }, maxItems: 3 },
  prices: { type: "list", items: { type: "decimal", scale: 1 }, minItems: 1, maxItems: 2, optional: true },
};

/** A policy over `everyType` whose first rule has this condition. */
export function withCondition(condition: unknown): Document {
  return {
    ...exampleDocument(),
    signalsSchema: everyType,
    rules: [
      { id: "tried", condition, outcome: { decision: "approved", action: "approve", reason: "tried" } },
      catchAll(),
    ],
  };
}

export function withSignals(signalsSchema: unknown): Document {
  return { ...exampleDocument(), signalsSchema, rules: [catchAll()] };
}

/** JSON text of the signals schema, for names an object literal cannot spell. */
export function exampleBytes(change: Document = {}): Uint8Array {
  return documentBytes({ ...exampleDocument(), ...change });
}
