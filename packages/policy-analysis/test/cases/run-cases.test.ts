import type { JsonValue } from "@parmanasystems/canonical";
import type { Policy } from "@parmanasystems/governance";
import { describe, expect, it } from "vitest";
import { parseCases } from "../../src/cases/parse-cases.js";
import { requirePassing, runCases } from "../../src/cases/run-cases.js";
import { bytesOf, claims, policyOf, rule } from "../policies.js";
import { refusalOf } from "../refusal-of.js";

const usual = { defaults: { risk: 10, amount: 10 } };

function run(document: JsonValue, policy: Policy = claims(), coverage = { rules: 0, conditions: 0 }) {
  return runCases(policy, parseCases(bytesOf(document)), { coverage });
}

/** The difference of a single case. */
function differenceOf(signals: JsonValue, expect: JsonValue) {
  return run({ ...usual, cases: [{ name: "n", signals, expect }] }).results[0]?.difference;
}

describe("Running the cases of a policy", () => {
  it("passes what is decided as expected, and says what was decided", () => {
    const report = run({
      ...usual,
      cases: [
        {
          name: "small",
          expect: { decision: "approved", rule: "small", action: "do_approved", reason: "because of small" },
        },
        { name: "refused", signals: { amount: 0.5 }, expect: { refused: "VAL-007", signal: "amount" } },
      ],
    });
    expect(report.passed).toBe(true);
    expect(report.results).toMatchObject([
      { case: { name: "small" }, actual: { kind: "decided", result: { rule_id: "small" } } },
      { case: { name: "refused" }, actual: { kind: "refused", code: "VAL-007", signal: "amount" } },
    ]);
    expect(report.results.map(({ difference }) => difference)).toEqual([undefined, undefined]);
  });

  it.each<[string, JsonValue, JsonValue, object]>([
    [
      "the decision",
      { risk: 81 },
      { decision: "approved", rule: "small" },
      { member: "decision", expected: "approved", actual: "rejected" },
    ],
    [
      "the rule",
      {},
      { decision: "approved", rule: "smal" },
      { member: "rule", expected: "smal", actual: "small" },
    ],
    [
      "the action",
      {},
      { decision: "approved", action: "pay" },
      { member: "action", expected: "pay", actual: "do_approved" },
    ],
    [
      "the reason",
      {},
      { decision: "approved", reason: "why not" },
      { member: "reason", expected: "why not", actual: "because of small" },
    ],
    [
      "a refusal instead of a decision",
      { risk: 101 },
      { decision: "rejected" },
      { member: "decision", expected: "rejected", actual: "none" },
    ],
    [
      "a decision instead of a refusal",
      {},
      { refused: "VAL-004" },
      { member: "refused", expected: "VAL-004", actual: "none" },
    ],
    [
      "another refusal",
      { risk: "1" },
      { refused: "VAL-008" },
      { member: "refused", expected: "VAL-008", actual: "VAL-007" },
    ],
    [
      "the refused signal",
      { risk: "1" },
      { refused: "VAL-007", signal: "amount" },
      { member: "signal", expected: "amount", actual: "risk" },
    ],
  ])("names the first difference: %s", (_what, signals, expected, difference) => {
    expect(differenceOf(signals, expected)).toEqual(difference);
  });

  it.each<[string, JsonValue, string]>([
    ["an undeclared signal", { colour: "red" }, "VAL-003"],
    ["a missing signal", { risk: null }, "VAL-004"],
    ["an object that is no governed signal", { risk: { amount: 1 } }, "VAL-027"],
  ])("judges %s as the runtime does", (_what, signals, refused) => {
    expect(differenceOf(signals, { refused })).toBeUndefined();
  });

  it("says how far it has come", () => {
    const seen: (readonly [number, number])[] = [];
    const cases = parseCases(
      bytesOf({
        ...usual,
        cases: [{ name: "n", each: { amount: [1, 2] }, expect: { decision: "approved" } }],
      }),
    );
    runCases(claims(), cases, { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it("fails when one case fails", () => {
    const good = { name: "good", expect: { decision: "approved" } };
    const bad = { name: "bad", expect: { decision: "rejected" } };
    expect(run({ ...usual, cases: [good, bad] }).passed).toBe(false);
    expect(run({ ...usual, cases: [good] }).passed).toBe(true);
  });

  it("counts what was covered, and fails below the share that is demanded", () => {
    const document = {
      ...usual,
      cases: [
        { name: "small", expect: { decision: "approved" } },
        { name: "risky", signals: { risk: 90 }, expect: { decision: "rejected" } },
      ],
    };
    const { coverage, passed } = run(document);
    expect(passed).toBe(true);
    expect(coverage.rules).toEqual({ covered: 2, total: 3, share: 2 / 3, required: 0 });
    expect(coverage.conditions).toEqual({ covered: 3, total: 4, share: 0.75, required: 0 });
    expect(coverage.gaps).toMatchObject([
      { kind: "condition", pointer: "/rules/1/condition/all/0", truth: false },
      { kind: "rule", pointer: "/rules/2" },
    ]);
    expect(run(document, claims(), { rules: 0.6, conditions: 0.75 }).passed).toBe(true);
    expect(run(document, claims(), { rules: 0.7, conditions: 0 }).passed).toBe(false);
    expect(run(document, claims(), { rules: 0, conditions: 0.76 }).passed).toBe(false);
  });

  it("holds a file to its own demand, whatever less is asked for", () => {
    const demanding = {
      ...usual,
      cases: [{ name: "n", expect: { decision: "approved" } }],
      coverage: { rules: 0.5 },
    };
    expect(run(demanding, claims(), { rules: 0.1, conditions: 0 })).toMatchObject({
      passed: false,
      coverage: { sufficient: false, rules: { required: 0.5 } },
    });
  });

  it("covers nothing with a case that is refused", () => {
    const { coverage } = run({ cases: [{ name: "n", expect: { refused: "VAL-004" } }] });
    expect(coverage.rules.covered).toBe(0);
  });

  it("does not count what no input can show", () => {
    const policy = policyOf({ amount: { type: "integer", minimum: 0, maximum: 10 } }, [
      rule("any", { signal: "amount", greater_than_or_equal: 0 }),
      rule("never", { signal: "amount", equals: 5 }),
    ]);
    const document = { cases: [{ name: "n", signals: { amount: 1 }, expect: { decision: "approved" } }] };
    const { coverage, passed } = run(document, policy, { rules: 1, conditions: 1 });
    expect(passed).toBe(true);
    expect(coverage.undecided).toEqual([]);
    expect(coverage.rules).toMatchObject({ covered: 1, total: 1, share: 1 });
    expect(coverage.conditions).toMatchObject({ covered: 1, total: 1, share: 1 });
    expect(coverage.gaps).toEqual([]);
    expect(coverage.impossible.map(({ pointer }) => pointer)).toEqual([
      "/rules/0/condition",
      "/rules/1",
      "/rules/1/condition",
      "/rules/1/condition",
      "/rules/2",
    ]);
    // Where nothing is demanded, the share only informs, and to prove what is impossible may be much work.
    const { coverage: shown } = run(document, policy);
    expect(shown).toMatchObject({ impossible: [], undecided: [], rules: { covered: 1, total: 3 } });
    expect(shown.gaps).toHaveLength(5);
  });
});

describe("Passing tests can be demanded", () => {
  it("and what fails is named", () => {
    const failing = { ...usual, cases: [{ name: "a risky one", expect: { decision: "rejected" } }] };
    expect(
      refusalOf(() => {
        requirePassing(run(failing));
      }),
    ).toMatchObject({
      code: "POL-065",
      message: expect.stringContaining('Of 1 cases, 1 failed, the first of them "a risky one".'),
    });
  });

  it("and so is what they do not cover", () => {
    const passing = { ...usual, cases: [{ name: "n", expect: { decision: "approved" } }] };
    requirePassing(run(passing));
    expect(
      refusalOf(() => {
        requirePassing(run(passing, claims(), { rules: 1, conditions: 0 }));
      }),
    ).toMatchObject({
      code: "POL-065",
      message: expect.stringContaining("rules: 1 of 3 covered (33 %), 100 % must be"),
    });
  });
});
