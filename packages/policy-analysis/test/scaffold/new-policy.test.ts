import { parseStrict } from "@parmanasystems/canonical";
import { parsePolicy, type Policy } from "@parmanasystems/governance";
import { assertMatchesPolicySchema } from "@parmanasystems/governance/node";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import { parseCases } from "../../src/cases/parse-cases.js";
import type { CasesReport } from "../../src/cases/cases-report.js";
import { runCases } from "../../src/cases/run-cases.js";
import { lintPolicy } from "../../src/lint/lint-policy.js";
import { newPolicy, policyTemplates } from "../../src/scaffold/new-policy.js";
import { refusalOf } from "../refusal-of.js";

const names = [...policyTemplates.keys()];

function started(template: string): { policy: Policy; report: CasesReport; texts: readonly string[] } {
  const files = newPolicy({ policyId: "my-policy", policyVersion: "1.0.0", template });
  const bytes = ["policy.json", "policy.test.json"].map((name) => files.get(name) ?? new Uint8Array());
  const [source = new Uint8Array(), tests = new Uint8Array()] = bytes;
  const policy = parsePolicy(source, { policyId: "my-policy", policyVersion: "1.0.0" });
  assertMatchesPolicySchema(parseStrict(source));
  return {
    policy,
    report: runCases(policy, parseCases(tests, { policy })),
    texts: bytes.map((each) => new TextDecoder().decode(each)),
  };
}

describe("A new policy", () => {
  it("can start from three templates at least, each of which says what it is for", () => {
    expect(names).toEqual(expect.arrayContaining(["approval", "agent-action", "eligibility"]));
    for (const summary of policyTemplates.values()) expect(summary).toMatch(/^[a-z].{20,}[^.]$/);
  });

  it.each(names)("from %s passes its tests, which cover all of it", (template) => {
    const { report } = started(template);
    expect(report.results.filter(({ difference }) => difference !== undefined)).toEqual([]);
    expect(report).toMatchObject({
      passed: true,
      coverage: {
        rules: { share: 1, required: 1 },
        conditions: { share: 1, required: 1 },
        gaps: [],
        impossible: [],
      },
    });
  });

  it.each(names)("from %s has no finding", (template) => {
    expect(lintPolicy(started(template).policy)).toEqual({ findings: [], complete: true });
  });

  it.each(names)("from %s shows all three decisions and a refusal", (template) => {
    const { report, policy } = started(template);
    const decisions = new Set(policy.rules.map(({ outcome }) => outcome.decision));
    expect([...decisions].sort()).toEqual(["approved", "pending_override", "rejected"]);
    expect(report.results.some(({ actual }) => actual.kind === "refused")).toBe(true);
  });

  it.each(names)("from %s is laid out as Prettier leaves it", async (template) => {
    for (const text of started(template).texts) {
      expect(await format(text, { parser: "json", printWidth: 110 })).toBe(text);
    }
  });

  it.each([
    ["an id with capitals", { policyId: "My-Policy" }],
    ["an id that leaves its folder", { policyId: ".." }],
    ["a version with a v", { policyVersion: "v1.0.0" }],
    ["an unknown template", { template: "payments" }],
    ["a template that every object has", { template: "toString" }],
  ])("is refused for %s", (_what, input) => {
    const valid = { policyId: "my-policy", policyVersion: "1.0.0", template: "approval" };
    expect(refusalOf(() => newPolicy({ ...valid, ...input })).code).toBe("POL-066");
  });
});
