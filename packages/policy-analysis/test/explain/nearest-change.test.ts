import { compilePolicy } from "@parmanasystems/execution";
import { type Policy, validateSignals } from "@parmanasystems/governance";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestChange, type NearestChangeOptions } from "../../src/explain/nearest-change.js";
import { claims, policyOf, rule } from "../policies.js";

function nearest(policy: Policy, signals: Record<string, unknown>, options: NearestChangeOptions = {}) {
  return nearestChange(policy, validateSignals(policy, signals), options);
}

describe("The nearest change", () => {
  it("is the smallest step of one signal that gets another decision", () => {
    expect(nearest(claims(), { risk: 10, amount: 1_200 })).toMatchObject({
      status: "found",
      nearest: true,
      changes: [{ signal: "amount", from: 1_200, to: 1_000 }],
      decision: { decision: "approved", rule_id: "small" },
    });
    expect(nearest(claims(), { risk: 79, amount: 90_000 })).toMatchObject({
      changes: [{ signal: "risk", from: 79, to: 81 }],
      decision: { decision: "rejected" },
    });
  });

  it("looks for the decision it is asked for", () => {
    expect(nearest(claims(), { risk: 79, amount: 90_000 }, { to: "approved" })).toMatchObject({
      changes: [{ signal: "amount", from: 90_000, to: 1_000 }],
      decision: { decision: "approved" },
    });
    expect(nearest(claims(), { risk: 90, amount: 90_000 }, { to: "approved" })).toMatchObject({
      nearest: true,
      changes: [
        { signal: "amount", to: 1_000 },
        { signal: "risk", to: 80 },
      ],
    });
  });

  it("is no change at all when the decision is there already", () => {
    expect(nearest(claims(), { risk: 1, amount: 1 }, { to: "approved" })).toMatchObject({
      status: "found",
      changes: [],
    });
  });

  it("says when no signals get that decision", () => {
    const policy = policyOf({ amount: { type: "integer", minimum: 0, maximum: 9 } }, [
      rule("never", { signal: "amount", not_equals: { signal: "amount" } }, "rejected"),
    ]);
    expect(nearest(policy, { amount: 1 })).toEqual({ status: "impossible" });
    expect(nearest(policy, { amount: 1 }, { to: "approved" })).toEqual({ status: "impossible" });
  });

  it("makes what is absent present, and leaves out what is optional", () => {
    const policy = policyOf({ date: { type: "date", optional: true }, day: { type: "date" } }, [
      rule("later", { signal: "date", greater_than: { signal: "day" } }),
    ]);
    expect(nearest(policy, { day: "2026-02-28" })).toMatchObject({
      changes: [{ signal: "date", to: "2026-03-01" }],
    });
    expect(nearest(policy, { day: "2026-02-28", date: "2026-12-31" })).toMatchObject({
      changes: [{ signal: "date", from: "2026-12-31", to: "2026-02-28" }],
    });
    const existing = policyOf({ date: { type: "date", optional: true } }, [
      rule("r", { signal: "date", exists: true }),
    ]);
    const { changes } = nearest(existing, { date: "2026-01-01" }) as { changes: readonly object[] };
    expect(changes).toEqual([{ signal: "date", from: "2026-01-01" }]);
  });

  it.each<[string, object, unknown, object]>([
    ["a text with a prefix", { type: "string", maxLength: 9 }, "abc", { starts_with: "PO-" }],
    ["a text with an ending", { type: "string", maxLength: 9 }, "abc", { ends_with: "-x" }],
    ["a text with a part", { type: "string", maxLength: 9 }, "abc", { contains: "zz" }],
    ["a text of a pattern", { type: "string", maxLength: 9 }, "abc", { matches: "[A-Z]{2}-[0-9]+" }],
    [
      "a list with a member",
      { type: "list", items: { type: "string" }, maxItems: 3 },
      ["a"],
      { contains: "b" },
    ],
    [
      "a list",
      { type: "list", items: { type: "integer", minimum: 0, maximum: 9 }, maxItems: 3 },
      [1],
      { equals: [2, 1] },
    ],
    ["a decimal", { type: "decimal", scale: 2 }, "1.00", { greater_than: "100.50" }],
    ["a double", { type: "number" }, 1, { between: [2.5, 3] }],
    ["an enum", { type: "enum", values: ["a", "b", "c"] }, "a", { in: ["b", "c"] }],
    [
      "a timestamp",
      { type: "timestamp" },
      "2026-01-01T00:00:00.000Z",
      { less_than: "2020-01-01T00:00:00.000Z" },
    ],
  ])("finds %s", (_what, declaration, value, operator) => {
    const policy = policyOf({ x: declaration as never }, [rule("r", { signal: "x", ...operator })]);
    expect(nearest(policy, { x: value })).toMatchObject({
      status: "found",
      nearest: true,
      changes: [{ signal: "x" }],
      decision: { decision: "approved" },
    });
  });

  it("finds what no single boundary shows: one text that meets several conditions", () => {
    const all = [{ starts_with: "A-" }, { ends_with: "-Z" }, { contains: "mm" }, { matches: "[A-Zm-]{9}" }];
    const policy = policyOf({ x: { type: "string", maxLength: 20 }, y: { type: "boolean" } }, [
      rule("r", { all: all.map((each) => ({ signal: "x", ...each })) }),
      rule("s", {
        all: [
          { signal: "x", equals: "A-" },
          { signal: "y", equals: true },
        ],
      }),
    ]);
    expect(nearest(policy, { x: "abc", y: false })).toMatchObject({
      status: "found",
      nearest: true,
      changes: [{ signal: "x", from: "abc", to: expect.stringMatching(/^A-.*mm.*-Z$/) }],
      decision: { rule_id: "r" },
    });
  });

  it("comes back from afar when more signals must change together than can be tried", () => {
    const names = Array.from({ length: 8 }, (_, index) => `s${index}`);
    const schema = Object.fromEntries(
      names.map((name) => [name, { type: "integer", minimum: 0, maximum: 100 }]),
    );
    const policy = policyOf(schema, [
      rule("r", { all: names.slice(0, 5).map((signal) => ({ signal, greater_than: 50 })) }),
    ]);
    const signals = Object.fromEntries(names.map((name) => [name, 7]));
    expect(nearest(policy, signals)).toMatchObject({
      status: "found",
      nearest: false,
      changes: names.slice(0, 5).map((signal) => ({ signal, from: 7, to: 51 })),
    });
  });

  it("gets the decision it claims, with no fewer signals when it says it is the nearest", () => {
    const operand = fc.integer({ min: 0, max: 12 });
    const leaf = fc
      .tuple(
        fc.constantFrom("a", "b"),
        fc.constantFrom("greater_than", "less_than", "equals", "not_equals"),
        operand,
      )
      .map(([signal, operator, value]) => ({ signal, [operator]: value }));
    const condition = fc.oneof(
      leaf,
      fc.array(leaf, { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    );
    const rules = fc.array(fc.tuple(condition, fc.constantFrom("approved", "rejected")), { maxLength: 4 });
    const schema = {
      a: { type: "integer", minimum: 0, maximum: 12 },
      b: { type: "integer", minimum: 0, maximum: 12 },
    };
    fc.assert(
      fc.property(rules, operand, operand, (given, a, b) => {
        const policy = policyOf(
          schema,
          given.map(([each, decision], index) => rule(`r${index}`, each as never, decision)),
        );
        const { decide } = {
          decide: (signals: object) => compilePolicy(policy).decide(signals as never).decision,
        };
        const present = decide({ a, b });
        const found = nearest(policy, { a, b });
        const others = Array.from({ length: 13 * 13 }, (_, at) => ({
          a: at % 13,
          b: Math.floor(at / 13),
        })).filter((signals) => decide(signals) !== present);
        if (found.status !== "found") {
          expect(others).toEqual([]);
          return;
        }
        expect(decide(found.signals)).not.toBe(present);
        const distances = others.map(
          (each) =>
            [
              Number(each.a !== a) + Number(each.b !== b),
              Math.abs(each.a - a) + Math.abs(each.b - b),
            ] as const,
        );
        distances.sort(([count, step], [otherCount, otherStep]) => count - otherCount || step - otherStep);
        const { a: nearA, b: nearB } = found.signals as { a: number; b: number };
        expect([found.changes.length, Math.abs(nearA - a) + Math.abs(nearB - b)]).toEqual(distances[0]);
        expect(found.nearest).toBe(true);
      }),
    );
  });
});
