import { type Policy, validateSignals } from "@parmanasystems/governance";
import { describe, expect, it } from "vitest";
import { compileWith } from "../src/compile-policy.js";
import { PatternCompiler } from "../src/compile-pattern.js";
import { PatternVerdicts } from "../src/interpret-pattern.js";
import { interpretPolicy } from "../src/index.js";
import { policyOf } from "./fixtures.js";

const longest = 16_384;
const outcome = { decision: "approved", action: "approve", reason: "ok" };

/** One rule for each condition, and the catch-all. */
function rulesOf(conditions: readonly object[]): Policy {
  return policyOf({
    policyId: "repeats",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: {
      text: { type: "string", maxLength: longest },
      other: { type: "string", maxLength: longest },
    },
    rules: [
      ...conditions.map((condition, index) => ({ id: `rule-${String(index)}`, condition, outcome })),
      { id: "catch-all", condition: { all: [] }, outcome },
    ],
  });
}

const engines: readonly (readonly [
  name: string,
  prepare: (policy: Policy) => (signals: object) => string,
])[] = [
  [
    "the interpreter",
    (policy) => (signals) => interpretPolicy(policy, validateSignals(policy, { ...signals })).rule_id,
  ],
  ...[{ generate: true }, { generate: false }, { generate: false, leafRules: 0 }].map(
    (terms): (typeof engines)[number] => [
      `compilePolicy with ${JSON.stringify(terms)}`,
      (policy) => {
        const compiled = compileWith(policy, terms);
        return (signals) => compiled.decide({ ...signals }).rule_id;
      },
    ],
  ),
];

describe.each(engines)("one pattern in many conditions, decided by %s", (_name, prepare) => {
  it("takes no more than once for each signal that it reads (threat 32)", () => {
    const heavy = "[ab]*a[ab]{990}c";
    const conditions = Array.from({ length: 500 }, (_, index) => ({
      signal: index % 2 === 0 ? "text" : "other",
      matches: heavy,
    }));
    const decide = prepare(rulesOf(conditions));
    const before = process.cpuUsage();
    expect(decide({ text: "ab".repeat(longest / 2), other: "ba".repeat(longest / 2) })).toBe("catch-all");
    // Asked 500 times, it would take close to a minute.
    expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(15);
  });

  it("judges every signal and every decision by its own text", () => {
    const decide = prepare(
      rulesOf([
        {
          all: [{ signal: "text", matches: "a+" }, { not: { signal: "other", matches: "a+" } }],
        },
        { signal: "other", matches: "a+" },
        { signal: "text", matches: "(a)+" },
      ]),
    );
    const rows: readonly (readonly [text: string, other: string, rule: string])[] = [
      ["aa", "b", "rule-0"],
      ["aa", "a", "rule-1"],
      ["b", "a", "rule-1"],
      ["b", "b", "catch-all"],
      ["aa", "b", "rule-0"],
      ["b", "b", "catch-all"],
      ["", "", "catch-all"],
      ["b", "aa", "rule-1"],
    ];
    for (const [text, other, rule] of rows)
      expect([text, other, decide({ text, other })]).toEqual([text, other, rule]);
  });
});

describe("a verdict is kept", () => {
  const condition = rulesOf([{ signal: "text", matches: "ab" }]).rules[0]?.condition;
  if (condition?.kind !== "comparison" || condition.operand.kind !== "pattern") throw new Error("no pattern");
  const { pattern } = condition.operand;

  it("for one pattern and signal by one test", () => {
    const patterns = new PatternCompiler();
    const test = patterns.compile(pattern, "text");
    expect(patterns.compile(pattern, "text")).toBe(test);
    expect(patterns.compile(pattern, "other")).not.toBe(test);
    expect(["ab", "a", "ab", "ab", "b"].map(test)).toEqual([true, false, true, true, false]);
  });

  it("for one decision by the interpreter, whose signals do not change", () => {
    const verdicts = new PatternVerdicts();
    expect(verdicts.matches(pattern, "text", "ab")).toBe(true);
    expect(verdicts.matches(pattern, "other", "a")).toBe(false);
    expect(verdicts.matches(pattern, "text", "ab")).toBe(true);
    expect(new PatternVerdicts().matches(pattern, "text", "a")).toBe(false);
  });
});
