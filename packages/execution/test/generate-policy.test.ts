import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { compileWith } from "../src/compile-policy.js";
import { policySource } from "./arbitraries.js";
import { codeOf } from "./code-of.js";
import { claimsDocument, claimsPolicy, policyOf, signals } from "./fixtures.js";

const marked = "marked by its author";
const outcome = { decision: "approved", action: marked, reason: marked };
const rule = (id: string, condition: unknown): unknown => ({ id, condition, outcome });

/** Every kind of text that a policy can hold, each of which would stand out. */
const document = {
  ...claimsDocument,
  description: marked,
  signalsSchema: {
    claim_amount: { type: "integer", minimum: -7, maximum: 1_000_000, description: marked },
    ratio: { type: "number", minimum: -0.5, maximum: 1e15 },
    name: { type: "string" },
    tier: { type: "enum", values: [marked, "plain"], optional: true },
    price: { type: "decimal", scale: 2, optional: true },
    tags: { type: "list", items: { type: "string" }, maxItems: 9, optional: true },
    constructor: { type: "date", optional: true },
    __proto__0: { type: "boolean", optional: true },
  },
  rules: [
    rule("text", { signal: "name", equals: marked }),
    rule("part", {
      any: [
        { signal: "name", starts_with: marked },
        { signal: "name", matches: "marked.*" },
      ],
    }),
    rule("member", { signal: "name", in: [marked, "x"] }),
    rule("tier", { not: { signal: "tier", not_equals: marked } }),
    rule("amount", {
      all: [
        { signal: "claim_amount", between: [-5, 5] },
        { signal: "ratio", less_than: -0.25 },
      ],
    }),
    rule("price", { signal: "price", greater_than: "12345.67" }),
    rule("tags", { signal: "tags", contains: marked }),
    rule("date", { signal: "constructor", less_than: "2026-11-21" }),
    rule("catch-all", { all: [] }),
  ],
};

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The source that a policy is compiled to. */
function sourceOf(policy: unknown): string {
  const sources: string[] = [];
  const Real = Function;
  vi.stubGlobal("Function", function capture(...parts: readonly string[]) {
    const made: unknown = new Real(...parts);
    sources.push(parts.at(-1) ?? "");
    return made;
  });
  compileWith(policyOf(policy), {});
  vi.unstubAllGlobals();
  return sources.join("\n");
}

/** What is not a word of the code's own. */
function foreignWords(source: string): readonly string[] {
  const own = new Set(
    `use strict function firstMatch if return undefined decide signals evaluate let begun count false true
    validate try check typeof object null Array isArray break for const name in Object prototype hasOwnProperty call
    continue Number isSafeInteger boolean number catch getPrototypeOf constants`.split(/\s+/),
  );
  return [...source.matchAll(/[A-Za-z_$][\w$]*/g)]
    .map(([word]) => word)
    .filter((word) => !own.has(word) && !/^(?:k|v|listed)\d+$/.test(word) && !/^e\d*$/.test(word));
}

describe("generated code", () => {
  it("holds no text of the policy, not even a name", () => {
    const source = sourceOf(document);
    expect(foreignWords(source)).toEqual([]);
    expect(source).not.toContain("12345");
    expect(
      [...source.matchAll(/"([^"]*)"/g)]
        .map(([, text]) => text)
        .filter((text) => !["use strict", "object", "boolean", "number"].includes(text ?? "")),
    ).toEqual([]);
  });

  it("is well-formed and strict for every policy", () => {
    fc.assert(
      fc.property(policySource, (source) => {
        expect(sourceOf(source.document)).toMatch(/^"use strict";\n/);
      }),
      { numRuns: 500 },
    );
  });

  it("is the same text for policies that differ in texts alone", () => {
    const renamed = JSON.parse(
      JSON.stringify(document).replaceAll("claim_amount", "claim_other").replaceAll(marked, "*/ throw 1; //"),
    ) as unknown;
    expect(sourceOf(renamed)).toBe(sourceOf(document));
  });

  it("spells no number that is not finite, and no text as a number", () => {
    for (const literal of ["0); throw 1; (0", Number.NaN, Number.POSITIVE_INFINITY, {}]) {
      const [first] = claimsPolicy.rules;
      if (first === undefined) throw new Error("The claims policy has rules.");
      const declaration = { type: "integer", minimum: literal, maximum: 9, optional: false };
      const handMade = { ...claimsPolicy, signals: new Map([["risk_score", declaration]]) };
      expect(codeOf(() => compileWith(handMade as never, {}))).toBe("INV-055");
    }
  });

  it("stays small where rules or conditions are many", () => {
    const many = (count: number): unknown => ({
      ...claimsDocument,
      rules: [
        ...Array.from({ length: count }, (_, index) =>
          rule(`r-${String(index)}`, { signal: "risk_score", equals: index % 100 }),
        ),
        rule("catch-all", { all: [] }),
      ],
    });
    const wide = {
      ...claimsDocument,
      rules: [
        rule("wide", {
          any: Array.from({ length: 600 }, (_, index) => ({ signal: "claim_amount", equals: index })),
        }),
        rule("catch-all", { all: [] }),
      ],
    };
    expect(sourceOf(many(60)).length).toBeGreaterThan(4_000);
    expect(sourceOf(many(64)).length).toBeLessThan(2_500);
    expect(sourceOf(many(5_000)).length).toBeLessThan(2_500);
    expect(sourceOf(wide).length).toBeLessThan(2_500);
    const decided = compileWith(policyOf(many(5_000)), {}).decide({ ...signals, risk_score: 99 });
    expect(decided.rule_id).toBe("r-99");
  });

  it("is not made for policies with many signals", () => {
    const many = {
      ...claimsDocument,
      signalsSchema: {
        ...claimsDocument.signalsSchema,
        ...Object.fromEntries(
          Array.from({ length: 30 }, (_, index) => [
            `extra_${String(index)}`,
            { type: "boolean", optional: true },
          ]),
        ),
      },
    };
    expect(sourceOf(many)).toBe("");
    expect(compileWith(policyOf(many), {}).decide(signals).rule_id).toBe("small-claim");
  });
});

describe("where the platform refuses to generate code", () => {
  it("closures decide, and code generation is asked for only once", async () => {
    // A copy of the modules, since they remember the refusal.
    vi.resetModules();
    const fresh = await import("../src/compile-policy.js");
    let asked = 0;
    vi.stubGlobal("Function", function refuse() {
      asked += 1;
      throw new EvalError("Code generation from strings disallowed for this context");
    });
    for (let times = 0; times < 3; times += 1) {
      expect(fresh.compilePolicy(claimsPolicy).decide(signals).rule_id).toBe("small-claim");
    }
    expect(asked).toBe(1);
  });
});
