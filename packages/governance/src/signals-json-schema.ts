import type { JsonObject, JsonValue } from "@parmanasystems/canonical";
import type { Policy, SignalDeclaration, StringDeclaration } from "./policy.js";
import { DATE_PATTERN } from "./policy/calendar-date.js";
import { decimalPattern } from "./policy/decimal.js";
import { deepFreeze } from "./policy/deep-freeze.js";
import { formatPatterns } from "./policy/string-formats.js";

// The calendar is left to the format; everything else about the spelling is in the pattern. Years 1970 to 9998.
const TIMESTAMP_PATTERN =
  "^(?:19[7-9][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])" +
  "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z$";

/**
 * The JSON Schema (draft-07) of a policy's signals, for editors, forms and request validation.
 * `formatMinimum` and `formatMaximum` on the format `decimal` compare exactly; a validator that does not know them
 * is more permissive than validateSignals, never less.
 */
export function signalsJsonSchema(policy: Policy): JsonObject {
  const properties = namedMembers();
  const required: string[] = [];
  for (const [name, declaration] of policy.signals) {
    properties[name] = declarationSchema(declaration);
    if (!declaration.optional) required.push(name);
  }
  return deepFreeze({
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `Signals of ${policy.policyId} ${policy.policyVersion}`,
    ...(policy.description !== undefined && { description: policy.description }),
    type: "object",
    ...memberSchemas(properties),
    required,
    additionalProperties: false,
  });
}

function declarationSchema(declaration: SignalDeclaration): JsonObject {
  const { description } = declaration;
  return { ...(description !== undefined && { description }), ...valueSchema(declaration) };
}

function valueSchema(declaration: SignalDeclaration): JsonObject {
  switch (declaration.type) {
    case "boolean":
      return { type: "boolean" };
    case "integer":
    case "number":
      return { type: declaration.type, minimum: declaration.minimum, maximum: declaration.maximum };
    case "decimal":
      return {
        type: "string",
        pattern: decimalPattern(declaration.scale),
        format: "decimal",
        ...(declaration.minimum !== undefined && { formatMinimum: declaration.minimum }),
        ...(declaration.maximum !== undefined && { formatMaximum: declaration.maximum }),
      };
    case "string":
      return textSchema(declaration);
    case "enum":
      return { type: "string", enum: declaration.values };
    case "date":
      return { type: "string", pattern: DATE_PATTERN, format: "date" };
    case "timestamp":
      return { type: "string", pattern: TIMESTAMP_PATTERN, format: "date-time" };
    case "list":
      return {
        type: "array",
        minItems: declaration.minItems,
        maxItems: declaration.maxItems,
        items: valueSchema(declaration.items),
      };
  }
}

// The pattern is the exact definition: what validators make of a format's name alone differs.
function textSchema({ minLength, maxLength, format }: StringDeclaration): JsonObject {
  const spelling = format === undefined ? {} : { pattern: formatPatterns[format], format };
  return { type: "string", minLength, maxLength, ...spelling };
}

// Ajv passes over a member of `properties` named __proto__, but not over a pattern that matches it.
function memberSchemas(properties: Record<string, JsonValue>): JsonObject {
  const { __proto__: unusual, ...ordinary } = properties;
  return unusual === undefined
    ? { properties: ordinary }
    : { properties: ordinary, patternProperties: { "^__proto__$": unusual } };
}

function namedMembers(): Record<string, JsonValue> {
  return Object.create(null) as Record<string, JsonValue>;
}
