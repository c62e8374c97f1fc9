import type { JsonObject, JsonValue } from "@parmanasystems/canonical";
import type { Policy } from "@parmanasystems/governance";
import { describe, expect, it } from "vitest";
import { parseCases } from "../src/cases/parse-cases.js";
import { requirePassing, runCases } from "../src/cases/run-cases.js";
import { startCases } from "../src/cases/start-cases.js";
import { explainDecision } from "../src/explain/explain-decision.js";
import { nearestChange } from "../src/explain/nearest-change.js";
import { lintPolicy } from "../src/lint/lint-policy.js";
import { findInput } from "../src/space/find-input.js";
import { bytesOf, policyOf, rule } from "./policies.js";
import { refusalOf } from "./refusal-of.js";

/** Each needs 2^60 states and more; all of them together far more. */
const conditions = Array.from({ length: 12 }, (_, index): JsonObject => ({
  signal: "text",
  matches: `[ab]*a[ab]{${60 + index}}c?`,
}));
const longest = 16_384;

function hostile(rules: readonly JsonValue[], maxLength = 1_024): Policy {
  return policyOf({ text: { type: "string", maxLength } }, rules);
}

const policies: readonly (readonly [name: string, policy: Policy])[] = [
  ["all of them in one rule", hostile([rule("all", { all: conditions })])],
  ["any of them in one rule", hostile([rule("any", { any: conditions })])],
  [
    "one rule for each",
    hostile(
      conditions.map((each, index) => rule(`r${index}`, each, index % 2 === 0 ? "approved" : "rejected")),
    ),
  ],
];

/** Much more than it takes, much less than the minutes and hours it took: by CPU time, which waiting for a CPU does not count. */
function expectSeconds<Result>(most: number, ask: () => Result): Result {
  const before = process.cpuUsage();
  const result = ask();
  expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(most);
  return result;
}

const oneCase: JsonObject = {
  cases: [{ name: "n", signals: { text: "c" }, expect: { decision: "pending_override" } }],
};

describe.each(policies)("Patterns with exponentially many states, %s (threat 32)", (_name, policy) => {
  it("leave lint undecided within seconds, and it says so", () => {
    const { complete, findings } = expectSeconds(60, () => lintPolicy(policy));
    expect(complete).toBe(false);
    expect(findings.filter(({ rule }) => rule === "unreachable-rule")).toEqual([]);
  });

  it("leave coverage undecided within seconds: nothing is called impossible that was not proved", () => {
    const cases = parseCases(bytesOf({ ...oneCase, coverage: { rules: 1, conditions: 1 } }));
    const report = expectSeconds(60, () => runCases(policy, cases));
    const { coverage } = report;
    expect(report.passed).toBe(false);
    expect(coverage.undecided.length).toBeGreaterThan(0);
    expect(coverage.impossible).toEqual([]);
    for (const gap of coverage.undecided) expect(coverage.gaps).toContain(gap);
    expect(
      refusalOf(() => {
        requirePassing(report);
      }),
    ).toMatchObject({ code: "POL-065", message: expect.stringContaining("too large a question") });
  });

  it("are not searched at all where no coverage is demanded", () => {
    const report = expectSeconds(5, () => runCases(policy, parseCases(bytesOf(oneCase))));
    expect(report.passed).toBe(true);
    expect(report.coverage).toMatchObject({ impossible: [], undecided: [] });
  });

  it("leave gaps open when cases are to be suggested", () => {
    const { open, document } = expectSeconds(120, () => startCases(policy));
    expect(open.length).toBeGreaterThan(0);
    expect(document).not.toHaveProperty("coverage");
  });

  it("end the search for the nearest change", () => {
    const change = expectSeconds(60, () => nearestChange(policy, { text: "c" }));
    expect(change.status).not.toBe("impossible");
  });
});

describe("A space has room for so many states, and no more", () => {
  it("and says that it does not know, rather than that there is none", () => {
    const policy = hostile([
      rule("one-spelling", { signal: "text", matches: "[ab]*a[ab]{60}" }),
      rule("the-other", { signal: "text", matches: "(a|b)*a(a|b){60}" }),
    ]);
    const hold = policy.rules.slice(0, 2).map(({ condition }, index) => ({ condition, truth: index === 0 }));
    const before = process.memoryUsage().rss;
    expect(expectSeconds(30, () => findInput(policy, { hold }, 5_000_000)).status).toBe("undecided");
    expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024);
  });

  it("also where the patterns alone are too large for it", () => {
    const parts = Array.from({ length: 60 }, (_, index) => ({
      signal: "text",
      contains: `${"a".repeat(10_000)}${index}`,
    }));
    const policy = hostile(
      [rule("any", { any: parts }), rule("never", { all: [parts[0] ?? {}, parts[1] ?? {}] })],
      longest,
    );
    const goal = { hold: [] };
    expect(expectSeconds(20, () => findInput(policy, goal)).status).toBe("undecided");
    expect(expectSeconds(20, () => lintPolicy(policy))).toMatchObject({ complete: false });
  });
});

describe("Tests and explanations of heavy patterns", () => {
  const heavy = hostile([rule("all", { any: conditions })], longest);
  const textOf = (index: number): string => `${"ab".repeat(longest / 2 - 4)}${index}`;

  it("end with a refusal when too many long texts are decided", () => {
    const text = Array.from({ length: 200 }, (_, index) => textOf(index));
    const cases = parseCases(
      bytesOf({
        cases: [{ name: "long", each: { text }, expect: { decision: "pending_override" } }],
      }),
    );
    expect(cases.cases).toHaveLength(200);
    expect(expectSeconds(60, () => refusalOf(() => runCases(heavy, cases)))).toMatchObject({
      code: "POL-068",
      details: { pointer: "/cases/0" },
    });
  });

  it("decide a text that does not change once, in however many cases", () => {
    const document = {
      defaults: { text: textOf(0) },
      cases: Array.from({ length: 2_000 }, (_, index) => ({
        name: `case ${index}`,
        expect: { decision: "pending_override" },
      })),
    };
    const report = expectSeconds(30, () => runCases(heavy, parseCases(bytesOf(document))));
    expect(report.passed).toBe(true);
  });

  it("explain a pattern that stands in many conditions as one", () => {
    const often = hostile(
      [
        rule("often", {
          any: Array.from({ length: 500 }, () => ({ signal: "text", matches: "[ab]*a[ab]{900}c" })),
        }),
      ],
      longest,
    );
    const { rules } = expectSeconds(30, () => explainDecision(often, { text: textOf(0) }));
    expect(rules[0]?.condition).toMatchObject({ kind: "any", holds: false });
  });
});
