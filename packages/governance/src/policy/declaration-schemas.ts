import type { JsonObject } from "@parmanasystems/canonical";
import { decimalPatterns } from "./decimal.js";
import { ID_PATTERN, SIGNAL_NAME_PATTERN } from "./identity.js";
import { policyLimits } from "./policy-limits.js";
import { stringFormats } from "./string-formats.js";
import { PRINTABLE_TEXT } from "./text.js";

interface TypeSchema {
  readonly type: string;
  readonly description: string;
  readonly keywords: JsonObject;
  readonly required: readonly string[];
}

/** The JSON Schema of a signal declaration. Scale and bounds are compared by parsePolicy. */
export function declarationSchema(): JsonObject {
  const safe = { minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
  const integerBound: JsonObject = { description: "Included.", type: "integer", ...safe };
  const numberBound: JsonObject = { description: "Included.", type: "number", ...safe };
  const length: JsonObject = {
    description: "In Unicode characters, included.",
    type: "integer",
    minimum: 0,
    maximum: policyLimits.stringLength,
  };
  const decimalBound: JsonObject = {
    description: "Included; a decimal with exactly scale fraction digits.",
    type: "string",
    anyOf: decimalPatterns.map((pattern) => ({ pattern })),
  };

  // What each scalar type may be declared with.
  const scalarTypes: readonly TypeSchema[] = [
    { type: "boolean", description: "true or false.", keywords: {}, required: [] },
    {
      type: "integer",
      description: "A whole number.",
      keywords: { minimum: integerBound, maximum: integerBound },
      required: ["minimum", "maximum"],
    },
    {
      type: "decimal",
      description: 'An exact decimal, sent as text such as "12.50".',
      keywords: {
        scale: {
          description: "How many digits follow the point.",
          type: "integer",
          minimum: 0,
          maximum: policyLimits.decimalScale,
        },
        minimum: decimalBound,
        maximum: decimalBound,
      },
      required: ["scale"],
    },
    {
      type: "number",
      description: "An IEEE double; prefer decimal for what is counted.",
      keywords: { minimum: numberBound, maximum: numberBound },
      required: [],
    },
    {
      type: "string",
      description: "Text.",
      keywords: {
        minLength: { ...length, default: 0 },
        maxLength: { ...length, default: policyLimits.defaultStringLength },
        format: {
          description: "What the text must be; docs/policy.md defines each format.",
          enum: stringFormats,
        },
      },
      required: [],
    },
    {
      type: "enum",
      description: "One of the listed texts.",
      keywords: {
        values: {
          description: "All texts the signal can be.",
          type: "array",
          minItems: 1,
          maxItems: policyLimits.enumValues,
          uniqueItems: true,
          items: { type: "string", pattern: PRINTABLE_TEXT, maxLength: policyLimits.enumValueLength },
        },
      },
      required: ["values"],
    },
    { type: "date", description: "A calendar date, YYYY-MM-DD.", keywords: {}, required: [] },
    {
      type: "timestamp",
      description: "A UTC time, YYYY-MM-DDThh:mm:ss.sssZ.",
      keywords: {},
      required: [],
    },
  ];

  const count: JsonObject = { type: "integer", maximum: policyLimits.listItems };

  const listType: TypeSchema = {
    type: "list",
    description: "A list of values of one type, in the order given.",
    keywords: {
      items: {
        description: "What every item is: a type with its keywords.",
        oneOf: scalarTypes.map((scalar) => schemaOf(scalar, {})),
      },
      minItems: { description: "Included.", ...count, minimum: 0, default: 0 },
      maxItems: { description: "Included.", ...count, minimum: 1 },
    },
    required: ["items", "maxItems"],
  };

  // What every signal may be declared with.
  const common: JsonObject = {
    optional: { description: "Whether the signal may be absent.", type: "boolean", default: false },
    description: { $ref: "#/definitions/description" },
    provenance: { $ref: "#/definitions/provenance" },
  };

  const types = [...scalarTypes, listType];

  return {
    title: "Signal",
    type: "object",
    required: ["type"],
    // Said once more for editors, which otherwise complain that a misspelt type is not the first one.
    properties: { type: { description: "What the signal is.", enum: types.map(({ type }) => type) } },
    oneOf: types.map((type) => schemaOf(type, common)),
  };
}

/** The JSON Schema of what a declaration demands of the signal's origin. */
export function provenanceSchema(): JsonObject {
  return {
    title: "Provenance",
    description: "Where the signal must come from; each member is one demand.",
    type: "object",
    minProperties: 1,
    additionalProperties: false,
    dependencies: { subject: ["signed"] },
    properties: {
      sources: {
        description: "The only sources that may state the signal.",
        type: "array",
        minItems: 1,
        maxItems: policyLimits.sources,
        uniqueItems: true,
        items: { type: "string", pattern: ID_PATTERN },
      },
      maxAgeSeconds: {
        description: "How old the observation may be at the time of the decision.",
        type: "integer",
        minimum: 1,
        maximum: policyLimits.maxAgeSeconds,
      },
      signed: {
        description: 'The source must have signed the value, with a key of the role "source:<name>".',
        const: true,
      },
      subject: {
        description: "The signal whose value the signature must name; without it, the execution id.",
        type: "string",
        pattern: SIGNAL_NAME_PATTERN,
      },
    },
  };
}

function schemaOf({ type, description, keywords, required }: TypeSchema, members: JsonObject): JsonObject {
  return {
    title: type,
    description,
    type: "object",
    required: ["type", ...required],
    additionalProperties: false,
    properties: { type: { description, const: type }, ...members, ...keywords },
  };
}
