import type { JsonObject } from "@parmanasystems/canonical";
import type { Operator } from "../policy.js";
import { policyLimits } from "./policy-limits.js";

/** The shapes of a condition: three composites, and one signal with exactly one operator. */
export function conditionSchemas(): readonly JsonObject[] {
  const condition: JsonObject = { $ref: "#/definitions/condition" };
  const otherSignal: JsonObject = { $ref: "#/definitions/otherSignal" };
  const signalName: JsonObject = { $ref: "#/definitions/signalName" };

  const scalar: JsonObject = { anyOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }] };
  const orderedScalar: JsonObject = { anyOf: [{ type: "string" }, { type: "number" }] };
  const anyList: JsonObject = { type: "array", maxItems: policyLimits.listItems, items: scalar };
  // One list per type: Ajv finds duplicates among scalars of a known type in linear time.
  const members: JsonObject = {
    anyOf: ["string", "number"].map((type) => ({
      type: "array",
      minItems: 1,
      maxItems: policyLimits.listMembers,
      uniqueItems: true,
      items: { type },
    })),
  };
  const range: JsonObject = { type: "array", minItems: 2, maxItems: 2, items: orderedScalar };
  const equal: JsonObject = { anyOf: [scalar, anyList, otherSignal] };
  const ordered: JsonObject = { anyOf: [orderedScalar, otherSignal] };
  const partOfText: JsonObject = { type: "string", minLength: 1 };

  // Whether an operand fits the signal's type is checked by parsePolicy.
  const operands: Readonly<Record<Operator, JsonObject>> = {
    equals: { description: 'The same value; {"signal": …} compares with another signal.', ...equal },
    not_equals: { description: "Another value; false when the signal is absent.", ...equal },
    greater_than: { description: "Above the operand.", ...ordered },
    greater_than_or_equal: { description: "At or above the operand.", ...ordered },
    less_than: { description: "Below the operand.", ...ordered },
    less_than_or_equal: { description: "At or below the operand.", ...ordered },
    between: { description: "[low, high], both included.", ...range },
    in: { description: "One of the listed values.", ...members },
    not_in: { description: "None of the listed values; false when the signal is absent.", ...members },
    contains: {
      description: "A string that has this text in it, or a list that has this item.",
      anyOf: [scalar, otherSignal],
    },
    starts_with: { description: "A string that starts with this text.", ...partOfText },
    ends_with: { description: "A string that ends with this text.", ...partOfText },
    matches: {
      description:
        "A regular expression (I-Regexp, RFC 9485) that covers the whole text; no ^ and $, no \\d.",
      type: "string",
      maxLength: policyLimits.patternLength,
    },
    exists: { description: "true: the signal is there. false: it is absent.", type: "boolean" },
  };

  const conditions: JsonObject = { type: "array", maxItems: policyLimits.listMembers, items: condition };

  return [
    composite("all", { ...conditions, description: "Every condition is true; of none, true." }),
    composite("any", { ...conditions, minItems: 1, description: "At least one condition is true." }),
    composite("not", {
      description: "The condition is false, also because its signal is absent.",
      allOf: [condition],
    }),
    {
      title: "comparison",
      description: "One signal and exactly one operator.",
      type: "object",
      required: ["signal"],
      minProperties: 2,
      maxProperties: 2,
      additionalProperties: false,
      properties: { signal: signalName, ...operands },
    },
  ];
}

function composite(name: string, parts: JsonObject): JsonObject {
  return {
    title: name,
    type: "object",
    required: [name],
    additionalProperties: false,
    properties: { [name]: parts },
  };
}
