import { describe, expect, it } from "vitest";
import { validateSignals } from "@parmanasystems/governance";
import { compileWith } from "../src/compile-policy.js";
import { interpretPolicy } from "../src/index.js";
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
  const validated = validateSignals(policy, signals);
  const results = [
    interpretPolicy(policy, validated),
    ...[{ generate: true }, { generate: false }, { generate: false, leafRules: 0 }].flatMap((terms) => {
      const compiled = compileWith(policy, terms);
      return [compiled.decide(signals), compiled.evaluate(validated)];
    }),
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
const boolean = { type: "boolean" };
const codes = { type: "list", items: integer, maxItems: 4 };
const prices = { type: "list", items: decimal, maxItems: 4 };
const names = { type: "list", items: string, maxItems: 4 };

type Row = readonly [
  declaration: object,
  leaf: object,
  holdsFor: readonly unknown[],
  failsFor: readonly unknown[],
];

const rows: readonly Row[] = [
  [boolean, { equals: true }, [true], [false]],
  [boolean, { equals: false }, [false], [true]],
  [boolean, { not_equals: true }, [false], [true]],
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
  [number, { not_in: [0] }, [Number.MIN_VALUE, -Number.MIN_VALUE], [0, -0]],
  [number, { not_equals: 0.3 }, [0.1 + 0.2], [0.3]],
  [number, { greater_than_or_equal: 0.3 }, [0.3, 0.1 + 0.2], [0.3 - 1e-16]],
  [number, { less_than_or_equal: 0.3 }, [0.3, -1], [0.1 + 0.2]],
  [number, { between: [0.1, 0.3] }, [0.1, 0.2, 0.3], [0.1 + 0.2, 0.1 - 1e-16]],
  [decimal, { equals: "1.50" }, ["1.50"], ["1.51", "-1.50"]],
  [decimal, { not_equals: "1.50" }, ["1.49"], ["1.50"]],
  [decimal, { greater_than: "9.99" }, ["10.00", "100.00"], ["9.99", "9.98", "-10.00"]],
  [decimal, { less_than: "-9.99" }, ["-10.00"], ["-9.99", "-9.98", "10.00"]],
  [decimal, { between: ["-0.01", "0.01"] }, ["-0.01", "0.00", "0.01"], ["-0.02", "0.02"]],
  [decimal, { less_than_or_equal: "-0.01" }, ["-0.01", "-0.02", "-10.00"], ["0.00", "0.01"]],
  [decimal, { in: ["0.10", "0.20"] }, ["0.10", "0.20"], ["0.30"]],
  [decimal, { not_in: ["0.10"] }, ["0.11"], ["0.10"]],
  [
    decimal,
    { greater_than_or_equal: "900719925474099300000.01" },
    ["900719925474099300000.01", "900719925474099300000.02"],
    ["900719925474099300000.00"],
  ],
  [string, { not_equals: "a" }, ["b", "", "A"], ["a"]],
  [string, { not_in: ["a", "b"] }, ["", "ab"], ["a", "b"]],
  [
    string,
    { matches: "[a-z]{2}(-[0-9]+)?" },
    ["ab", "ab-1", "zz-123"],
    ["", "a", "abc", "ab-", "AB", "ab-1x"],
  ],
  [string, { matches: "" }, [""], ["a", "\n"]],
  [string, { matches: ".*" }, ["", "anything", "\u{1f600}"], ["two\nlines", "\r"]],
  [codes, { contains: 5 }, [[5], [1, 5], [5, 5]], [[], [4, 6], [-5]]],
  [codes, { contains: 0 }, [[0], [-0]], [[1]]],
  [codes, { equals: [1, 2] }, [[1, 2]], [[2, 1], [1], [1, 2, 2], []]],
  [codes, { equals: [] }, [[]], [[0]]],
  [codes, { not_equals: [1, 2] }, [[2, 1], [1], [1, 2, 1], []], [[1, 2]]],
  [prices, { contains: "1.50" }, [["1.50"], ["0.00", "1.50"]], [[], ["1.51"], ["-1.50"]]],
  [prices, { equals: ["1.50", "0.00"] }, [["1.50", "0.00"]], [["0.00", "1.50"], ["1.50"]]],
  [names, { contains: "a" }, [["a"], ["b", "a"]], [["ab"], ["A"], [""]]],
  [tiers, { not_equals: "gold" }, ["bronze"], ["gold"]],
  [tiers, { in: ["gold"] }, ["gold"], ["bronze"]],
  [date, { equals: "2024-02-29" }, ["2024-02-29"], ["2024-02-28", "2024-03-01"]],
  [date, { not_equals: "2024-02-29" }, ["2024-02-28"], ["2024-02-29"]],
  [date, { greater_than: "2024-02-29" }, ["2024-03-01", "9999-12-31"], ["2024-02-29", "2024-02-28"]],
  [date, { greater_than_or_equal: "2024-02-29" }, ["2024-02-29", "2024-03-01"], ["2024-02-28"]],
  [date, { less_than_or_equal: "2024-02-29" }, ["2024-02-29", "2024-02-28"], ["2024-03-01"]],
  [date, { in: ["2024-02-29"] }, ["2024-02-29"], ["2024-02-28"]],
  [date, { not_in: ["2024-02-29"] }, ["2024-02-28"], ["2024-02-29"]],
  [
    timestamp,
    { between: ["2026-11-20T22:00:00.000Z", "2026-11-20T22:00:00.001Z"] },
    ["2026-11-20T22:00:00.000Z", "2026-11-20T22:00:00.001Z"],
    ["2026-11-20T21:59:59.999Z", "2026-11-20T22:00:00.002Z"],
  ],
  [
    timestamp,
    { equals: "2026-11-20T22:00:00.000Z" },
    ["2026-11-20T22:00:00.000Z"],
    ["2026-11-20T22:00:00.001Z"],
  ],
  [
    timestamp,
    { less_than: "2026-11-20T22:00:00.000Z" },
    ["2026-11-20T21:59:59.999Z"],
    ["2026-11-20T22:00:00.000Z"],
  ],
  [
    timestamp,
    { less_than_or_equal: "2026-11-20T22:00:00.000Z" },
    ["2026-11-20T22:00:00.000Z"],
    ["2026-11-20T22:00:00.001Z"],
  ],
  [
    timestamp,
    { greater_than_or_equal: "2026-11-20T22:00:00.000Z" },
    ["2026-11-20T22:00:00.000Z"],
    ["2026-11-20T21:59:59.999Z"],
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
});

const pairs: readonly (readonly [
  type: object,
  other: object,
  operator: string,
  holdsFor: readonly (readonly [unknown, unknown])[],
  failsFor: readonly (readonly [unknown, unknown])[],
])[] = [
  [
    integer,
    integer,
    "equals",
    [
      [1, 1],
      [0, -0],
    ],
    [[1, 2]],
  ],
  [
    integer,
    integer,
    "not_equals",
    [[1, 2]],
    [
      [1, 1],
      [0, -0],
    ],
  ],
  [
    integer,
    integer,
    "greater_than",
    [[2, 1]],
    [
      [1, 1],
      [1, 2],
    ],
  ],
  [
    integer,
    integer,
    "greater_than_or_equal",
    [
      [2, 1],
      [1, 1],
    ],
    [[1, 2]],
  ],
  [
    integer,
    integer,
    "less_than",
    [[1, 2]],
    [
      [1, 1],
      [2, 1],
    ],
  ],
  [
    integer,
    integer,
    "less_than_or_equal",
    [
      [1, 2],
      [1, 1],
    ],
    [[2, 1]],
  ],
  [
    boolean,
    boolean,
    "equals",
    [
      [true, true],
      [false, false],
    ],
    [[true, false]],
  ],
  [string, string, "equals", [["a", "a"]], [["a", "A"]]],
  [string, string, "not_equals", [["a", "A"]], [["a", "a"]]],
  [date, date, "less_than", [["2026-01-31", "2026-02-01"]], [["2026-02-01", "2026-02-01"]]],
  [
    decimal,
    { type: "decimal", scale: 0 },
    "equals",
    [["5.00", "5"]],
    [
      ["5.01", "5"],
      ["-5.00", "5"],
    ],
  ],
  [decimal, { type: "decimal", scale: 0 }, "not_equals", [["5.01", "5"]], [["5.00", "5"]]],
  [
    decimal,
    { type: "decimal", scale: 0 },
    "greater_than",
    [
      ["5.01", "5"],
      ["10.00", "9"],
    ],
    [
      ["5.00", "5"],
      ["-5.01", "-5"],
    ],
  ],
  [
    decimal,
    { type: "decimal", scale: 3 },
    "less_than",
    [
      ["9.99", "9.991"],
      ["-0.01", "0.000"],
    ],
    [["9.99", "9.990"]],
  ],
  [
    codes,
    integer,
    "contains",
    [[[1, 2], 2]],
    [
      [[1, 2], 3],
      [[], 0],
    ],
  ],
  [prices, { type: "decimal", scale: 1 }, "contains", [[["1.50"], "1.5"]], [[["1.51"], "1.5"]]],
  [
    codes,
    codes,
    "equals",
    [
      [
        [1, 2],
        [1, 2],
      ],
      [[], []],
    ],
    [
      [[1], [1, 2]],
      [[1, 2], [1]],
    ],
  ],
  [codes, codes, "not_equals", [[[1], [2]]], [[[1], [1]]]],
  [
    prices,
    { type: "list", items: { type: "decimal", scale: 0 }, maxItems: 4 },
    "equals",
    [[["5.00"], ["5"]]],
    [[["5.01"], ["5"]]],
  ],
];

describe("an operator between two signals", () => {
  it.each(pairs)("%j %j %s", (type, other, operator, holdsFor, failsFor) => {
    const schema = { x: { ...type, optional: true }, y: { ...other, optional: true } };
    const condition = { signal: "x", [operator]: { signal: "y" } };
    for (const [x, y] of holdsFor) expect(decide(schema, condition, { x, y })).toBe(true);
    for (const [x, y] of failsFor) expect(decide(schema, condition, { x, y })).toBe(false);
    // Whatever it says, an absent signal makes it false on either side.
    for (const [x, y] of [...holdsFor, ...failsFor]) {
      expect(decide(schema, condition, { x })).toBe(false);
      expect(decide(schema, condition, { y })).toBe(false);
    }
    expect(decide(schema, condition, {})).toBe(false);
    expect(decide(schema, { not: condition }, {})).toBe(true);
  });
});

describe("an absent optional signal", () => {
  it.each(rows)("of %j makes %j false, and its negation true", (declaration, leaf) => {
    const schema = { x: { ...declaration, optional: true } };
    expect(decide(schema, { signal: "x", ...leaf }, {})).toBe(false);
    expect(decide(schema, { not: { signal: "x", ...leaf } }, {})).toBe(true);
  });

  const schema = { x: { ...integer, optional: true } };

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
