import { encodeHex } from "@parmanasystems/canonical";
import { parseNote } from "@parmanasystems/signing";
import { findVectors, readText } from "@parmanasystems/testkit/vectors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyRoot, formatCheckpoint, parseCheckpoint } from "../../src/index.js";

const malformed = expect.objectContaining({ code: "INV-084" });
const misuse = expect.objectContaining({ code: "INV-060" });
const root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
const text = `example.com/behind-the-sofa\n20852163\n${root}\n`;

const folder = findVectors("c2sp");
describe.runIf(folder !== undefined)("the checkpoint of C2SP", () => {
  it("is read and written to the byte", () => {
    const note = parseNote(readText(folder ?? "", "checkpoint.txt"));
    const checkpoint = parseCheckpoint(note.text);
    expect(checkpoint).toMatchObject({
      origin: "example.com/behind-the-sofa",
      size: 20_852_163,
      extensions: [],
    });
    expect(encodeHex(checkpoint.rootHash)).toMatch(/^0ac5186a91863e8e/);
    expect(formatCheckpoint(checkpoint)).toBe(note.text);
  });
});

describe("a checkpoint", () => {
  it("reads back as it was written, for any origin, size and root", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[\x21-\x2a\x2c-\x7eé]{1,60}$/),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (origin, size, rootHash) => {
          const read = parseCheckpoint(formatCheckpoint({ origin, size, rootHash }));
          expect(read).toEqual({ origin, size, rootHash, extensions: [] });
          expect(Object.isFrozen(read) && Object.isFrozen(read.extensions)).toBe(true);
        },
      ),
    );
  });

  it("may carry lines that a log added", () => {
    expect(parseCheckpoint(`${text}one\ntwo words\n`).extensions).toEqual(["one", "two words"]);
  });

  it("of an empty log has the one root that it can have", () => {
    const empty = formatCheckpoint({ origin: "a", size: 0, rootHash: emptyRoot() });
    expect(empty).toBe("a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    expect(parseCheckpoint(empty).size).toBe(0);
    expect(() => parseCheckpoint(`a\n0\n${root}\n`)).toThrow(malformed);
    expect(() => formatCheckpoint({ origin: "a", size: 0, rootHash: new Uint8Array(32) })).toThrow(malformed);
  });

  it.each<readonly [string, string]>([
    ["nothing in it", ""],
    ["only an origin", "example.com\n"],
    ["no root", "example.com\n1\n"],
    ["no final newline", text.slice(0, -1)],
    ["a space for the final newline", `${text.slice(0, -1)} `],
    ["no origin", text.replace(/^.*\n/, "\n")],
    ["a control in its origin", text.replace("the", "\u0007")],
    ["a size with leading zeros", text.replace("20852163", "020852163")],
    ["a size of 00", text.replace("20852163", "00")],
    ["a negative size", text.replace("20852163", "-1")],
    ["a signed size", text.replace("20852163", "+1")],
    ["a size in hexadecimal", text.replace("20852163", "0x10")],
    ["a size with an exponent", text.replace("20852163", "1e3")],
    ["a size in other digits", text.replace("20852163", "٣")],
    ["a size with a space", text.replace("20852163", "20852163 ")],
    ["a size of 2^53", text.replace("20852163", "9007199254740992")],
    ["a size of 10^19", text.replace("20852163", "1".repeat(20))],
    ["an empty size", text.replace("20852163", "")],
    ["a root without padding", text.replace("=", "")],
    ["a root whose unused bits are set", text.replace("2I=", "2J=")],
    ["a root in base64url", text.replace("om/X", "om_X")],
    ["a short root", text.replace(root, root.slice(4))],
    ["a root of 33 bytes", text.replace("=", "A")],
    ["CRLF", text.replaceAll("\n", "\r\n")],
    ["an empty line at its end", `${text}\n`],
    ["an empty line before what was added", `${text}\nmore\n`],
    ["an empty first line", `\n${text}`],
    ["another type", 1 as never],
  ])("with %s is refused (threat 48)", (_, wrong) => {
    expect(parseCheckpoint(text).size).toBe(20_852_163);
    expect(() => parseCheckpoint(wrong)).toThrow(malformed);
  });

  it("is not written of anything that would not be read", () => {
    const good = { origin: "a", size: 1, rootHash: new Uint8Array(32) };
    for (const change of [
      { origin: "" },
      { origin: "a b" },
      { origin: "a+b" },
      { origin: "a\nb" },
      { origin: "x".repeat(256) },
      { origin: 1 },
      { size: -1 },
      { size: 0.5 },
      { size: 2 ** 53 },
      { size: "1" },
      { rootHash: new Uint8Array(31) },
      { rootHash: root },
    ]) {
      expect(() => formatCheckpoint({ ...good, ...change } as never)).toThrow(misuse);
    }
  });
});
