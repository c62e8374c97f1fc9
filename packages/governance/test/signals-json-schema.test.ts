import { describe, expect, it } from "vitest";
import { parsePolicy } from "../src/parse-policy.js";
import { formatPatterns } from "../src/policy/string-formats.js";
import { signalsJsonSchema } from "../src/signals-json-schema.js";
import { everyType, exampleBytes, withSignals } from "./example-policy.js";
import { documentBytes } from "./policy-arbitrary.js";

describe("the JSON Schema of a policy's signals", () => {
  it("is closed and says what the declarations say", () => {
    expect(signalsJsonSchema(parsePolicy(exampleBytes()))).toEqual({
      $schema: "http://json-schema.org/draft-07/schema#",
      title: "Signals of claims-approval 1.0.0",
      description: "Claims",
      type: "object",
      properties: {
        claim_amount: { type: "integer", minimum: 0, maximum: 100000000, description: "in cents" },
        risk_score: { type: "integer", minimum: 0, maximum: 100 },
        vip_customer: { type: "boolean" },
      },
      required: ["claim_amount", "risk_score", "vip_customer"],
      additionalProperties: false,
    });
  });

  it("requires all but the optional signals", () => {
    const schema = signalsJsonSchema(parsePolicy(documentBytes(withSignals(everyType))));
    expect(schema.required).toEqual(
      Object.keys(everyType).filter((name) => !["instant", "contact", "prices"].includes(name)),
    );
  });

  it("describes lists by their items, and formats by the pattern that defines them", () => {
    const { properties } = signalsJsonSchema(parsePolicy(documentBytes(withSignals(everyType))));
    expect(properties).toMatchObject({
      tags: {
        type: "array",
        minItems: 0,
        maxItems: 3,
        items: { type: "string", minLength: 0, maxLength: 8 },
      },
      prices: { type: "array", minItems: 1, maxItems: 2, items: { type: "string", format: "decimal" } },
      contact: { type: "string", format: "email", pattern: formatPatterns.email, maxLength: 1024 },
    });
  });

  it("describes a signal called __proto__ by a pattern, because validators pass over the property (threat 3)", () => {
    const signalsSchema = Object.fromEntries([["__proto__", { type: "boolean" }]]);
    const schema = signalsJsonSchema(parsePolicy(documentBytes(withSignals(signalsSchema))));
    expect(schema.patternProperties).toEqual({ "^__proto__$": { type: "boolean" } });
    expect(schema.required).toEqual(["__proto__"]);
    expect(Object.keys(Object(schema.properties) as object)).toEqual([]);
  });
});
