import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeForDisplay, parseStrict, shorten } from "../src/index.js";

describe("shorten makes text fit for a message", () => {
  it("in quotes, escaped", () => {
    expect(shorten("plain")).toBe('"plain"');
    expect(shorten('a"b\n\ud800')).toBe('"a\\"b\\n\\ud800"');
    expect(shorten("\u001b[2J\u009b\u202e")).toBe('"\\u001b[2J\\u009b\\u202e"');
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

describe("escapeForDisplay", () => {
  it("spells what steers a terminal or turns text around, and nothing else", () => {
    expect(escapeForDisplay("a\tb\né😀\u200d")).toBe("a\tb\né😀\u200d");
    expect(escapeForDisplay("\u001b]0;x\u0007\r\u009b2J\u202e\u2069\u061c\u200f\u2028\u{e0041}")).toBe(
      "\\u001b]0;x\\u0007\\u000d\\u009b2J\\u202e\\u2069\\u061c\\u200f\\u2028\\udb40\\udc41",
    );
  });

  it("leaves JSON the same JSON, and is done after once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const shown = escapeForDisplay(JSON.stringify({ [text]: text }));
        expect(parseStrict(shown, { maxBytes: 10_000 })).toEqual(
          Object.assign(Object.create(null), { [text]: text }),
        );
        expect(escapeForDisplay(shown)).toBe(shown);
      }),
    );
  });
});
