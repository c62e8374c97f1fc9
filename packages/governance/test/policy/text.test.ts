import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countCodePoints, isPrintable } from "../../src/policy/text.js";
import { character } from "../policy-arbitrary.js";

describe("text", () => {
  it("has as many characters as code points", () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        expect(countCodePoints(text)).toBe(Array.from(text).length);
      }),
    );
  });

  it.each(["\ud800", "a\udc00", "\udc00\ud800", "\ud83d\ud83d\ude00", "😀\ud83d"])(
    "with a lone surrogate has no length: %j",
    (text) => {
      expect(countCodePoints(text)).toBe(-1);
    },
  );

  it("is printable without controls, separators and bidirectional overrides", () => {
    expect(["a", "é😀", " "].map(isPrintable)).toEqual([true, true, true]);
    const refused = ["", "\n", "\u0000", "\u001b[2J", "\u007f", "\u0085", "\u2028", "\u202e", "\u2066"];
    expect(refused.filter(isPrintable)).toEqual([]);
  });
});
