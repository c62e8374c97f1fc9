import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalToScaled } from "@parmanasystems/governance";
import { compareDecimals } from "../src/decimal-order.js";

const decimal = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 30n - 1n }),
    fc.nat({ max: 9 }),
    fc.nat({ max: 999_999_999 }),
  )
  .map(([negative, whole, scale, digits]) => {
    const fraction = String(digits).padStart(9, "0").slice(0, scale);
    const text = scale === 0 ? String(whole) : `${String(whole)}.${fraction}`;
    return negative && /[1-9]/.test(text) ? `-${text}` : text;
  });

function exact(left: string, right: string): number {
  const [a, b] = [decimalToScaled(left), decimalToScaled(right)];
  const difference = a.digits * 10n ** BigInt(9 - a.scale) - b.digits * 10n ** BigInt(9 - b.scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

describe("compareDecimals orders decimals as exact numbers", () => {
  it("whatever their scales", () => {
    fc.assert(
      fc.property(decimal, decimal, (left, right) => {
        expect(Math.sign(compareDecimals(left, right))).toBe(exact(left, right));
        expect(compareDecimals(left, left)).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["0", "0.000", 0],
    ["-1", "1", -1],
    ["9.99", "10.00", -1],
    ["-9.99", "-10.00", 1],
    ["0.1", "0.09", 1],
    ["-0.1", "-0.09", -1],
    ["0.000000001", "0", 1],
    ["9007199254740993", "9007199254740992", 1],
  ])("%s and %s", (left, right, sign) => {
    expect(Math.sign(compareDecimals(left, right))).toBe(sign);
  });
});
