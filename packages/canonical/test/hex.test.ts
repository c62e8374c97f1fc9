import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeHex, encodeHex } from "../src/index.js";
import { codeOf } from "./failure.js";

describe("hexadecimal has one spelling per value", () => {
  it("round-trips every byte string", () => {
    expect(encodeHex(Uint8Array.of(0, 1, 0x9f, 0xa0, 0xff))).toBe("00019fa0ff");
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeHex(encodeHex(bytes))).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  it("decodes a text only when encoding gives it back", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("0123456789abcdefABF gx-+.\u0130")), maxLength: 6 }),
        (text) => {
          if (/^(?:[0-9a-f]{2})*$/.test(text)) expect(encodeHex(decodeHex(text))).toBe(text);
          else expect(codeOf(() => decodeHex(text))).toBe("CANONICAL-016");
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each(["0", "0g", "0G", "AB", "0x00", " 00", "00\n", "00 ", "-1", "٠٠"])("refuses %j", (text) => {
    expect(codeOf(() => decodeHex(text))).toBe("CANONICAL-016");
  });

  it("refuses other types", () => {
    expect(codeOf(() => (decodeHex as (text: unknown) => unknown)(["00"]))).toBe("CANONICAL-016");
    expect(codeOf(() => (encodeHex as (bytes: unknown) => unknown)([0]))).toBe("CANONICAL-015");
  });
});
