import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../src/index.js";
import { isWellFormed } from "../src/utf8.js";
import { wellFormedText } from "./arbitraries.js";
import { codeOf } from "./failure.js";

describe("UTF-8 is strict both ways", () => {
  it("round-trips well-formed text that does not start with a byte order mark", () => {
    fc.assert(
      fc.property(wellFormedText, (text) => {
        fc.pre(!text.startsWith("\ufeff"));
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it("decodes bytes only when encoding gives them back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
        let text: string;
        try {
          text = decodeUtf8(bytes);
        } catch {
          expect(codeOf(() => decodeUtf8(bytes))).toBe("CANONICAL-014");
          return;
        }
        expect(encodeUtf8(text)).toEqual(Uint8Array.from(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it("encodes no lone surrogate (threat 2)", () => {
    for (const text of ["\ud800", "\udfff", "a\udc00", "\ud83d", "\ude02\ud83d"]) {
      expect(codeOf(() => encodeUtf8(text))).toBe("CANONICAL-008");
      expect(isWellFormed(text)).toBe(false);
    }
    expect(encodeUtf8("\u{1f602}")).toEqual(Uint8Array.of(0xf0, 0x9f, 0x98, 0x82));
  });

  it("decodes no byte order mark at the start, and keeps one inside (threat 2)", () => {
    expect(codeOf(() => decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf)))).toBe("CANONICAL-014");
    expect(decodeUtf8(Uint8Array.of(0x61, 0xef, 0xbb, 0xbf))).toBe("a\ufeff");
  });

  it("takes text and bytes only", () => {
    expect(codeOf(() => (encodeUtf8 as (text: unknown) => unknown)(1))).toBe("CANONICAL-015");
    expect(codeOf(() => (decodeUtf8 as (bytes: unknown) => unknown)("a"))).toBe("CANONICAL-015");
    expect(codeOf(() => (decodeUtf8 as (bytes: unknown) => unknown)(undefined))).toBe("CANONICAL-015");
  });
});
