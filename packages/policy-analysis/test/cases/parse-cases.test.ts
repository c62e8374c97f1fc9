import type { JsonObject, JsonValue } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { parseCases } from "../../src/cases/parse-cases.js";
import { bytesOf } from "../policies.js";
import { refusalOf } from "../refusal-of.js";

const expected = { decision: "approved" };

function parse(document: JsonValue) {
  return parseCases(bytesOf(document), { policy: { policyId: "claims" }, file: "policy.test.json" });
}

function namesOf(document: JsonValue): readonly string[] {
  return parse(document).cases.map(({ name }) => name);
}

describe("The test file of a policy", () => {
  it("gives every case the defaults, with what the case changes", () => {
    const { cases, defaults } = parse({
      policyId: "claims",
      defaults: { amount: 1, note: "x", tags: ["a"] },
      cases: [
        { name: "as usual", expect: expected },
        { name: "changed", signals: { amount: 2, note: null, tags: [] }, expect: expected },
      ],
    });
    expect(defaults).toEqual({ amount: 1, note: "x", tags: ["a"] });
    expect(cases.map(({ signals }) => ({ ...signals }))).toEqual([
      { amount: 1, note: "x", tags: ["a"] },
      { amount: 2, tags: [] },
    ]);
    expect(cases.map(({ pointer }) => pointer)).toEqual(["/cases/0", "/cases/1"]);
  });

  it("takes __proto__ as the name of a signal like any other", () => {
    const [only] = parseCases(
      new TextEncoder().encode(
        '{"defaults": {"__proto__": 1}, "cases": [{"name": "n", "signals": {"__proto__": {"polluted": 2}}, "expect": {"refused": "VAL-003"}}]}',
      ),
    ).cases;
    expect(Object.keys(only?.signals ?? {})).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(only?.signals)).toBeNull();
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("multiplies each out, the last signal varying fastest, and names every combination", () => {
    const { cases } = parse({
      defaults: { amount: 5, note: "x" },
      cases: [{ name: "all", each: { amount: [1, 2], note: [null, "y"] }, expect: expected }],
    });
    expect(cases.map(({ name, signals }) => [name, { ...signals }])).toEqual([
      ["all [amount 1, note absent]", { amount: 1 }],
      ['all [amount 1, note "y"]', { amount: 1, note: "y" }],
      ["all [amount 2, note absent]", { amount: 2 }],
      ['all [amount 2, note "y"]', { amount: 2, note: "y" }],
    ]);
  });

  it("reads a row of a table as a case", () => {
    const { cases } = parse({
      defaults: { risk: 1 },
      tables: [
        {
          name: "limits",
          signals: { note: "t" },
          columns: ["amount", "note"],
          expect: ["decision", "rule", "refused", "signal"],
          rows: [
            [1, null, "approved", "small", null, null],
            [-1, "x", null, null, "VAL-007", "amount"],
          ],
        },
      ],
    });
    expect(cases.map((each) => ({ ...each, signals: { ...each.signals } }))).toEqual([
      {
        name: "limits, row 1",
        pointer: "/tables/0/rows/0",
        signals: { risk: 1, amount: 1 },
        expected: { kind: "decides", decision: "approved", rule: "small" },
      },
      {
        name: "limits, row 2",
        pointer: "/tables/0/rows/1",
        signals: { risk: 1, note: "x", amount: -1 },
        expected: { kind: "refuses", code: "VAL-007", signal: "amount" },
      },
    ]);
  });

  it("reads rule, action, reason and the shares that must be covered", () => {
    const { cases, coverage } = parse({
      cases: [{ name: "n", expect: { decision: "rejected", rule: "r", action: "a", reason: "w" } }],
      coverage: { rules: 1 },
    });
    expect(cases[0]?.expected).toEqual({
      kind: "decides",
      decision: "rejected",
      rule: "r",
      action: "a",
      reason: "w",
    });
    expect(coverage).toEqual({ rules: 1, conditions: 0 });
  });
});

describe("A test file is refused", () => {
  const one = (member: JsonObject): JsonObject => ({ cases: [{ name: "n", expect: expected, ...member }] });
  const table = (member: JsonObject): JsonObject => ({
    tables: [{ name: "t", columns: ["amount"], expect: ["decision"], rows: [[1, "approved"]], ...member }],
  });

  it.each<[string, JsonValue, string]>([
    ["that is no object", [], ""],
    ["without a case", { cases: [], tables: [] }, ""],
    ["with an unknown member", { ...one({}), notes: "x" }, "/notes"],
    ["with an unknown member in a case", one({ given: {} }), "/cases/0/given"],
    ["with a case without a name", { cases: [{ expect: expected }] }, "/cases/0"],
    ["with an empty name", one({ name: "" }), "/cases/0/name"],
    ["with a name of two lines", one({ name: "a\nb" }), "/cases/0/name"],
    ["with a name that shows from right to left", one({ name: "a\u202eb" }), "/cases/0/name"],
    ["with a name of 201 characters", one({ name: "x".repeat(201) }), "/cases/0/name"],
    ["with a case that expects nothing", { cases: [{ name: "n" }] }, "/cases/0"],
    ["with an expectation that is empty", one({ expect: {} }), "/cases/0/expect"],
    ["with an unknown decision", one({ expect: { decision: "allow" } }), "/cases/0/expect/decision"],
    ["with an empty rule", one({ expect: { decision: "approved", rule: "" } }), "/cases/0/expect/rule"],
    [
      "with a decision and a refusal",
      one({ expect: { decision: "approved", refused: "VAL-003" } }),
      "/cases/0/expect/decision",
    ],
    [
      "with the signal of a decision",
      one({ expect: { decision: "approved", signal: "amount" } }),
      "/cases/0/expect/signal",
    ],
    [
      "with a refusal that is no code of validation",
      one({ expect: { refused: "POL-001" } }),
      "/cases/0/expect/refused",
    ],
    ["with signals in a list", one({ signals: [] }), "/cases/0/signals"],
    ["with signals of null", one({ signals: null }), "/cases/0/signals"],
    ["with each of no value", one({ each: { amount: [] } }), "/cases/0/each/amount"],
    ["with each of one value", one({ each: { amount: 1 } }), "/cases/0/each/amount"],
    ["with one value twice in each", one({ each: { amount: [1, 2, 1.0] } }), "/cases/0/each/amount"],
    ["with a table without rows", table({ rows: [] }), "/tables/0/rows"],
    ["with a table without columns", table({ columns: [] }), "/tables/0/columns"],
    ["with a column twice", table({ columns: ["amount", "amount"] }), "/tables/0/columns/1"],
    ["with a column that nothing expects", table({ expect: ["decision", "amount"] }), "/tables/0/expect/1"],
    ["with a row that is too short", table({ rows: [[1, "approved"], ["approved"]] }), "/tables/0/rows/1"],
    ["with a row that is too long", table({ rows: [[1, "approved", 2]] }), "/tables/0/rows/0"],
    ["with a row that expects nothing", table({ rows: [[1, null]] }), "/tables/0/rows/0"],
    ["with a share above 1", { ...one({}), coverage: { rules: 1.1 } }, "/coverage/rules"],
    ["with a negative share", { ...one({}), coverage: { conditions: -0.1 } }, "/coverage/conditions"],
    ["with an unknown share", { ...one({}), coverage: { lines: 1 } }, "/coverage/lines"],
    ["with a policyId that is no text", { ...one({}), policyId: 1 }, "/policyId"],
  ])("%s", (_what, document, pointer) => {
    const refusal = refusalOf(() => parse(document));
    expect(refusal.code).toBe("POL-061");
    expect(refusal.details).toMatchObject({ file: "policy.test.json", pointer });
    expect(refusal.message).toMatch(/^\[POL-061\] policy\.test\.json:1:\d+ \(/);
  });

  it("by line and column", () => {
    const text = '{\n  "cases": [\n    { "name": "n", "expects": {} }\n  ]\n}\n';
    const refusal = refusalOf(() => parseCases(new TextEncoder().encode(text)));
    expect(refusal.details).toEqual({ pointer: "/cases/0/expects", line: 3, column: 31 });
  });

  it("when it is for another policy", () => {
    const document = { ...one({}), policyId: "loans" };
    expect(refusalOf(() => parse(document)).code).toBe("POL-062");
    expect(parseCases(bytesOf(document)).cases).toHaveLength(1);
  });

  it.each([
    ["nothing", ""],
    ["half an object", "{"],
    ["a member twice", '{"cases": [], "cases": []}'],
    ["a byte order mark", "\ufeff{}"],
    ["100,000 brackets", "[".repeat(100_000)],
    ["more than 4 MiB", `"${"x".repeat(4 * 1024 * 1024)}"`],
  ])("when it is %s", (_what, text) => {
    expect(refusalOf(() => parseCases(new TextEncoder().encode(text))).code).toBe("POL-060");
  });

  it("when two cases have one name, also those that each and tables make", () => {
    const twice = { name: "n", expect: expected };
    expect(refusalOf(() => parse({ cases: [twice, twice] })).code).toBe("POL-064");
    const made = { cases: [{ name: "t, row 1", expect: expected }], ...table({}) };
    expect(refusalOf(() => parse(made))).toMatchObject({
      code: "POL-064",
      details: { pointer: "/tables/0/rows/0" },
    });
  });

  it("when it makes more than 10,000 cases, before it makes them", () => {
    const values = Array.from({ length: 1000 }, (_, value) => value);
    const huge = one({ each: { a: values, b: values, c: values, d: values } });
    const before = process.cpuUsage();
    expect(refusalOf(() => parse(huge)).code).toBe("POL-063");
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
    const rows = (name: string) => ({
      name,
      columns: ["a"],
      expect: ["decision"],
      rows: Array.from({ length: 5001 }, () => [1, "approved"]),
    });
    expect(refusalOf(() => parse({ tables: [rows("one"), rows("two")] })).code).toBe("POL-063");
    expect(namesOf({ tables: [rows("one")] })).toHaveLength(5001);
  });
});
