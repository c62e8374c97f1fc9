import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareDecimals, decimalToScaled, isDecimal } from "../../src/policy/decimal.js";
import { decimalText } from "../policy-arbitrary.js";

describe("a decimal", () => {
  it.each([
    ["0", 0],
    ["-1", 0],
    ["0.0", 1],
    ["-0.1", 1],
    ["12.50", 2],
    [`${"9".repeat(30)}.999999999`, 9],
  ])("%s has the spelling of scale %i", (text, scale) => {
    expect(isDecimal(text, scale)).toBe(true);
    expect(decimalToScaled(text).scale).toBe(scale);
  });

  it.each([
    "",
    "-",
    ".5",
    "5.",
    "05",
    "+5",
    "-0",
    "-0.00",
    "1e3",
    "0x1",
    " 1",
    "1\n",
    "1.0000000000",
    "9".repeat(31),
    "NaN",
  ])("is not spelled %j", (text) => {
    for (let scale = 0; scale <= 9; scale += 1) expect(isDecimal(text, scale)).toBe(false);
    expect(() => decimalToScaled(text)).toThrow(expect.objectContaining({ code: "VAL-010" }));
  });

  it("reads back exactly, at every scale", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n }),
        fc.integer({ min: 0, max: 9 }),
        (digits, scale) => {
          const text = decimalText(digits, scale);
          expect(isDecimal(text, scale)).toBe(true);
          expect(decimalToScaled(text)).toEqual({ digits, scale });
        },
      ),
    );
  });

  it("orders as its digits do, when the scales are equal (threat 6)", () => {
    const digits = fc.oneof(
      fc.bigInt({ min: -200n, max: 200n }),
      fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n }),
    );
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: 0, max: 9 }), (a, b, scale) => {
        const order = compareDecimals(decimalText(a, scale), decimalText(b, scale));
        expect(Math.sign(order)).toBe(Number(a > b) - Number(a < b));
      }),
    );
  });
});
