import type { JsonObject } from "@parmanasystems/canonical";
import { decimalPatterns } from "./decimal.js";
import { policyLimits } from "./policy-limits.js";
import { PRINTABLE_TEXT } from "./text.js";

const safe = { minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
const integerBound: JsonObject = { type: "integer", ...safe };
const numberBound: JsonObject = { type: "number", ...safe };
const length: JsonObject = { type: "integer", minimum: 0, maximum: policyLimits.stringLength };
const decimalBound: JsonObject = {
  type: "string",
  anyOf: decimalPatterns.map((pattern) => ({ pattern })),
};

/** The JSON Schema of a signal declaration, one for each type. Scale and bounds are compared by parsePolicy. */
export const declarationSchemas: readonly JsonObject[] = [
  declarationSchema("boolean", {}, []),
  declarationSchema("integer", { minimum: integerBound, maximum: integerBound }, ["minimum", "maximum"]),
  declarationSchema(
    "decimal",
    {
      scale: { type: "integer", minimum: 0, maximum: policyLimits.decimalScale },
      minimum: decimalBound,
      maximum: decimalBound,
    },
    ["scale"],
  ),
  declarationSchema("number", { minimum: numberBound, maximum: numberBound }, []),
  declarationSchema("string", { minLength: length, maxLength: length }, []),
  declarationSchema(
    "enum",
    {
      values: {
        type: "array",
        minItems: 1,
        maxItems: policyLimits.enumValues,
        uniqueItems: true,
        items: { type: "string", pattern: PRINTABLE_TEXT, maxLength: policyLimits.enumValueLength },
      },
    },
    ["values"],
  ),
  declarationSchema("date", {}, []),
  declarationSchema("timestamp", {}, []),
];

function declarationSchema(type: string, keywords: JsonObject, required: readonly string[]): JsonObject {
  return {
    type: "object",
    required: ["type", ...required],
    additionalProperties: false,
    properties: {
      type: { const: type },
      optional: { type: "boolean" },
      description: { $ref: "#/definitions/description" },
      ...keywords,
    },
  };
}
