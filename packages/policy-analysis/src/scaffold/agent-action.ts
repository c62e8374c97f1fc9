import type { PolicyTemplate } from "./policy-template.js";

export const agentAction: PolicyTemplate = {
  summary: "what an AI agent may do alone, what a person confirms, and what it may not do",
  policy: {
    description:
      "Which actions an AI agent may take alone, which ones a person confirms, and which ones never.",
    signalsSchema: {
      tool: {
        type: "enum",
        values: ["read_records", "update_records", "delete_records", "send_message"],
        description: "The tool the agent wants to call.",
      },
      environment: { type: "enum", values: ["test", "production"] },
      records_affected: { type: "integer", minimum: 0, maximum: 1_000_000 },
      confirmed_by: {
        type: "string",
        optional: true,
        minLength: 1,
        maxLength: 128,
        description: "Who confirmed this very call. Absent when nobody did.",
      },
    },
    replay: { identity: "execution" },
    override: { approverRoles: ["agent-supervisor"], quorum: 1, expiresAfterSeconds: 3_600 },
    rules: [
      {
        id: "mass-deletion",
        condition: {
          all: [
            { signal: "tool", equals: "delete_records" },
            { signal: "environment", equals: "production" },
            { signal: "records_affected", greater_than: 100 },
          ],
        },
        outcome: { decision: "rejected", action: "block", reason: "no agent deletes so many records" },
      },
      {
        id: "harmless",
        condition: {
          any: [
            { signal: "tool", equals: "read_records" },
            { signal: "environment", equals: "test" },
          ],
        },
        outcome: { decision: "approved", action: "call_tool", reason: "reads only, or is not in production" },
      },
      {
        id: "small-update",
        condition: {
          all: [
            { signal: "tool", equals: "update_records" },
            { signal: "records_affected", less_than_or_equal: 10 },
          ],
        },
        outcome: { decision: "approved", action: "call_tool", reason: "a small update" },
      },
      {
        id: "confirmed",
        condition: { signal: "confirmed_by", exists: true },
        outcome: { decision: "approved", action: "call_tool", reason: "a person confirmed this call" },
      },
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "pending_override", action: "ask_supervisor", reason: "needs a supervisor" },
      },
    ],
  },
  tests: {
    defaults: {
      tool: "send_message",
      environment: "production",
      records_affected: 1,
    },
    cases: [
      {
        name: "in the test environment everything goes",
        signals: { environment: "test", records_affected: 1_000_000 },
        each: { tool: ["read_records", "update_records", "delete_records", "send_message"] },
        expect: { decision: "approved", rule: "harmless" },
      },
      {
        name: "a tool nobody knows is refused",
        signals: { tool: "drop_database" },
        expect: { refused: "VAL-009", signal: "tool" },
      },
    ],
    tables: [
      {
        name: "production",
        columns: ["tool", "records_affected", "confirmed_by"],
        expect: ["decision", "rule"],
        rows: [
          ["read_records", 5_000, null, "approved", "harmless"],
          ["update_records", 10, null, "approved", "small-update"],
          ["update_records", 11, null, "pending_override", "catch-all"],
          ["update_records", 11, "kim", "approved", "confirmed"],
          ["delete_records", 100, "kim", "approved", "confirmed"],
          ["delete_records", 101, "kim", "rejected", "mass-deletion"],
          ["send_message", 1, null, "pending_override", "catch-all"],
        ],
      },
    ],
    coverage: { rules: 1, conditions: 1 },
  },
};
