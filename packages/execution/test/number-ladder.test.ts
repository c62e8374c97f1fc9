import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countUpTo, numberLadder } from "../src/number-ladder.js";

const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(
    Number.MIN_VALUE,
    -Number.MIN_VALUE,
    2 ** 53,
    -(2 ** 53),
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
  ),
);

describe("countUpTo counts the numbers at or below a value", () => {
  it("however they are spaced", () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 40 }), fc.array(number), (list, values) => {
        const numbers = [...new Set(list)].sort((one, other) => one - other);
        const ladder = numberLadder(numbers);
        for (const value of [...values, ...numbers]) {
          expect(countUpTo(ladder, value)).toBe(numbers.filter((one) => one <= value).length);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
