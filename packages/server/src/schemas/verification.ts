export const verifyRequest = {
  $id: "VerifyRequest",
  type: "object",
  additionalProperties: false,
  required: ["attestation"],
  properties: {
    attestation: {
      type: "object",
      description:
        "An execution attestation, flat or as DSSE envelope. It is checked for more than its form.",
    },
    evidence: {
      type: "object",
      description: "The evidence of the execution: the decision is made again from it (level L4).",
    },
    level: {
      type: "string",
      enum: ["L1", "L2", "L4"],
      description: "What must hold; L1 when absent, L4 with evidence.",
    },
  },
} as const;

export const verificationReport = {
  $id: "VerificationReport",
  type: "object",
  additionalProperties: false,
  required: ["verdict", "level", "checks"],
  properties: {
    verdict: { type: "string", enum: ["verified", "refused"] },
    level: { type: "string", enum: ["none", "L1", "L2", "L3", "L4"] },
    checks: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["id", "level", "status", "detail"],
        properties: {
          id: { type: "string" },
          level: { type: "string", enum: ["L1", "L2", "L3", "L4"] },
          status: { type: "string", enum: ["pass", "fail", "not_checked"] },
          code: { type: "string" },
          detail: { type: "string" },
        },
      },
    },
  },
} as const;
