import type { JsonObject } from "@parmanasystems/canonical";
import { validateSignals } from "@parmanasystems/governance";
import { describe, expect, it } from "vitest";
import { boundaryValuesOf } from "../src/boundary-values.js";
import { policyOf, rule } from "./policies.js";

function valuesOf(declaration: JsonObject, ...conditions: readonly JsonObject[]): readonly unknown[] {
  const policy = policyOf(
    { x: declaration },
    conditions.map((condition, index) => rule(`r${index}`, { signal: "x", ...condition })),
  );
  const values = boundaryValuesOf(policy)("x");
  for (const value of values) expect(validateSignals(policy, { x: value })["x"]).toEqual(value);
  return values;
}

const integer = { type: "integer", minimum: 0, maximum: 100 };

describe("Boundary values", () => {
  it.each<[string, JsonObject, JsonObject, readonly unknown[]]>([
    ["an integer", integer, { greater_than: 80 }, [80, 79, 81, 0, 100]],
    ["an integer at the end of its range", integer, { equals: 100 }, [100, 99, 0]],
    ["both ends of between", integer, { between: [10, 20] }, [10, 9, 11, 20, 19, 21, 0, 100]],
    ["a boolean", { type: "boolean" }, { equals: true }, [true, false]],
    ["an enum", { type: "enum", values: ["a", "b", "c"] }, { in: ["b"] }, ["b", "a", "c"]],
    [
      "a decimal",
      { type: "decimal", scale: 2, minimum: "0.00" },
      { less_than: "0.50" },
      ["0.50", "0.49", "0.51", "0.00"],
    ],
    ["a date", { type: "date" }, { less_than: "2026-01-01" }, ["2026-01-01", "2025-12-31", "2026-01-02"]],
    ["a text", { type: "string", minLength: 3, maxLength: 5 }, { starts_with: "ab" }, ["xxx"]],
    ["a text of a pattern", { type: "string", maxLength: 5 }, { matches: "[0-9]{3}x?" }, ["000", "x", ""]],
    [
      "a text of a format",
      { type: "string", format: "ipv4", maxLength: 15 },
      { equals: "10.0.0.1" },
      ["10.0.0.1", "192.0.2.1"],
    ],
    ["a list", { type: "list", items: integer, maxItems: 2 }, { contains: 5 }, [[5], [], [0], [100]]],
    [
      "a list of some length",
      { type: "list", items: { type: "boolean" }, minItems: 2, maxItems: 2 },
      { contains: true },
      [[true, true]],
    ],
  ])("of %s", (_what, declaration, condition, values) => {
    expect(valuesOf(declaration, condition)).toEqual(values);
  });

  it("come from every condition that names the signal, once each", () => {
    expect(valuesOf(integer, { greater_than: 80 }, { less_than: 81 }, { exists: true })).toEqual([
      80, 79, 81, 82, 0, 100,
    ]);
  });

  it("follow the values of other signals it is compared with, from either side", () => {
    const policy = policyOf({ x: integer, y: integer }, [
      rule("r", { signal: "x", greater_than: { signal: "y" } }),
    ]);
    const boundaries = boundaryValuesOf(policy);
    expect(boundaries("x", { y: 50 })).toEqual([50, 49, 51, 0, 100]);
    expect(boundaries("y", { x: 20 })).toEqual([20, 19, 21, 0, 100]);
    expect(boundaries("x")).toEqual([0, 100]);
  });

  it("start from the text or list that is there", () => {
    const policy = policyOf(
      {
        text: { type: "string", maxLength: 9 },
        list: { type: "list", items: { type: "string" }, maxItems: 3 },
      },
      [
        rule("r", {
          any: [
            { signal: "text", starts_with: "A-" },
            { signal: "list", contains: "b" },
          ],
        }),
      ],
    );
    const boundaries = boundaryValuesOf(policy);
    expect(boundaries("text", { text: "x", list: [] })).toContain("A-x");
    expect(boundaries("list", { text: "x", list: ["a"] })).toContainEqual(["a", "b"]);
    expect(boundaries("list", { text: "x", list: ["a", "b"] })).toContainEqual(["a"]);
  });

  it("of a signal that nobody declared are none", () => {
    expect(boundaryValuesOf(policyOf({ x: integer }, []))("toString")).toEqual([]);
  });
});
