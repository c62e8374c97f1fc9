import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "../src/index.js";
import { expectCode } from "./expect-code.js";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("base64 has one spelling per byte string", () => {
  it.each([
    ["", "", ""],
    ["f", "Zg==", "Zg"],
    ["fo", "Zm8=", "Zm8"],
    ["foo", "Zm9v", "Zm9v"],
    ["foob", "Zm9vYg==", "Zm9vYg"],
    ["fooba", "Zm9vYmE=", "Zm9vYmE"],
    ["foobar", "Zm9vYmFy", "Zm9vYmFy"],
  ])("writes %j as RFC 4648 section 10 does", (text, padded, unpadded) => {
    expect(encodeBase64(bytesOf(text))).toBe(padded);
    expect(encodeBase64Url(bytesOf(text))).toBe(unpadded);
    expect(decodeBase64(padded)).toEqual(bytesOf(text));
    expect(decodeBase64Url(unpadded)).toEqual(bytesOf(text));
  });

  it("agrees with Node on random bytes, both ways", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(encodeBase64(bytes)).toBe(buffer.toString("base64"));
        expect(encodeBase64Url(bytes)).toBe(buffer.toString("base64url"));
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
        expect(decodeBase64Url(encodeBase64Url(bytes))).toEqual(bytes);
      }),
    );
  });

  it("accepts a text only if encoding the result gives the same text (threat 11)", () => {
    const letters = fc.constantFrom(...Array.from("ABQZagwz0189+/-_= \n."));
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 12 }), (text) => {
        for (const [decode, encode] of [
          [decodeBase64, encodeBase64],
          [decodeBase64Url, encodeBase64Url],
        ] as const) {
          let decoded: Uint8Array | undefined;
          try {
            decoded = decode(text);
          } catch (error) {
            expect(error).toMatchObject({ code: "SIG-001" });
          }
          if (decoded !== undefined) expect(encode(decoded)).toBe(text);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["no padding", "Zg"],
    ["too much padding", "Zg==="],
    ["padding alone", "===="],
    ["padding inside", "Zg==Zg=="],
    ["unused bits set", "Zh=="],
    ["unused bits set after two bytes", "Zm9="],
    ["a line break", "Zm9v\n"],
    ["a space", "Zm 9"],
    ["the other alphabet", "-_-_"],
    ["a letter beyond ASCII", "Zm9é"],
  ])("refuses base64 with %s", (...[, text]) => {
    expectCode("SIG-001", () => decodeBase64(text));
  });

  it.each(["Zg==", "Z", "Zh", "Zm9", "+/+/", "Zm9v "])("refuses %j as base64url", (text) => {
    expectCode("SIG-001", () => decodeBase64Url(text));
  });

  it("leaves exactly one letter per value before the padding", () => {
    const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    const accepted = (spell: (letter: string) => string): number =>
      letters.filter((letter) => {
        try {
          return decodeBase64(spell(letter)).length > 0;
        } catch {
          return false;
        }
      }).length;
    expect(accepted((letter) => `Z${letter}==`)).toBe(4);
    expect(accepted((letter) => `Zm${letter}=`)).toBe(16);
    expect(accepted((letter) => `Zm9${letter}`)).toBe(64);
  });

  it("refuses what is not a text", () => {
    const missing: unknown = undefined;
    expectCode("SIG-001", () => decodeBase64(missing as string));
  });

  it("never quotes the text, which may be a key (threat 52)", () => {
    const error = expectCode("SIG-001", () => decodeBase64("c2VjcmV0IGtleSBtYXRlcmlhbA*="));
    expect(error.message).not.toContain("c2Vj");
  });
});
