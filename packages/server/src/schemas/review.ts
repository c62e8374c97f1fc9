import {
  executionId,
  keyId,
  nullable,
  party,
  policyId,
  policyVersion,
  sha256Text,
  signature,
  timestamp,
} from "./basics.js";

export const reviewTask = {
  $id: "ReviewTask",
  type: "object",
  additionalProperties: false,
  required: ["execution_id", "policyId", "policyVersion", "createdAt"],
  properties: {
    execution_id: executionId,
    policyId,
    policyVersion,
    reason: { type: "string" },
    createdAt: timestamp,
    terms: {
      type: "object",
      description: "On which terms people may decide; absent in a task that nobody can approve.",
      additionalProperties: false,
      required: ["approverRoles", "quorum", "signed", "expiresAt", "attestation"],
      properties: {
        approverRoles: { type: "array", items: policyId },
        quorum: { type: "integer", minimum: 1 },
        signed: { type: "boolean" },
        expiresAt: timestamp,
        attestation: { $ref: "ExecutionAttestation#" },
      },
    },
  },
} as const;

export const reviewList = {
  $id: "ReviewList",
  type: "object",
  additionalProperties: false,
  required: ["reviews"],
  properties: {
    reviews: { type: "array", items: { $ref: "ReviewTask#" } },
    next: { ...executionId, description: "`after` of the next page; absent at the end." },
  },
} as const;

const vote = {
  type: "object",
  additionalProperties: false,
  required: ["approver", "role", "decision", "reason", "votedAt"],
  properties: {
    approver: party,
    role: policyId,
    decision: { type: "string", enum: ["approved", "rejected"] },
    reason: { type: "string" },
    votedAt: timestamp,
    keyId,
    signature,
  },
} as const;

export const review = {
  $id: "Review",
  type: "object",
  additionalProperties: false,
  required: ["task", "state", "claim", "votes", "uncounted"],
  properties: {
    task: { $ref: "ReviewTask#" },
    state: { type: "string", enum: ["pending", "resolved", "expired"] },
    claim: nullable({
      type: "object",
      additionalProperties: false,
      required: ["by", "until"],
      properties: { by: party, until: timestamp },
    }),
    votes: { type: "array", items: vote, description: "Those that count." },
    uncounted: {
      type: "integer",
      minimum: 0,
      description: "How many others the ledger holds: nobody cast them, or a key behind them was revoked.",
    },
  },
} as const;

export const resolveRequest = {
  $id: "ResolveRequest",
  type: "object",
  description: "The vote of the authenticated caller.",
  additionalProperties: false,
  required: ["decision", "reason"],
  properties: {
    decision: { type: "string", enum: ["approved", "rejected"] },
    reason: {
      type: "string",
      minLength: 1,
      maxLength: 1_024,
      description: "On one line; it is signed and kept.",
    },
    role: {
      ...policyId,
      description: "In which of the caller's roles; may be left out where only one of them may decide.",
    },
    votedAt: { ...timestamp, description: "The date of a signed vote; now when absent." },
    keyId,
    signature,
  },
} as const;

export const resolution = {
  $id: "ResolutionAttestation",
  type: "object",
  additionalProperties: false,
  required: [
    "execution_id",
    "execution_fingerprint",
    "policyId",
    "policyVersion",
    "attestationHash",
    "resolution",
    "votesHash",
    "approvals",
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
    attestationHash: sha256Text,
    resolution: { type: "string", enum: ["approved", "rejected", "expired"] },
    votesHash: sha256Text,
    approvals: { type: "integer", minimum: 0 },
    issuedAt: timestamp,
    audience: party,
    actionHash: sha256Text,
    provenance: { $ref: "RuntimeProvenance#" },
    keyId,
    signature,
  },
} as const;

export const reviewOutcome = {
  $id: "ReviewOutcome",
  type: "object",
  description: "Pending, with the count of approvals; or resolved, with the signed resolution.",
  additionalProperties: false,
  required: ["state"],
  properties: {
    state: { type: "string", enum: ["pending", "resolved"] },
    approvals: { type: "integer", minimum: 0 },
    quorum: { type: "integer", minimum: 1 },
    resolution: { $ref: "ResolutionAttestation#" },
  },
} as const;
