import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countCodePoints, isName, isPrintable } from "../../src/policy/text.js";
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

  it("is printable without characters that display as nothing, but for the joiners that languages need", () => {
    const invisible = [
      "\u00ad",
      "\u061c",
      "\u200b",
      "\u200e",
      "\u200f",
      "\u2060",
      "\u2064",
      "\ufeff",
      "\u{e0041}",
    ];
    expect(invisible.map((character) => `bob${character}`).filter(isPrintable)).toEqual([]);
    expect(isPrintable("می\u200cخواهم")).toBe(true);
  });

  it("is a name when nothing around or inside it is invisible", () => {
    expect(["bob", "Ann Lee", "李"].map(isName)).toEqual([true, true, true]);
    expect([" bob", "bob ", "bob\u00a0", "b\u200dob", "b\u200cob", "bob\u200b", ""].filter(isName)).toEqual(
      [],
    );
  });
});
