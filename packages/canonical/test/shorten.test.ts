import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shorten } from "../src/index.js";

describe("shorten makes text fit for a message", () => {
  it("in quotes, escaped", () => {
    expect(shorten("plain")).toBe('"plain"');
    expect(shorten('a"b\n\ud800')).toBe('"a\\"b\\n\\ud800"');
    expect(shorten("x".repeat(64))).toBe(`"${"x".repeat(64)}"`);
    expect(shorten("x".repeat(65))).toBe(`"${"x".repeat(63)}…"`);
  });

  it("in 64 characters and one line, whatever it was given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const shown = shorten(text);
        return shown.length <= 66 && Array.from(shown).every((character) => character >= " ");
      }),
    );
  });
});
