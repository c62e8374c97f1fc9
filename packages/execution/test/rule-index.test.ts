import { describe, expect, it } from "vitest";
import { interpretPolicy } from "../src/index.js";
import { compileWith } from "../src/compile-policy.js";
import { demandsOf } from "../src/rule-demands.js";
import { indexRules } from "../src/rule-index.js";
import { type Slots, slotsOf } from "../src/slots.js";
import { policyOf } from "./fixtures.js";

const outcome = { decision: "approved", action: "approve", reason: "ok" };

function policyWith(signalsSchema: object, conditions: readonly unknown[]) {
  return policyOf({
    policyId: "table",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema,
    rules: [
      ...conditions.map((condition, index) => ({ id: `row-${String(index)}`, condition, outcome })),
      { id: "catch-all", condition: { all: [] }, outcome },
    ],
  });
}

/** Which rules are tried for some values, in order. */
function triedBy(policy: ReturnType<typeof policyWith>): (values: Slots) => readonly number[] {
  const slots = slotsOf(policy);
  let tried: number[] = [];
  const rules = policy.rules.map(({ condition }, position) => ({
    position,
    matches: () => {
      tried.push(position);
      return false;
    },
    demands: demandsOf(condition, slots),
  }));
  const search = indexRules(rules, [...slots.values()]);
  return (values) => {
    tried = [];
    expect(search(values, rules.length)).toBe(rules.length);
    return tried;
  };
}

const rows = Array.from({ length: 10_000 }, (_, index) => index);
const integer = { type: "integer", minimum: 0, maximum: 10_000_000 };
const text = { type: "string" };
const decimal = { type: "decimal", scale: 2 };
const name = (index: number): string => `value-${String(index)}`;

const tables: readonly (readonly [
  table: string,
  signalsSchema: object,
  row: (index: number) => unknown,
  values: (index: number) => Slots,
])[] = [
  ["texts", { x: text }, (index) => ({ signal: "x", equals: name(index) }), (index) => [name(index)]],
  ["close integers", { x: integer }, (index) => ({ signal: "x", equals: index }), (index) => [index]],
  [
    "distant integers",
    { x: integer },
    (index) => ({ signal: "x", equals: index * 997 }),
    (index) => [index * 997],
  ],
  [
    "several texts each",
    { x: text },
    (index) => ({ signal: "x", in: [name(index), `${name(index)}-b`] }),
    (index) => [`${name(index)}-b`],
  ],
  [
    "one text or another",
    { x: text },
    (index) => ({
      any: [
        { signal: "x", equals: name(index) },
        { signal: "x", equals: `${name(index)}-b` },
      ],
    }),
    (index) => [`${name(index)}-b`],
  ],
  [
    "two columns",
    { x: text, y: integer },
    (index) => ({
      all: [
        { signal: "x", equals: name(index % 100) },
        { signal: "y", equals: Math.floor(index / 100) },
      ],
    }),
    (index) => [name(index % 100), Math.floor(index / 100)],
  ],
  [
    "integers between",
    { x: integer },
    (index) => ({ signal: "x", between: [index * 10, index * 10 + 9] }),
    (index) => [index * 10 + 9],
  ],
  [
    "a ladder up",
    { x: integer },
    (index) => ({ signal: "x", less_than_or_equal: index * 10 }),
    (index) => [index * 10],
  ],
  [
    "a ladder down",
    { x: integer },
    (index) => ({ signal: "x", greater_than: 100_000 - index * 10 }),
    (index) => [100_001 - index * 10],
  ],
  [
    "decimals from and below",
    { x: decimal },
    (index) => ({
      all: [
        { signal: "x", greater_than_or_equal: `${String(index)}.00` },
        { signal: "x", less_than: `${String(index + 1)}.00` },
      ],
    }),
    (index) => [`${String(index)}.99`],
  ],
  [
    "a text and a ladder",
    { x: text, y: integer },
    (index) => ({
      all: [
        { signal: "x", equals: name(index % 100) },
        { signal: "y", less_than: Math.floor(index / 100) * 10 + 10 },
      ],
    }),
    (index) => [name(index % 100), Math.floor(index / 100) * 10 + 9],
  ],
];

