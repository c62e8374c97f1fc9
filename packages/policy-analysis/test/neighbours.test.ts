import { decimalToScaled, type SignalDeclaration } from "@parmanasystems/governance";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withNeighbours } from "../src/neighbours.js";

const integer: SignalDeclaration = { type: "integer", optional: false, minimum: -10, maximum: 10 };
const double: SignalDeclaration = { type: "number", optional: false, minimum: -10, maximum: 10 };
const decimal = (scale: number): SignalDeclaration => ({ type: "decimal", optional: false, scale });

describe("The neighbours of a value", () => {
  it.each<[string, SignalDeclaration, string | number | boolean, readonly unknown[]]>([
    ["an integer", integer, 5, [5, 4, 6]],
    ["a decimal at its own scale", decimal(2), "1.00", ["1.00", "0.99", "1.01"]],
    ["a decimal around zero", decimal(1), "0.0", ["0.0", "-0.1", "0.1"]],
    ["a decimal without a fraction", decimal(0), "-1", ["-1", "-2", "0"]],
    ["a decimal of a coarser scale", decimal(1), "0.129", ["0.1", "0.0", "0.2"]],
    ["a decimal of a coarser scale below zero", decimal(1), "-0.129", ["-0.2", "-0.3", "-0.1"]],
    ["a decimal of a finer scale", decimal(3), "2.5", ["2.500", "2.499", "2.501"]],
    ["a date", { type: "date", optional: false }, "2024-02-29", ["2024-02-29", "2024-02-28", "2024-03-01"]],
    [
      "a timestamp",
      { type: "timestamp", optional: false },
      "2026-01-01T00:00:00.000Z",
      ["2026-01-01T00:00:00.000Z", "2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00.001Z"],
    ],
    [
      "the first timestamp",
      { type: "timestamp", optional: false },
      "1970-01-01T00:00:00.000Z",
      ["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.001Z"],
    ],
    ["an enum", { type: "enum", optional: false, values: ["a", "b"] }, "a", ["a"]],
    ["a boolean", { type: "boolean", optional: false }, true, [true]],
  ])("of %s", (_what, declaration, value, neighbours) => {
    expect(withNeighbours(declaration, value)).toEqual(neighbours);
  });

  it("of a double leave no double between", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), (value) => {
        const [same, below, above] = withNeighbours(double, value).map(Number);
        if (below === undefined || above === undefined) throw new Error("Two neighbours are expected.");
        expect(same).toBe(value);
        expect(below < value && value < above).toBe(true);
        for (const [low, high] of [
          [below, value],
          [value, above],
        ] as const) {
          const middle = low / 2 + high / 2;
          expect(middle <= low || middle >= high || low === 0 || high === 0).toBe(true);
        }
      }),
    );
  });

  it("of a decimal enclose it, one unit of the own scale apart", () => {
    const digits = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
    fc.assert(
      fc.property(
        digits,
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        (given, scale, own) => {
          const text = spell(given, scale);
          const [floor, below, above] = withNeighbours(decimal(own), text).map((each) =>
            decimalToScaled(String(each)),
          );
          if (floor === undefined || below === undefined || above === undefined)
            throw new Error("Three are expected.");
          expect([floor.scale, floor.digits - below.digits, above.digits - floor.digits]).toEqual([
            own,
            1n,
            1n,
          ]);
          const common = 10n ** 9n;
          const at = (each: { digits: bigint; scale: number }) =>
            each.digits * (common / 10n ** BigInt(each.scale));
          const value = at(decimalToScaled(text));
          expect(at(floor) <= value && value < at(above)).toBe(true);
        },
      ),
    );
  });
});

function spell(digits: bigint, scale: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  const whole = text.slice(0, text.length - scale);
  return `${digits < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${text.slice(-scale)}`}`;
}
