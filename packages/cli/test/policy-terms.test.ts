import { describe, expect, it } from "vitest";
import { countOf, describeSeconds } from "../src/policy-terms.js";

describe("Terms in words", () => {
  it.each([
    [86_400, "1 day"],
    [259_200, "3 days"],
    [14_400, "4 hours"],
    [90 * 60, "90 minutes"],
    [61, "61 seconds"],
    [1, "1 second"],
  ])("spell %d seconds in the largest unit that leaves no rest: %s", (seconds, words) => {
    expect(describeSeconds(seconds)).toBe(words);
  });

  it("count one and many", () => {
    expect([countOf(0, "case"), countOf(1, "case"), countOf(2, "case")]).toEqual([
      "0 cases",
      "1 case",
      "2 cases",
    ]);
  });
});
