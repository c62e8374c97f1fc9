import type { JsonObject } from "@parmanasystems/canonical";
import { SCHEMA_VERSION } from "./policy.js";
import { conditionSchemas } from "./policy/condition-schemas.js";
import { declarationSchema, provenanceSchema } from "./policy/declaration-schemas.js";
import { deepFreeze } from "./policy/deep-freeze.js";
import { ID_PATTERN, SIGNAL_NAME_PATTERN, VERSION_LENGTH, VERSION_PATTERN } from "./policy/identity.js";
import { policyLimits } from "./policy/policy-limits.js";
import { PRINTABLE_TEXT } from "./policy/text.js";

/**
 * The published JSON Schema (draft-07) of policy.json. It describes the shape; parsePolicy also checks what a schema
 * cannot say: types of operands, declared signals, unique rule ids, the catch-all.
 */
export const policyDocumentSchema: JsonObject = /* @__PURE__ */ documentSchema();

// Made by calls, which bundlers leave out where nobody asks for the schema: the verifier does not.
function documentSchema(): JsonObject {
  const id: JsonObject = { type: "string", pattern: ID_PATTERN };

  // Code points are at most four bytes, so these bounds never refuse what the byte limits of parsePolicy accept.
  const outcome: JsonObject = {
    title: "Outcome",
    type: "object",
    required: ["decision", "action", "reason"],
    additionalProperties: false,
    properties: {
      decision: {
        description: "pending_override waits for people, who the member override of the policy names.",
        enum: ["approved", "rejected", "pending_override"],
      },
      action: {
        description: `For the machine that acts: one line of at most ${policyLimits.actionBytes} bytes.`,
        type: "string",
        pattern: PRINTABLE_TEXT,
        maxLength: policyLimits.actionBytes,
      },
      reason: {
        description: `For the person who reads: one line of at most ${policyLimits.reasonBytes} bytes.`,
        type: "string",
        pattern: PRINTABLE_TEXT,
        maxLength: policyLimits.reasonBytes,
      },
    },
  };

  const rule: JsonObject = {
    title: "Rule",
    type: "object",
    required: ["id", "condition", "outcome"],
    additionalProperties: false,
    properties: {
      id: { ...id, description: "Unique in the policy; attestations name the rule by it." },
      condition: { $ref: "#/definitions/condition" },
      outcome,
    },
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
        description: "A person with any of these roles may resolve.",
      },
      quorum: {
        description: "How many different people must agree.",
        type: "integer",
        minimum: 1,
        maximum: policyLimits.quorum,
      },
      expiresAfterSeconds: {
        description: "What nobody resolves in this time is refused.",
        type: "integer",
        minimum: 1,
        maximum: policyLimits.expiresAfterSeconds,
      },
      signed: {
        description:
          "Whether each approver must sign, with a key of the trust root's role approver:<role>. Default false.",
        type: "boolean",
      },
    },
  };

  return deepFreeze({
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
      schemaVersion: { description: "The version of this format.", const: SCHEMA_VERSION },
      description: { $ref: "#/definitions/description" },
      signalsSchema: {
        description: "The facts this policy reads. Undeclared facts are refused.",
        type: "object",
        maxProperties: policyLimits.signals,
        propertyNames: { pattern: SIGNAL_NAME_PATTERN },
        additionalProperties: declarationSchema(),
      },
      replay: {
        description:
          "What executes once: equal facts (fingerprint, the default) or the execution id alone (execution).",
        type: "object",
        required: ["identity"],
        additionalProperties: false,
        properties: {
          identity: {
            description: "Without replay, fingerprint.",
            enum: ["fingerprint", "execution"],
            default: "fingerprint",
          },
        },
      },
      override,
      rules: {
        description: 'Tried from the top; the last one is the catch-all, with the condition {"all": []}.',
        type: "array",
        minItems: 1,
        maxItems: policyLimits.rules,
        items: rule,
      },
    },
    definitions: {
      description: {
        description: "One line for people; it changes nothing.",
        type: "string",
        pattern: PRINTABLE_TEXT,
        maxLength: policyLimits.descriptionLength,
      },
      signalName: {
        description: "A signal that signalsSchema declares.",
        type: "string",
        pattern: SIGNAL_NAME_PATTERN,
      },
      otherSignal: {
        title: "Another signal",
        type: "object",
        required: ["signal"],
        additionalProperties: false,
        properties: { signal: { $ref: "#/definitions/signalName" } },
      },
      provenance: provenanceSchema(),
      condition: { title: "Condition", oneOf: conditionSchemas() },
    },
  });
}
