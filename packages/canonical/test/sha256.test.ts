import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeHex, encodeUtf8, isSha256, sha256, sha256Bytes } from "../src/index.js";
import { findNodeHash } from "../src/node-crypto.js";
import { portableSha256 } from "../src/sha256.js";
import { wellFormedText } from "./arbitraries.js";
import { codeOf } from "./failure.js";

const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("sha256 writes one spelling", () => {
  // FIPS 180-4 examples.
  it.each([
    ["", empty],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ])("of %.20j…", (text, hex) => {
    expect(sha256(text)).toBe(`sha256:${hex}`);
    expect(sha256(encodeUtf8(text))).toBe(`sha256:${hex}`);
    expect(sha256Bytes(text)).toEqual(decodeHex(hex));
    expect(portableSha256(text)).toEqual(decodeHex(hex));
  });

  it("the same with and without node:crypto", () => {
    expect(typeof findNodeHash()).toBe("function");
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), wellFormedText), (input) => {
        expect(portableSha256(input)).toEqual(sha256Bytes(input));
        expect(sha256(input)).toBe(
          sha256(typeof input === "string" ? encodeUtf8(input) : Uint8Array.from(input)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("of a view's own bytes only", () => {
    const view = new Uint8Array([0, 97, 98, 99, 0]).subarray(1, 4);
    expect(sha256(view)).toBe(sha256("abc"));
    expect(portableSha256(view)).toEqual(sha256Bytes("abc"));
  });

  it("as a plain Uint8Array that owns its memory", () => {
    const digest = sha256Bytes("abc");
    expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype);
    expect(digest.buffer.byteLength).toBe(32);
  });
});

describe("sha256 refuses what has no bytes", () => {
  it("texts with lone surrogates, which would share a digest (threat 2)", () => {
    for (const hash of [sha256, sha256Bytes, portableSha256])
      expect(codeOf(() => hash("a\ud800"))).toBe("CANONICAL-008");
  });

  it("other types", () => {
    const untyped = [sha256, sha256Bytes, portableSha256] as readonly ((input: unknown) => unknown)[];
    for (const hash of untyped) {
      for (const input of [undefined, null, 1, [97], { length: 1 }, new ArrayBuffer(1), new Uint16Array(1)])
        expect(codeOf(() => hash(input))).toBe("CANONICAL-015");
    }
  });
});

describe("findNodeHash looks before it uses", () => {
  const original = Object.getOwnPropertyDescriptor(globalThis, "process") ?? {};
  const find = (process: unknown): unknown => {
    Object.defineProperty(globalThis, "process", { value: process, configurable: true });
    try {
      return findNodeHash();
    } finally {
      Object.defineProperty(globalThis, "process", original);
    }
  };

  it.each([
    [undefined],
    [null],
    [{}],
    [{ getBuiltinModule: 1 }],
    [{ getBuiltinModule: () => undefined }],
    [{ getBuiltinModule: () => ({}) }],
  ])("finds nothing in case %#", (process) => {
    expect(find(process)).toBe(undefined);
  });
});

describe("isSha256 takes the exact spelling", () => {
  it("of sha256", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => isSha256(sha256(bytes))));
  });

  it.each([
    empty,
    `sha256:${empty.toUpperCase()}`,
    `SHA256:${empty}`,
    `sha256:${empty.slice(1)}`,
    `sha256:${empty}0`,
    `sha256:${empty}\n`,
    ` sha256:${empty}`,
    `sha512:${empty}`,
    `sha256:${empty.slice(1)}g`,
    `sha256-${empty}`,
    "",
    undefined,
    null,
    1,
    [`sha256:${empty}`],
    { toString: () => `sha256:${empty}`, length: 71 },
  ])("not %j", (text) => {
    expect(isSha256(text)).toBe(false);
  });
});
