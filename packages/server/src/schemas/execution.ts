import {
  decision,
  executionId,
  keyId,
  party,
  policyId,
  policyVersion,
  sha256Text,
  signature,
  timestamp,
} from "./basics.js";

const signals = {
  type: "object",
  description:
    "Facts: plain values, or governed signals {value, provenance}. The policy's schema has the rest.",
  maxProperties: 1_024,
} as const;

export const evaluateRequest = {
  $id: "EvaluateRequest",
  type: "object",
  additionalProperties: false,
  required: ["policyId", "policyVersion", "signals"],
  properties: {
    execution_id: executionId,
    policyId,
    policyVersion,
    signals,
    audience: { ...party, description: "The party meant to act on the decision." },
    actionHash: {
      ...sha256Text,
      description: "sha256 of the canonical parameters of the very action proposed.",
    },
  },
} as const;

export const simulateRequest = {
  $id: "SimulateRequest",
  type: "object",
  additionalProperties: false,
  required: ["policyId", "policyVersion", "signals"],
  properties: { execution_id: executionId, policyId, policyVersion, signals },
} as const;

export const simulation = {
  $id: "Simulation",
  type: "object",
  description:
    "What the policy would decide. Nothing was reserved, signed or recorded; nobody may act on it.",
  additionalProperties: false,
  required: ["authoritative", "decision", "rule_id", "action", "reason", "signalsValidated"],
  properties: {
    authoritative: { type: "boolean", const: false },
    decision,
    rule_id: { type: "string" },
    action: { type: "string" },
    reason: { type: "string" },
    signalsValidated: { type: "boolean", const: true },
  },
} as const;

export const runtimeProvenance = {
  $id: "RuntimeProvenance",
  type: "object",
  additionalProperties: false,
  required: [
    "runtimeVersion",
    "runtimeHash",
    "policyHash",
    "bundleHash",
    "releaseManifestHash",
    "trustRootVersion",
    "trustRootHash",
    "policyIndexVersion",
    "schemaVersion",
    "evaluatorSemantics",
    "signalsHash",
    "signalProvenanceHash",
  ],
  properties: {
    runtimeVersion: { type: "string" },
    runtimeHash: sha256Text,
    policyHash: sha256Text,
    bundleHash: sha256Text,
    releaseManifestHash: sha256Text,
    trustRootVersion: { type: "integer", minimum: 1 },
    trustRootHash: sha256Text,
    policyIndexVersion: { type: "integer", minimum: 1 },
    schemaVersion: { type: "string" },
    evaluatorSemantics: { type: "string" },
    signalsHash: sha256Text,
    signalProvenanceHash: sha256Text,
  },
} as const;

export const attestation = {
  $id: "ExecutionAttestation",
  type: "object",
  description:
    "What was decided, by which rule of which policy, on which facts, by which build of the runtime; signed.",
  additionalProperties: false,
  required: [
    "execution_id",
    "execution_fingerprint",
    "policyId",
    "policyVersion",
    "decision",
    "rule_id",
    "action",
    "reason",
    "execution_state",
    "issuedAt",
    "provenance",
    "keyId",
    "signature",
  ],
  properties: {
    execution_id: executionId,
    execution_fingerprint: sha256Text,
    policyId,
    policyVersion,
    decision,
    rule_id: { type: "string" },
    action: { type: "string" },
    reason: { type: "string" },
    execution_state: { type: "string", enum: ["completed", "pending_override"] },
    issuedAt: timestamp,
    requester: { ...party, description: "The authenticated caller." },
    audience: party,
    actionHash: sha256Text,
    provenance: { $ref: "RuntimeProvenance#" },
    keyId,
    signature,
  },
} as const;

export const envelope = {
  $id: "DsseEnvelope",
  type: "object",
  description: "The same signature in the standard spelling: DSSE over an in-toto Statement.",
  additionalProperties: false,
  required: ["payload", "payloadType", "signatures"],
  properties: {
    payload: { type: "string" },
    payloadType: { type: "string", const: "application/vnd.in-toto+json" },
    signatures: {
      type: "array",
      minItems: 1,
      maxItems: 1,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["keyid", "sig"],
        properties: { keyid: keyId, sig: signature },
      },
    },
  },
} as const;

export const batchRequest = (maxItems: number) =>
  ({
    $id: "BatchRequest",
    type: "object",
    additionalProperties: false,
    required: ["items"],
    properties: {
      items: { type: "array", minItems: 1, maxItems, items: { $ref: "EvaluateRequest#" } },
    },
  }) as const;

export const batchLine = {
  $id: "BatchLine",
  type: "object",
  description:
    "One line of the answer to a batch: the attestation of an item or, as the last line, the problem at which the batch stopped.",
  additionalProperties: false,
  required: ["index"],
  properties: {
    index: { type: "integer", minimum: 0 },
    attestation: { $ref: "ExecutionAttestation#" },
    problem: { $ref: "Problem#" },
  },
} as const;

export const executionEntry = {
  $id: "ExecutionEntry",
  type: "object",
  additionalProperties: false,
  required: ["seq", "time", "execution_id", "execution_fingerprint", "decision", "attestationHash"],
  properties: {
    seq: { type: "integer", minimum: 0 },
    time: timestamp,
    execution_id: executionId,
    execution_fingerprint: sha256Text,
    decision,
    attestationHash: sha256Text,
  },
} as const;

export const executionPage = {
  $id: "ExecutionPage",
  type: "object",
  additionalProperties: false,
  required: ["executions"],
  properties: {
    executions: { type: "array", items: { $ref: "ExecutionEntry#" } },
    next: {
      type: "string",
      description:
        "The cursor of the next page; absent at the end. A page may be empty and yet not the last.",
    },
  },
} as const;

export const consistencyProof = {
  $id: "ConsistencyProof",
  type: "object",
  additionalProperties: false,
  required: ["from", "to", "proof"],
  properties: {
    from: { type: "integer", minimum: 1 },
    to: { type: "integer", minimum: 1 },
    proof: {
      type: "array",
      maxItems: 64,
      items: { type: "string", minLength: 44, maxLength: 44, description: "32 bytes in base64." },
    },
  },
} as const;
