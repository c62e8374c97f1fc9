import { describe, expect, it } from "vitest";
import { validateSignals } from "@parmanasystems/governance";
import { compilePolicy, interpretPolicy } from "../src/index.js";
import { policyOf } from "./fixtures.js";

/** One leaf under test: it approves when it holds. */
function decide(signalsSchema: object, condition: object, signals: Record<string, unknown>): boolean {
  const policy = policyOf({
    policyId: "leaf",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema,
    rules: [
      { id: "holds", condition, outcome: { decision: "approved", action: "approve", reason: "holds" } },
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "rejected", action: "reject", reason: "no" },
      },
    ],
  });
  const compiled = compilePolicy(policy);
  const validated = validateSignals(policy, signals);
  const results = [
    compiled.decide(signals),
    compiled.evaluate(validated),
    interpretPolicy(policy, validated),
  ];
  expect(new Set(results.map(({ rule_id }) => rule_id)).size).toBe(1);
  return results[0]?.decision === "approved";
}

const integer = { type: "integer", minimum: -100, maximum: 100 };
const number = { type: "number" };
const decimal = { type: "decimal", scale: 2 };
const string = { type: "string" };
const date = { type: "date" };
const timestamp = { type: "timestamp" };
const tiers = { type: "enum", values: ["bronze", "gold"] };

type Row = readonly [
  declaration: object,
  leaf: object,
  holdsFor: readonly unknown[],
  failsFor: readonly unknown[],
];

const rows: readonly Row[] = [
  [integer, { equals: 5 }, [5], [4, 6, -5]],
  [integer, { not_equals: 5 }, [4, 6], [5]],
  [integer, { equals: 0 }, [0, -0], [1]],
  [integer, { greater_than: 5 }, [6, 100], [5, 4, -100]],
  [integer, { greater_than_or_equal: 5 }, [5, 6], [4]],
  [integer, { less_than: 5 }, [4, -100], [5, 6]],
  [integer, { less_than_or_equal: 5 }, [5, 4], [6]],
  [integer, { between: [-1, 1] }, [-1, 0, 1], [-2, 2]],
  [integer, { in: [1, 3] }, [1, 3], [2]],
  [integer, { not_in: [1, 3] }, [2], [1, 3]],
  [number, { equals: 0.3 }, [0.3], [0.1 + 0.2]],
  [number, { greater_than: 0.3 }, [0.1 + 0.2], [0.3]],
  [number, { less_than: 0 }, [-Number.MIN_VALUE], [0, -0, Number.MIN_VALUE]],
  [number, { in: [0] }, [0, -0], [Number.MIN_VALUE]],
  [decimal, { equals: "1.50" }, ["1.50"], ["1.51", "-1.50"]],
  [decimal, { not_equals: "1.50" }, ["1.49"], ["1.50"]],
  [decimal, { greater_than: "9.99" }, ["10.00", "100.00"], ["9.99", "9.98", "-10.00"]],
  [decimal, { less_than: "-9.99" }, ["-10.00"], ["-9.99", "-9.98", "10.00"]],
  [decimal, { between: ["-0.01", "0.01"] }, ["-0.01", "0.00", "0.01"], ["-0.02", "0.02"]],
  [decimal, { in: ["0.10", "0.20"] }, ["0.10", "0.20"], ["0.30"]],
  [decimal, { not_in: ["0.10"] }, ["0.11"], ["0.10"]],
  [
    decimal,
    { greater_than_or_equal: "900719925474099300000.01" },
    ["900719925474099300000.01", "900719925474099300000.02"],
    ["900719925474099300000.00"],
  ],
  [string, { equals: "\u00e9" }, ["\u00e9"], ["e\u0301", "E"]],
  [string, { contains: "bc" }, ["abcd", "bc"], ["acb", ""]],
  [string, { starts_with: "ab" }, ["ab", "abc"], ["b", "a", "cab"]],
  [string, { ends_with: "ab" }, ["ab", "cab"], ["aba", "b", ""]],
  [string, { in: ["a", "b"] }, ["a", "b"], ["A", "ab"]],
  [tiers, { equals: "gold" }, ["gold"], ["bronze"]],
  [tiers, { not_in: ["gold"] }, ["bronze"], ["gold"]],
  [date, { less_than: "2024-02-29" }, ["2024-02-28", "0001-01-01"], ["2024-02-29", "2024-03-01"]],
  [date, { between: ["1999-12-31", "2000-01-01"] }, ["1999-12-31", "2000-01-01"], ["2000-01-02"]],
  [
    timestamp,
    { greater_than: "2026-11-20T22:00:00.000Z" },
    ["2026-11-20T22:00:00.001Z", "2027-01-01T00:00:00.000Z"],
    ["2026-11-20T22:00:00.000Z", "2026-11-20T21:59:59.999Z"],
  ],
];