describe("the index of a table of 10,000 rows tries a handful of rules", () => {
  it.each(tables)("%s", (_, signalsSchema, row, values) => {
    const tried = triedBy(policyWith(signalsSchema, rows.slice(0, -1).map(row)));
    for (const index of [0, 1, 4_999, 5_000, 9_997, 9_998]) {
      const found = tried(values(index));
      expect(found).toContain(index);
      // The table's own rows of one group, and the catch-all.
      expect(found.length).toBeLessThanOrEqual(9);
      expect(found).toEqual([...found].sort((one, other) => one - other));
    }
  });

  it.each(tables)("%s, in bounded time to compile", (_, signalsSchema, row) => {
    const policy = policyWith(signalsSchema, rows.slice(0, -1).map(row));
    const before = process.cpuUsage();
    compileWith(policy, {});
    expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(5);
  });

  it("tries nothing but the rest where a signal is absent", () => {
    const tried = triedBy(
      policyWith({ x: { ...text, optional: true } }, [
        ...rows.slice(0, 100).map((index) => ({ signal: "x", equals: name(index) })),
        { signal: "x", exists: false },
      ]),
    );
    expect(tried([undefined])).toEqual([100, 101]);
  });
});

describe("an index that cannot tell the rules apart", () => {
  it("tries all that might match, when ranges overlap", () => {
    const wide = policyWith(
      { x: integer, y: integer },
      rows.slice(0, 2_000).map((index) => ({
        all: [
          { signal: "x", between: [index, index + 100_000] },
          { signal: "y", not_equals: index },
        ],
      })),
    );
    const tried = triedBy(wide);
    expect(tried([50_000, 1])).toHaveLength(2_001);
    expect(tried([200_000, 1]).length).toBeLessThan(2_001);
  });

  it("holds no more than eight entries a rule on every level", () => {
    // Every rule could be in every group of every level.
    const list = rows.slice(0, 50);
    const dense = policyWith(
      { x: integer, y: integer, z: integer },
      rows.slice(0, 300).map((index) => ({
        all: [
          { signal: "x", in: list },
          { signal: "y", in: list },
          { signal: "z", equals: index },
        ],
      })),
    );
    const tried = triedBy(dense);
    expect(tried([1, 1, 7]).length).toBeLessThanOrEqual(9);
    expect(tried([1, 1, 7])).toContain(7);
  });
});

describe("a polluted Array.prototype (threat 58)", () => {
  it("adds nothing to an index", () => {
    const conditions = rows.slice(0, 20).map((index) => ({ signal: "x", equals: index }));
    const compiled = compileWith(policyWith({ x: integer }, conditions), { generate: false });
    for (const name of ["30", "-5"])
      Object.defineProperty(Array.prototype, name, { value: () => 0, configurable: true });
    try {
      expect(compiled.decide({ x: 30 }).rule_id).toBe("catch-all");
      expect(compiled.decide({ x: 3 }).rule_id).toBe("row-3");
    } finally {
      for (const name of ["30", "-5"]) Reflect.deleteProperty(Array.prototype, name);
    }
  });
});

describe("rules that an index passes over", () => {
  it("are none that a number spelled in another way would match", () => {
    const policy = policyWith({ x: decimal }, [{ signal: "x", equals: "1.50" }]);
    const [rule, catchAll] = policy.rules;
    if (rule === undefined || catchAll === undefined) throw new Error("There are two rules.");
    // parsePolicy would not have it, but an index must never be what makes the difference.
    const operand = { kind: "literal", value: "1.5" } as const;
    const condition = { kind: "comparison", signal: "x", operator: "equals", operand } as const;
    const handMade = { ...policy, rules: [{ ...rule, condition }, catchAll] };
    expect(compileWith(handMade, { generate: false, leafRules: 0 }).decide({ x: "1.50" }).rule_id).toBe(
      "row-0",
    );
    expect(interpretPolicy(handMade, { x: "1.50" }).rule_id).toBe("row-0");
  });

  it("are those whose demands contradict each other, and those below a rule that must match", () => {
    const policy = policyWith({ x: integer }, [
      {
        all: [
          { signal: "x", less_than: 5 },
          { signal: "x", greater_than: 5 },
        ],
      },
      {
        all: [
          { signal: "x", equals: 3 },
          { signal: "x", in: [1, 2] },
        ],
      },
      { signal: "x", less_than: 10 },
      { signal: "x", equals: 4 },
      { signal: "x", equals: 14 },
    ]);
    const compiled = compileWith(policy, { generate: false, leafRules: 1 });
    for (const [x, rule] of [
      [4, "row-2"],
      [3, "row-2"],
      [9, "row-2"],
      [10, "catch-all"],
      [14, "row-4"],
    ] as const) {
      expect(compiled.decide({ x }).rule_id).toBe(rule);
      expect(interpretPolicy(policy, { x }).rule_id).toBe(rule);
    }
  });
});
