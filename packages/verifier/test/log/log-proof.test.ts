import { encodeUtf8 } from "@parmanasystems/canonical";
import { encodeBase64 } from "@parmanasystems/signing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLogProof, parseLogProof, type LogProof } from "../../src/index.js";

const malformed = expect.objectContaining({ code: "INV-084" });
const misuse = expect.objectContaining({ code: "INV-060" });
const tooLong = expect.objectContaining({ code: "INV-061" });

const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const proof: LogProof = {
  extra: encodeUtf8("entry"),
  index: 73_894,
  hashes: [hash(1), hash(2)],
  checkpoint: "example.com/log\n109482\nroot\n\n— example.com/log AAAAAAA=\n",
};
const text = formatLogProof(proof);
const header = "c2sp.org/tlog-proof@v1";

describe("a .tlog-proof file", () => {
  it("has the form of C2SP tlog-proof@v1", () => {
    expect(text).toBe(
      [
        "c2sp.org/tlog-proof@v1",
        "extra ZW50cnk=",
        "index 73894",
        encodeBase64(hash(1)),
        encodeBase64(hash(2)),
        "",
        proof.checkpoint,
      ].join("\n"),
    );
  });

  it("reads back as it was, with and without extra and hashes, and keeps the checkpoint word for word", () => {
    const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 64 });
    const extra = fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 }), { nil: undefined });
    const index = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    const checkpoint = fc.string({ unit: "grapheme", minLength: 1 }).map((line) => `${line}\n\n${line}`);
    fc.assert(
      fc.property(extra, index, hashes, checkpoint, (data, at, path, note) => {
        const some = { ...(data && { extra: data }), index: at, hashes: path, checkpoint: note };
        const written = formatLogProof(some);
        expect(parseLogProof(written)).toEqual(some);
        expect(parseLogProof(encodeUtf8(written))).toEqual(some);
      }),
    );
    expect(Object.isFrozen(parseLogProof(text))).toBe(true);
  });

  it.each<readonly [string, string]>([
    ["nothing in it", ""],
    ["another version", text.replace("@v1", "@v2")],
    ["something before its header", `\n${text}`],
    ["a byte order mark", `\ufeff${text}`],
    ["CRLF", text.replaceAll("\n", "\r\n")],
    ["only a header", `${header}\n\nx`],
    ["only extra", `${header}\nextra ZW50cnk=\n\nx`],
    ["no index", text.replace("index 73894\n", "")],
    ["an empty index", text.replace("73894", "")],
    ["an index with leading zeros", text.replace("73894", "073894")],
    ["a negative index", text.replace("73894", "-1")],
    ["an index of 2^53", text.replace("73894", "9007199254740992")],
    ["an index with a space after it", text.replace("73894", "73894 ")],
    ["an index with something before it", text.replace("index", " index")],
    ["an index with a carriage return after it", text.replace("73894", "73894\r")],
    ["an index named otherwise", text.replace("index", "Index")],
    ["two indexes", text.replace("index 73894", "index 73894\nindex 73894")],
    ["extra after the index", text.replace(/(extra .*)\n(index .*)\n/, "$2\n$1\n")],
    ["extra twice", text.replace(/(extra .*\n)/, "$1$1")],
    ["empty extra", text.replace("ZW50cnk=", "")],
    ["extra in base64url", text.replace("ZW50cnk=", "_W50cnk=")],
    ["extra without padding", text.replace("ZW50cnk=", "ZW50cnk")],
    ["a short hash", text.replace(encodeBase64(hash(1)), encodeBase64(hash(1).slice(1)))],
    ["a hash that is none", text.replace(encodeBase64(hash(1)), "hash")],
    ["a hash with a space after it", text.replace(encodeBase64(hash(1)), `${encodeBase64(hash(1))} `)],
    ["65 hashes", text.replace("index 73894", `index 73894${`\n${encodeBase64(hash(1))}`.repeat(63)}`)],
    [
      "20,000 hashes",
      text.replace("index 73894", `index 73894${`\n${encodeBase64(hash(1))}`.repeat(20_000)}`),
    ],
    ["no checkpoint", text.slice(0, text.indexOf("\n\n") + 2)],
    ["no empty line", text.replaceAll("\n\n", "\n")],
    ["nothing after its index", `${header}\nindex 0\n`],
    ["another type", 1 as never],
    ["no type", null as never],
    ["an array in its place", [104] as never],
  ])("with %s is refused", (_, wrong) => {
    expect(() => parseLogProof(wrong)).toThrow(malformed);
  });

  it("is not read beyond a megabyte (threat 57)", () => {
    // Neither is decoded: what is in it would be refused otherwise.
    expect(() => parseLogProof(new Uint8Array(100_000_000).fill(0xff))).toThrow(tooLong);
    expect(() => parseLogProof("\ud800".repeat(100_000_000))).toThrow(tooLong);
    expect(() => parseLogProof("é".repeat(600_000))).toThrow(tooLong);
    expect(parseLogProof(`${header}\nindex 0\n${"\n".repeat(1_000_000)}`).hashes).toEqual([]);
    expect(() => parseLogProof(`${header}\nindex 0${"\nA".repeat(500_000)}\n\nx`)).toThrow(malformed);
  });

  it("may have a megabyte, as bytes and as text", () => {
    // In one byte a character, so that both have as many.
    const whole = text.replace("—", "-").padEnd(1_048_576, "x");
    for (const spell of [(file: string) => file, encodeUtf8]) {
      expect(parseLogProof(spell(whole)).index).toBe(73_894);
      expect(() => parseLogProof(spell(`${whole}x`))).toThrow(tooLong);
    }
  });

  it("keeps what its bytes are refused for", () => {
    const because = (code: string): unknown =>
      expect.objectContaining({ code: "INV-084", cause: expect.objectContaining({ code }) as unknown });
    expect(() => parseLogProof(text.replace("ZW50cnk=", "ZW50cnk"))).toThrow(because("SIG-001"));
    expect(() => parseLogProof(`${text}\ud800`)).toThrow(because("CANONICAL-008"));
  });

  it("of invalid UTF-8 is refused", () => {
    expect(() => parseLogProof(Uint8Array.of(...encodeUtf8(text), 0xff))).toThrow(malformed);
    expect(() => parseLogProof(`${text}\ud800`)).toThrow(malformed);
  });

  it("is not written of anything that would not be read", () => {
    for (const change of [
      { extra: new Uint8Array() },
      { extra: "entry" },
      { index: -1 },
      { index: 0.5 },
      { index: 2 ** 53 },
      { hashes: [new Uint8Array(31)] },
      { hashes: new Array<Uint8Array>(65).fill(hash(1)) },
      { hashes: null },
      { checkpoint: "" },
      { checkpoint: new Uint8Array() },
    ]) {
      expect(() => formatLogProof({ ...proof, ...change } as never)).toThrow(misuse);
    }
  });
});
