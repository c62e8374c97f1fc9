import type { JsonObject } from "@parmanasystems/canonical";
import { SCHEMA_VERSION } from "./policy.js";
import { declarationSchemas } from "./policy/declaration-schemas.js";
import { deepFreeze } from "./policy/deep-freeze.js";
import { ID_PATTERN, SIGNAL_NAME_PATTERN, VERSION_LENGTH, VERSION_PATTERN } from "./policy/identity.js";
import { policyLimits } from "./policy/policy-limits.js";
import { PRINTABLE_TEXT } from "./policy/text.js";

const id: JsonObject = { type: "string", pattern: ID_PATTERN };
const condition: JsonObject = { $ref: "#/definitions/condition" };
const conditions: JsonObject = { type: "array", maxItems: policyLimits.listMembers, items: condition };
const scalar: JsonObject = { anyOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }] };
const orderedScalar: JsonObject = { anyOf: [{ type: "string" }, { type: "number" }] };
const otherSignal: JsonObject = { $ref: "#/definitions/otherSignal" };
const scalarOrSignal: JsonObject = { anyOf: [scalar, otherSignal] };
const orderedScalarOrSignal: JsonObject = { anyOf: [orderedScalar, otherSignal] };
// One list per type: Ajv finds duplicates among scalars of a known type in linear time.
const list: JsonObject = {
  anyOf: ["string", "number"].map((type) => ({
    type: "array",
    minItems: 1,
    maxItems: policyLimits.listMembers,
    uniqueItems: true,
    items: { type },
  })),
};
const range: JsonObject = { type: "array", minItems: 2, maxItems: 2, items: orderedScalar };
const partOfText: JsonObject = { type: "string", minLength: 1 };

const leaf: JsonObject = {
  description: "One signal and exactly one operator.",
  type: "object",
  required: ["signal"],
  minProperties: 2,
  maxProperties: 2,
  additionalProperties: false,
  properties: {
    signal: { $ref: "#/definitions/signalName" },
    equals: scalarOrSignal,
    not_equals: scalarOrSignal,
    greater_than: orderedScalarOrSignal,
    greater_than_or_equal: orderedScalarOrSignal,
    less_than: orderedScalarOrSignal,
    less_than_or_equal: orderedScalarOrSignal,
    between: range,
    in: list,
    not_in: list,
    contains: partOfText,
    starts_with: partOfText,
    ends_with: partOfText,
    exists: { type: "boolean" },
  },
};

function composite(name: string, parts: JsonObject): JsonObject {
  return { type: "object", required: [name], additionalProperties: false, properties: { [name]: parts } };
}

// Code points are at most four bytes, so these bounds never refuse what the byte limits of parsePolicy accept.
const outcome: JsonObject = {
  type: "object",
  required: ["decision", "action", "reason"],
  additionalProperties: false,
  properties: {
    decision: { enum: ["approved", "rejected", "pending_override"] },
    action: { type: "string", pattern: PRINTABLE_TEXT, maxLength: policyLimits.actionBytes },
    reason: { type: "string", pattern: PRINTABLE_TEXT, maxLength: policyLimits.reasonBytes },
  },
};

const rule: JsonObject = {
  type: "object",
  required: ["id", "condition", "outcome"],
  additionalProperties: false,
  properties: { id, condition, outcome },
};

const override: JsonObject = {
  description: "Who may resolve a pending_override decision, how many of them, and for how long.",
  type: "object",
  required: ["approverRoles", "quorum", "expiresAfterSeconds"],
  additionalProperties: false,
  properties: {
    approverRoles: {
      type: "array",
      minItems: 1,
      maxItems: policyLimits.approverRoles,
      uniqueItems: true,
      items: id,
    },
    quorum: { type: "integer", minimum: 1, maximum: policyLimits.quorum },
    expiresAfterSeconds: { type: "integer", minimum: 1, maximum: policyLimits.expiresAfterSeconds },
  },
};

/**
 * The published JSON Schema (draft-07) of policy.json. It describes the shape; parsePolicy also checks what a schema
 * cannot say: types of operands, declared signals, unique rule ids, the catch-all.
 */
export const policyDocumentSchema: JsonObject = deepFreeze({
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: `https://parmana.systems/schemas/policy/${SCHEMA_VERSION}.json`,
  title: `Parmana policy ${SCHEMA_VERSION}`,
  description: "Rules are tried in order and the first match decides; the last rule must be the catch-all.",
  type: "object",
  required: ["policyId", "policyVersion", "schemaVersion", "signalsSchema", "rules"],
  additionalProperties: false,
  properties: {
    policyId: { ...id, description: "The name of the directory above the version." },
    policyVersion: {
      description: "A semantic version, and the name of the directory that holds policy.json.",
      type: "string",
      maxLength: VERSION_LENGTH,
      pattern: VERSION_PATTERN,
    },
    schemaVersion: { const: SCHEMA_VERSION },
    description: { $ref: "#/definitions/description" },
    signalsSchema: {
      description: "The facts this policy reads. Undeclared facts are refused.",
      type: "object",
      maxProperties: policyLimits.signals,
      propertyNames: { pattern: SIGNAL_NAME_PATTERN },
      additionalProperties: { oneOf: declarationSchemas },
    },
    replay: {
      description:
        "What executes once: equal facts (fingerprint, the default) or the execution id alone (execution).",
      type: "object",
      required: ["identity"],
      additionalProperties: false,
      properties: { identity: { enum: ["fingerprint", "execution"] } },
    },
    override,
    rules: { type: "array", minItems: 1, maxItems: policyLimits.rules, items: rule },
  },
  definitions: {
    description: { type: "string", pattern: PRINTABLE_TEXT, maxLength: policyLimits.descriptionLength },
    signalName: { type: "string", pattern: SIGNAL_NAME_PATTERN },
    otherSignal: {
      type: "object",
      required: ["signal"],
      additionalProperties: false,
      properties: { signal: { $ref: "#/definitions/signalName" } },
    },
    condition: {
      oneOf: [
        composite("all", { ...conditions, description: "Every condition is true; of none, true." }),
        composite("any", { ...conditions, minItems: 1, description: "At least one condition is true." }),
        composite("not", condition),
        leaf,
      ],
    },
  },
});
