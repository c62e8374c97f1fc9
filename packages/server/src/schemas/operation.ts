export const health = {
  $id: "Health",
  type: "object",
  additionalProperties: false,
  required: ["status"],
  properties: { status: { type: "string", const: "ok" } },
} as const;

const checks = {
  type: "array",
  items: {
    type: "object",
    additionalProperties: false,
    required: ["name", "ok"],
    properties: { name: { type: "string" }, ok: { type: "boolean" }, code: { type: "string" } },
  },
} as const;

export const readiness = {
  $id: "Readiness",
  type: "object",
  description: "Whether everything that a decision needs answers: signed documents, signer, stores, log.",
  additionalProperties: false,
  required: ["ready", "checks"],
  properties: { ready: { type: "boolean" }, checks },
} as const;

export const problem = {
  $id: "Problem",
  type: "object",
  description: "RFC 9457, with the stable code of the error.",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer", minimum: 400, maximum: 599 },
    detail: { type: "string" },
    code: { type: "string", pattern: "^[A-Z]+(?:-[A-Z0-9]+)+$" },
    execution_id: { type: "string" },
    state: { type: "string" },
    attestationHash: { type: "string" },
    pointer: { type: "string" },
    line: { type: "integer" },
    column: { type: "integer" },
    signal: { type: "string" },
  },
} as const;
