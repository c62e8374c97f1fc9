import { encodeUtf8, type JsonObject, type JsonValue } from "@parmanasystems/canonical";
import { parsePolicy, type Policy } from "@parmanasystems/governance";

export function bytesOf(document: JsonValue): Uint8Array {
  return encodeUtf8(JSON.stringify(document));
}

/** A policy over these signals; the rules are closed by a catch-all that waits for a person. */
export function policyOf(signalsSchema: JsonObject, rules: readonly JsonValue[]): Policy {
  return parsePolicy(
    bytesOf({
      policyId: "tried",
      policyVersion: "1.0.0",
      schemaVersion: "1.0.0",
      signalsSchema,
      override: { approverRoles: ["manager"], quorum: 1, expiresAfterSeconds: 60 },
      rules: [...rules, rule("catch-all", { all: [] }, "pending_override")],
    }),
  );
}

export function rule(id: string, condition: JsonValue, decision = "approved"): JsonObject {
  return { id, condition, outcome: { decision, action: `do_${decision}`, reason: `because of ${id}` } };
}

/** risk above 80 is rejected, up to 1,000 approved, the rest waits; nobody reads `note`. */
export function claims(): Policy {
  return policyOf(
    {
      amount: { type: "integer", minimum: 0, maximum: 100_000 },
      risk: { type: "integer", minimum: 0, maximum: 100 },
      note: { type: "string", optional: true, maxLength: 20 },
    },
    [
      rule("high-risk", { signal: "risk", greater_than: 80 }, "rejected"),
      rule("small", { all: [{ signal: "amount", less_than_or_equal: 1_000 }] }),
    ],
  );
}
