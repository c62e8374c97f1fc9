import { type JsonObject, type JsonValue, parseStrict } from "@parmanasystems/canonical";
import type { Policy } from "@parmanasystems/governance";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCases } from "../../src/cases/parse-cases.js";
import { runCases } from "../../src/cases/run-cases.js";
import { startCases } from "../../src/cases/start-cases.js";
import { suggestCases } from "../../src/cases/suggest-cases.js";
import { spellJson } from "../../src/spell-json.js";
import { bytesOf, claims, policyOf, rule } from "../policies.js";

function suggestionsFor(policy: Policy, document: JsonObject) {
  const cases = parseCases(bytesOf(document));
  return suggestCases(policy, runCases(policy, cases), cases.defaults);
}

const one = { name: "n", expect: { decision: "approved" } };

describe("Suggested cases", () => {
  it("close every gap, at the boundary and with as little changed as can be", () => {
    const document = { defaults: { amount: 10, risk: 10, note: "x" }, cases: [one] };
    const { cases, open } = suggestionsFor(claims(), document);
    expect(open).toEqual([]);
    expect(cases).toEqual([
      {
        name: "high-risk decides",
        signals: expect.any(Object),
        expect: { decision: "rejected", rule: "high-risk" },
      },
      {
        name: "small: amount less_than_or_equal 1000 does not hold",
        signals: { amount: 1_001 },
        expect: { decision: "pending_override", rule: "catch-all" },
      },
    ]);
    expect(Object.keys(cases[0]?.signals ?? {})).toEqual(["risk"]);
  });

  it("can be pasted as they are: then everything is covered and passes", () => {
    const document = { defaults: { amount: 10, risk: 10 }, cases: [one] };
    const { cases } = suggestionsFor(claims(), document);
    const pasted = {
      ...document,
      cases: [one, ...cases],
      coverage: { rules: 1, conditions: 1 },
    } as JsonValue;
    expect(runCases(claims(), parseCases(bytesOf(pasted))).passed).toBe(true);
  });

  it("say by null what must be absent", () => {
    const policy = policyOf({ note: { type: "string", optional: true, maxLength: 5 } }, [
      rule("noted", { signal: "note", exists: true }),
    ]);
    const { cases } = suggestionsFor(policy, { defaults: { note: "x" }, cases: [one] });
    expect(cases).toMatchObject([{ signals: { note: null }, expect: { rule: "catch-all" } }]);
  });

  it("do not lean on a default that the policy refuses", () => {
    const document = {
      defaults: { amount: 10, risk: 1_000 },
      cases: [{ name: "n", expect: { refused: "VAL-007" } }],
    };
    const { cases } = suggestionsFor(claims(), document);
    expect(cases.length).toBeGreaterThan(2);
    const pasted = {
      ...document,
      cases: [...document.cases, ...cases],
      coverage: { rules: 1, conditions: 1 },
    };
    expect(runCases(claims(), parseCases(bytesOf(pasted as JsonValue))).passed).toBe(true);
  });

  it("take no name that is taken, nor one that cannot be shown", () => {
    const policy = policyOf({ note: { type: "string", maxLength: 300 } }, [
      rule("r", {
        any: [
          { signal: "note", equals: "é\n" },
          { signal: "note", equals: `long${"x".repeat(250)}` },
        ],
      }),
    ]);
    const document = {
      cases: [{ name: "r decides", signals: { note: "" }, expect: { decision: "pending_override" } }],
    };
    const { cases } = suggestionsFor(policy, document);
    const names = ["r decides", ...cases.map(({ name }) => name)];
    expect(new Set(names).size).toBe(names.length);
    const pasted = { cases: [...document.cases, ...cases] } as JsonValue;
    expect(parseCases(bytesOf(pasted)).cases).toHaveLength(names.length);
  });
});

describe("A first test file", () => {
  it("covers a policy that has no tests yet, and passes", () => {
    const { document, cases, open } = startCases(claims());
    expect(open).toEqual([]);
    expect(cases).toBe(3);
    const report = runCases(claims(), parseCases(bytesOf(parseStrict(spellJson(document)))));
    expect(report).toMatchObject({
      passed: true,
      coverage: { rules: { share: 1, required: 1 }, conditions: { share: 1 } },
    });
  });

  it("starts from signals that only the last rule decides on", () => {
    const { document } = startCases(claims());
    expect(document["defaults"]).toMatchObject({ risk: expect.any(Number), amount: expect.any(Number) });
    const { amount } = document["defaults"] as { amount: number };
    expect(amount).toBeGreaterThan(1_000);
  });

  it("leaves open what is past 100 cases, and then demands no coverage", () => {
    const rules = Array.from({ length: 150 }, (_, index) =>
      rule(`r${index}`, { signal: "amount", equals: index }),
    );
    const policy = policyOf({ amount: { type: "integer", minimum: 0, maximum: 999 } }, rules);
    const { document, cases, open } = startCases(policy);
    expect(cases).toBe(100);
    expect(open.length).toBeGreaterThan(50);
    expect(document).not.toHaveProperty("coverage");
    expect(runCases(policy, parseCases(bytesOf(document))).passed).toBe(true);
  });

  it("covers any policy, passes, and leaves nothing open that could be shown", () => {
    const number = fc.integer({ min: 0, max: 6 });
    const leaf = fc.oneof(
      fc
        .tuple(
          fc.constantFrom("a", "b"),
          fc.constantFrom("greater_than", "less_than_or_equal", "equals"),
          number,
        )
        .map(([signal, operator, value]) => ({ signal, [operator]: value })),
      fc.constant({ signal: "a", greater_than: { signal: "b" } }),
      fc.boolean().map((exists) => ({ signal: "b", exists })),
      fc.constantFrom("x", "y").map((value) => ({ signal: "kind", not_equals: value })),
    );
    const { tree } = fc.letrec<{ tree: JsonObject }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
        fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
        tie("tree").map((not) => ({ not })),
      ),
    }));
    const schema = {
      a: { type: "integer", minimum: 0, maximum: 6 },
      b: { type: "integer", minimum: 0, maximum: 6, optional: true },
      kind: { type: "enum", values: ["x", "y", "z"] },
    };
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (conditions) => {
        const policy = policyOf(
          schema,
          conditions.map((condition, index) => rule(`r${index}`, condition)),
        );
        const { document, open } = startCases(policy);
        expect(open).toEqual([]);
        const report = runCases(policy, parseCases(bytesOf(document)));
        expect(report.results.filter(({ difference }) => difference !== undefined)).toEqual([]);
        expect(report.coverage).toMatchObject({ sufficient: true, gaps: [] });
      }),
      { numRuns: 60 },
    );
  });

  it("is made also where the last rule is never reached", () => {
    const policy = policyOf({ amount: { type: "integer", minimum: 0, maximum: 10 } }, [
      rule("any", { signal: "amount", greater_than_or_equal: 0 }),
    ]);
    const { document } = startCases(policy);
    expect(runCases(policy, parseCases(bytesOf(document))).passed).toBe(true);
  });
});
