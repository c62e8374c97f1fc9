import type { SignalDeclaration } from "@parmanasystems/governance";
import { describe, expect, it } from "vitest";
import { stepSize } from "../../src/explain/step-size.js";

const optional = false;

describe("The size of a step", () => {
  it.each<[string, SignalDeclaration, string | number, string | number, number]>([
    ["an integer in its range", { type: "integer", optional, minimum: 0, maximum: 100 }, 20, 70, 0.5],
    ["a double in its range", { type: "number", optional, minimum: -1, maximum: 1 }, 0, 0.5, 0.25],
    [
      "a decimal in its range",
      { type: "decimal", optional, scale: 2, minimum: "0.00", maximum: "10.00" },
      "5.00",
      "2.50",
      0.25,
    ],
    ["a decimal without a range", { type: "decimal", optional, scale: 0 }, "1", "3", 2 / 6],
    ["a date", { type: "date", optional }, "2026-01-01", "2027-01-01", 0.5],
    [
      "a timestamp",
      { type: "timestamp", optional },
      "2027-01-01T00:00:00.000Z",
      "2026-01-01T00:00:00.000Z",
      0.5,
    ],
    ["a text", { type: "string", optional, minLength: 0, maxLength: 9 }, "a", "b", 1],
  ])("of %s", (_what, declaration, from, to, size) => {
    expect(stepSize(declaration, from, to)).toBeCloseTo(size, 10);
    expect(stepSize(declaration, to, from)).toBeCloseTo(size, 10);
  });

  it("is whole for what comes or goes", () => {
    const declaration: SignalDeclaration = { type: "integer", optional: true, minimum: 0, maximum: 100 };
    expect(stepSize(declaration, undefined, 5)).toBe(1);
    expect(stepSize(declaration, 5, undefined)).toBe(1);
  });
});