describe("an operator holds exactly for the values it names", () => {
  it.each(rows)("%j %j", (declaration, leaf, holdsFor, failsFor) => {
    for (const value of holdsFor)
      expect(decide({ x: declaration }, { signal: "x", ...leaf }, { x: value })).toBe(true);
    for (const value of failsFor)
      expect(decide({ x: declaration }, { signal: "x", ...leaf }, { x: value })).toBe(false);
  });

  it("compares two signals of one type", () => {
    const condition = { signal: "x", greater_than: { signal: "y" } };
    expect(decide({ x: integer, y: integer }, condition, { x: 2, y: 1 })).toBe(true);
    expect(decide({ x: integer, y: integer }, condition, { x: 1, y: 1 })).toBe(false);
    expect(decide({ x: date, y: date }, condition, { x: "2026-01-02", y: "2026-01-01" })).toBe(true);
  });

  it("compares decimals of different scales exactly", () => {
    const schema = { x: { type: "decimal", scale: 0 }, y: { type: "decimal", scale: 3 } };
    expect(decide(schema, { signal: "x", equals: { signal: "y" } }, { x: "5", y: "5.000" })).toBe(true);
    expect(decide(schema, { signal: "x", less_than: { signal: "y" } }, { x: "5", y: "5.001" })).toBe(true);
    expect(decide(schema, { signal: "x", greater_than: { signal: "y" } }, { x: "-5", y: "-5.001" })).toBe(
      true,
    );
    expect(decide(schema, { signal: "x", greater_than: { signal: "y" } }, { x: "10", y: "9.999" })).toBe(
      true,
    );
  });
});

describe("an absent optional signal", () => {
  const schema = { x: { ...integer, optional: true }, y: { ...integer, optional: true } };
  const leaves = [
    { equals: 1 },
    { not_equals: 1 },
    { greater_than: -100 },
    { less_than: 100 },
    { between: [-100, 100] },
    { in: [1] },
    { not_in: [1] },
    { equals: { signal: "y" } },
  ];

  it.each(leaves)("makes %j false, and its negation true", (leaf) => {
    expect(decide(schema, { signal: "x", ...leaf }, { y: 1 })).toBe(false);
    expect(decide(schema, { not: { signal: "x", ...leaf } }, { y: 1 })).toBe(true);
  });

  it("makes a comparison with it false", () => {
    expect(decide(schema, { signal: "x", not_equals: { signal: "y" } }, { x: 1 })).toBe(false);
  });

  it("is what exists asks for", () => {
    expect(decide(schema, { signal: "x", exists: true }, { x: 0 })).toBe(true);
    expect(decide(schema, { signal: "x", exists: true }, {})).toBe(false);
    expect(decide(schema, { signal: "x", exists: false }, {})).toBe(true);
    expect(decide(schema, { signal: "x", exists: false }, { x: 0 })).toBe(false);
  });

  it("is absent although every object inherits a member of that name", () => {
    const inherited = { toString: { ...integer, optional: true } };
    expect(decide(inherited, { signal: "toString", exists: true }, {})).toBe(false);
    expect(decide(inherited, { signal: "toString", exists: true }, { toString: 1 })).toBe(true);
  });
});

describe("composites", () => {
  const schema = { x: integer };
  const yes = { signal: "x", equals: 1 };
  const no = { signal: "x", equals: 2 };

  it.each([
    [{ all: [] }, true],
    [{ all: [yes] }, true],
    [{ all: [yes, no] }, false],
    [{ all: [yes, yes, yes] }, true],
    [{ all: [yes, yes, no] }, false],
    [{ any: [no] }, false],
    [{ any: [no, yes] }, true],
    [{ any: [no, no, no] }, false],
    [{ any: [no, no, yes] }, true],
    [{ not: no }, true],
    [{ not: { all: [] } }, false],
    [{ not: { any: [no, { not: yes }] } }, true],
  ])("%j is %s", (condition, expected) => {
    expect(decide(schema, condition, { x: 1 })).toBe(expected);
  });
});
