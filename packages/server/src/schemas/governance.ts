import { executionId, nullable, policyId, policyVersion, sha256Text, timestamp } from "./basics.js";

const listedVersion = {
  type: "object",
  additionalProperties: false,
  required: ["policyVersion", "status", "bundleHash"],
  properties: {
    policyVersion,
    status: { type: "string", enum: ["active", "deprecated", "revoked"] },
    bundleHash: sha256Text,
  },
} as const;

export const policyList = {
  $id: "PolicyList",
  type: "object",
  additionalProperties: false,
  required: ["indexVersion", "expiresAt", "policies"],
  properties: {
    indexVersion: { type: "integer", minimum: 1 },
    expiresAt: timestamp,
    policies: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["policyId", "versions"],
        properties: { policyId, versions: { type: "array", items: listedVersion } },
      },
    },
  },
} as const;

export const policyDetail = {
  $id: "PolicyVersion",
  type: "object",
  additionalProperties: false,
  required: ["policyId", "policyVersion", "policyHash", "bundleHash", "status", "policy"],
  properties: {
    policyId,
    policyVersion,
    policyHash: sha256Text,
    bundleHash: sha256Text,
    status: { type: "string", enum: ["active", "deprecated"] },
    policy: { type: "object", description: "policy.json, whose bytes policyHash covers." },
  },
} as const;

export const signalsSchema = {
  $id: "SignalsSchema",
  type: "object",
  description: "The JSON Schema of the policy's signals.",
} as const;

export const runtimeManifest = {
  $id: "RuntimeManifest",
  type: "object",
  additionalProperties: false,
  required: [
    "runtimeVersion",
    "runtimeHash",
    "releaseManifestHash",
    "evaluatorSemantics",
    "schemaVersions",
    "createdAt",
    "trustRootVersion",
    "trustRootHash",
    "policyIndexVersion",
    "files",
  ],
  properties: {
    runtimeVersion: { type: "string" },
    runtimeHash: sha256Text,
    releaseManifestHash: sha256Text,
    evaluatorSemantics: { type: "string" },
    schemaVersions: { type: "array", items: { type: "string" } },
    createdAt: timestamp,
    trustRootVersion: { type: "integer", minimum: 1 },
    trustRootHash: sha256Text,
    policyIndexVersion: { type: "integer", minimum: 1 },
    files: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["path", "size", "sha256"],
        properties: {
          path: { type: "string" },
          size: { type: "integer", minimum: 0 },
          sha256: sha256Text,
        },
      },
    },
  },
} as const;

export const trustRootDocument = {
  $id: "TrustRootDocument",
  type: "object",
  description:
    "The trust root as it was signed, byte for byte. Believe it only after walking the chain from a pinned key.",
} as const;

export const trustRootSignature = {
  $id: "TrustRootSignature",
  type: "object",
  required: ["payloadType", "signatures"],
  properties: { payloadType: { type: "string" }, signatures: { type: "array", items: { type: "object" } } },
} as const;

export const jwks = {
  $id: "JsonWebKeySet",
  type: "object",
  description:
    "The keys that sign attestations, for tools that look for them here; trust comes from the trust root only.",
  additionalProperties: false,
  required: ["keys"],
  properties: {
    keys: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["kty", "crv", "x", "kid", "alg", "use"],
        properties: {
          kty: { type: "string", const: "OKP" },
          crv: { type: "string", const: "Ed25519" },
          x: { type: "string" },
          kid: { type: "string" },
          alg: { type: "string", const: "EdDSA" },
          use: { type: "string", const: "sig" },
        },
      },
    },
  },
} as const;

export const logEntry = {
  $id: "LogEntry",
  type: "object",
  additionalProperties: false,
  required: ["seq", "leafHash", "entry"],
  properties: {
    seq: { type: "integer", minimum: 0 },
    leafHash: sha256Text,
    entry: {
      type: "object",
      description: "The leaf: leafHash is the RFC 6962 hash of its canonical JSON.",
      required: ["type", "seq", "time", "event", "execution_id", "execution_fingerprint"],
      properties: {
        type: { type: "string" },
        seq: { type: "integer" },
        time: timestamp,
        event: { type: "string" },
        execution_id: executionId,
        execution_fingerprint: sha256Text,
        attestationHash: nullable(sha256Text),
        decision: nullable({ type: "string" }),
        code: nullable({ type: "string" }),
        replayIdentity: nullable({
          type: "string",
          enum: ["fingerprint", "execution"],
          description: "What consumes the identity of an attested execution for ever, beside its id.",
        }),
      },
    },
  },
} as const;

export const logPage = {
  $id: "LogPage",
  type: "object",
  additionalProperties: false,
  required: ["entries"],
  properties: {
    entries: { type: "array", items: { $ref: "LogEntry#" } },
    next: { type: "integer", minimum: 0, description: "Where the next page begins; absent at the end." },
  },
} as const;
