import type { PolicyTemplate } from "./policy-template.js";

export const eligibility: PolicyTemplate = {
  summary: "who is entitled to something: dates, exact decimals, lists of documents",
  policy: {
    description: "Who is entitled to the allowance; a clerk looks at what the documents do not settle.",
    signalsSchema: {
      application_id: {
        type: "string",
        minLength: 1,
        maxLength: 32,
        description: "The application's number.",
      },
      application_date: { type: "date", description: "The day the application was received." },
      resident_since: {
        type: "date",
        optional: true,
        description: "First day of residence. Absent when it is not known.",
      },
      monthly_income: { type: "decimal", scale: 2, minimum: "0.00", maximum: "1000000.00" },
      documents: {
        type: "list",
        items: { type: "enum", values: ["identity", "income", "residence"] },
        maxItems: 3,
        description: "What was handed in.",
      },
    },
    replay: { identity: "fingerprint" },
    override: { approverRoles: ["clerk"], quorum: 1, expiresAfterSeconds: 604_800 },
    rules: [
      {
        id: "no-application",
        condition: { not: { signal: "application_id", starts_with: "A-" } },
        outcome: { decision: "rejected", action: "return", reason: "there is no such application" },
      },
      {
        id: "income-too-high",
        condition: { signal: "monthly_income", greater_than: "2500.00" },
        outcome: { decision: "rejected", action: "refuse", reason: "monthly income above 2,500.00" },
      },
      {
        id: "moved-in-later",
        condition: {
          all: [
            { signal: "resident_since", exists: true },
            { signal: "resident_since", greater_than: { signal: "application_date" } },
          ],
        },
        outcome: {
          decision: "rejected",
          action: "refuse",
          reason: "no resident on the day of the application",
        },
      },
      {
        id: "entitled",
        condition: {
          all: [
            { signal: "resident_since", exists: true },
            { signal: "documents", contains: "identity" },
            { signal: "documents", contains: "income" },
          ],
        },
        outcome: {
          decision: "approved",
          action: "grant",
          reason: "resident with proved identity and income",
        },
      },
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "pending_override", action: "ask_clerk", reason: "needs a clerk" },
      },
    ],
  },
  tests: {
    defaults: {
      application_id: "A-1",
      application_date: "2026-11-20",
      resident_since: "2020-01-01",
      monthly_income: "1800.00",
      documents: ["identity", "income"],
    },
    cases: [
      {
        name: "a number of something else is no application",
        signals: { application_id: "B-1" },
        expect: { decision: "rejected", rule: "no-application" },
      },
      {
        name: "who hands in everything and lives here is entitled",
        expect: { decision: "approved", rule: "entitled" },
      },
      {
        name: "an income without cents is refused",
        signals: { monthly_income: "1800" },
        expect: { refused: "VAL-010", signal: "monthly_income" },
      },
    ],
    tables: [
      {
        name: "income",
        columns: ["monthly_income"],
        expect: ["decision", "rule"],
        rows: [
          ["2500.00", "approved", "entitled"],
          ["2500.01", "rejected", "income-too-high"],
        ],
      },
      {
        name: "residence and documents",
        columns: ["resident_since", "documents"],
        expect: ["decision", "rule"],
        rows: [
          ["2026-11-20", ["identity", "income"], "approved", "entitled"],
          ["2026-11-21", ["identity", "income"], "rejected", "moved-in-later"],
          [null, ["identity", "income"], "pending_override", "catch-all"],
          ["2020-01-01", ["identity"], "pending_override", "catch-all"],
          ["2020-01-01", ["income"], "pending_override", "catch-all"],
        ],
      },
    ],
    coverage: { rules: 1, conditions: 1 },
  },
};
