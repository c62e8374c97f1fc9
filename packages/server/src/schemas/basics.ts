export const executionId = {
  type: "string",
  pattern: "^[A-Za-z0-9._:-]{1,128}$",
  description: "The identity of one attempt at one transaction; consumed once, for ever.",
} as const;

export const policyId = { type: "string", pattern: "^[a-z0-9][a-z0-9-]{0,63}$" } as const;

export const policyVersion = {
  type: "string",
  maxLength: 128,
  pattern: "^[0-9][0-9A-Za-z.+-]*$",
  description: "A semantic version without v.",
} as const;

export const sha256Text = { type: "string", pattern: "^sha256:[0-9a-f]{64}$" } as const;

export const timestamp = {
  type: "string",
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
  description: "RFC 3339 UTC with milliseconds.",
} as const;

export const party = { type: "string", minLength: 1, maxLength: 256 } as const;

export const keyId = {
  type: "string",
  minLength: 43,
  maxLength: 43,
  description: "RFC 7638 thumbprint.",
} as const;

export const signature = {
  type: "string",
  minLength: 88,
  maxLength: 88,
  description: "Ed25519, base64.",
} as const;

export const decision = { type: "string", enum: ["approved", "rejected", "pending_override"] } as const;

/** A place in the log, or its size, in a query. */
export const position = { type: "string", pattern: "^[0-9]{1,15}$" } as const;

/** How many of a page: see `limitOf`. */
export const count = { type: "string", pattern: "^[1-9][0-9]{0,3}$" } as const;

export const nullable = <Schema extends object>(schema: Schema) =>
  ({ anyOf: [schema, { type: "null" }] }) as const;
