import { encodeUtf8 } from "@parmanasystems/canonical";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeBase64, formatNote, type NoteSignature, parseNote } from "../../src/index.js";
import { expectCode } from "../expect-code.js";

const signed = (bytes: number, name = "example.com/log"): string =>
  `— ${name} ${encodeBase64(new Uint8Array(bytes).fill(7))}\n`;
const line = signed(68);
const text = "example.com/log\n3\nroot\n";
const valid = `${text}\n${line}`;
const many = (count: number): string =>
  Array.from({ length: count }, (_, at) => signed(5, `key${at}`)).join("");

describe("a signed note", () => {
  it("is taken apart into its text and its signatures, and frozen", () => {
    const note = parseNote(valid);
    expect(note).toEqual({
      text,
      signatures: [{ name: "example.com/log", keyId: "07070707", signature: new Uint8Array(64).fill(7) }],
    });
    expect(
      Object.isFrozen(note) && Object.isFrozen(note.signatures) && Object.isFrozen(note.signatures[0]),
    ).toBe(true);
    expect(parseNote(encodeUtf8(valid))).toEqual(note);
  });

  it("may hold empty lines and lines that look like signatures in its text: the last empty line separates", () => {
    const poem = `a\n\n${line}b\n\nc\n`;
    expect(parseNote(`${poem}\n${line}`).text).toBe(poem);
  });

  it("may have 1 to 64 signatures", () => {
    expect(parseNote(`${text}\n${many(64)}`).signatures).toHaveLength(64);
    expectCode("SIG-007", () => parseNote(`${text}\n${many(65)}`));
    expectCode("SIG-007", () => formatNote({ text, signatures: [] }));
  });
});

describe("a note with a trick in it is refused (threat 48)", () => {
  it.each<readonly [string, string, string]>([
    ["SIG-017", "CRLF", valid.replaceAll("\n", "\r\n")],
    ["SIG-017", "one CR in the text", valid.replace("3\n", "3\r\n")],
    ["SIG-017", "a CR after a signature", `${valid.slice(0, -1)}\r\n`],
    ["SIG-017", "two empty lines between", `${text}\n\n${line}`],
    ["SIG-017", "an empty line at the end", `${valid}\n`],
    ["SIG-017", "no empty line", text + line],
    ["SIG-017", "no signature", `${text}\n`],
    ["SIG-017", "no text", `\n\n${line}`],
    ["SIG-017", "nothing at all", ""],
    ["SIG-017", "no final newline", valid.slice(0, -1)],
    ["SIG-017", "a tab", valid.replace("3\n", "3\t\n")],
    ["SIG-017", "a NUL", valid.replace("3\n", "3\u0000\n")],
    ["SIG-017", "an escape", valid.replace("3\n", "\u001b[2J\n")],
    ["SIG-017", "a DEL", valid.replace("3\n", "3\u007f\n")],
    ["SIG-017", "a C1 control", valid.replace("3\n", "3\u0085\n")],
    ["SIG-017", "a byte order mark", `\ufeff${valid}`],
    ["SIG-017", "a lone surrogate", valid.replace("3\n", "3\ud800\n")],
    ["SIG-017", "a hyphen for the dash", valid.replace("—", "-")],
    ["SIG-017", "an en dash", valid.replace("—", "–")],
    ["SIG-017", "two spaces after the dash", valid.replace("— ", "—  ")],
    ["SIG-017", "a space after the signature", `${valid.slice(0, -1)} \n`],
    ["SIG-017", "a third word", `${valid.slice(0, -1)} AAAA\n`],
    ["SIG-017", "no key name", valid.replace("— example.com/log ", "— ")],
    ["SIG-018", "a plus in the key name", valid.replace("— example.com", "— example+com")],
    ["SIG-018", "a wide space in the key name", valid.replace("— example.com", "— example\u3000com")],
    ["SIG-018", "a no-break space in the key name", valid.replace("— example.com", "— example\u00a0com")],
    ["SIG-018", "a key name without end", valid.replace("— example.com", `— ${"x".repeat(256)}`)],
    ["SIG-017", "a signature that is only a key id", `${text}\n${signed(4)}`],
    ["SIG-017", "a signature shorter than a key id", `${text}\n${signed(3)}`],
    ["SIG-001", "base64 without its padding", valid.replace("=\n", "\n")],
    ["SIG-001", "base64 whose unused bits are set", valid.replace(/.=\n$/, "d=\n")],
    ["SIG-017", "base64url", valid.replace(/BwcH(?=[^\n]*\n$)/, "Bw-_")],
    ["SIG-005", "one key twice", valid + line],
    ["SIG-005", "one key twice with other signatures", valid + line.replace(/Bwc=\n$/, "Bwg=\n")],
    ["SIG-007", "10,000 signatures", `${text}\n${many(10_000)}`],
    ["SIG-017", "a text that is a DSSE message", `DSSEv1 1 a 2 bc\n\n${line}`],
    ["SIG-017", "a text that is a cosigned message", `cosignature/v1\ntime 1\n${valid}`],
    ["SIG-017", "more than a megabyte", `${"x".repeat(1_048_576)}\n\n${line}`],
    ["SIG-017", "more than a megabyte in UTF-8 alone", `${"é".repeat(600_000)}\n\n${line}`],
  ])("%s %s", (code, _, note) => {
    expect(parseNote(valid).text).toBe(text);
    expectCode(code, () => parseNote(note));
    if (!/[\ud800-\udfff]/u.test(note)) expectCode(code, () => parseNote(encodeUtf8(note)));
  });

  it("invalid UTF-8, and what is neither bytes nor text", () => {
    expectCode("SIG-017", () => parseNote(Uint8Array.of(0xff, ...encodeUtf8(valid))));
    expectCode("SIG-017", () => parseNote(Uint8Array.of(0xc1, 0x8a, ...encodeUtf8(valid))));
    for (const none of [undefined, null, 1, {}, [valid]])
      expectCode("SIG-010", () => parseNote(none as never));
  });

  it("100 MB, before reading them (threat 57)", () => {
    const before = process.cpuUsage();
    expectCode("SIG-017", () => parseNote(new Uint8Array(100_000_000)));
    expectCode("SIG-017", () => parseNote("\n".repeat(100_000_000)));
    expectCode("SIG-007", () => parseNote(`a\n\n${"—\n".repeat(250_000)}`));
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });
});

describe("formatNote", () => {
  const names = fc.stringMatching(/^[\x21-\x2a\x2c-\x7e\u2014é]{1,40}$/);
  const signatures: fc.Arbitrary<readonly NoteSignature[]> = fc.uniqueArray(
    fc.record({
      name: names,
      keyId: fc.stringMatching(/^[0-9a-f]{8}$/),
      signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    }),
    { minLength: 1, maxLength: 8, selector: ({ name, keyId }) => `${name} ${keyId}` },
  );
  const texts = fc
    .array(
      fc.string({ unit: "grapheme" }).map((part) => part.replace(/\p{Cc}/gu, "")),
      { minLength: 1 },
    )
    .map((lines) => `${lines.join("\n")}.\n`);

  it("writes what parseNote reads, and only that", () => {
    fc.assert(
      fc.property(texts, signatures, (someText, some) => {
        const note = { text: someText, signatures: some };
        const written = formatNote(note);
        expect(parseNote(written)).toEqual(note);
        expect(formatNote(parseNote(written))).toBe(written);
      }),
    );
  });

  it("is strict about bytes: any text that parses is written again as it was", () => {
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, noise) => {
        const changed = valid.slice(0, at) + noise + valid.slice(at + 1);
        let parsed;
        try {
          parsed = parseNote(changed);
        } catch {
          return;
        }
        expect(formatNote(parsed)).toBe(changed);
      }),
      { numRuns: 500 },
    );
  });

  it.each<readonly [string, string, Partial<NoteSignature>]>([
    ["SIG-018", "a name that would start another line", { name: "a\n— b" }],
    ["SIG-018", "an empty name", { name: "" }],
    ["SIG-018", "a name that is no text", { name: 1 as never }],
    ["SIG-017", "an upper-case key id", { keyId: "0707070A" }],
    ["SIG-017", "a short key id", { keyId: "070707" }],
    ["SIG-010", "an empty signature", { signature: new Uint8Array() }],
    ["SIG-010", "a signature that is no bytes", { signature: "AAAA" as never }],
  ])("refuses with %s %s", (code, _, change) => {
    const signature = { name: "a", keyId: "07070707", signature: Uint8Array.of(1) };
    expect(formatNote({ text, signatures: [signature] })).toContain("— a BwcHBwE=\n");
    expectCode(code, () => formatNote({ text, signatures: [{ ...signature, ...change }] }));
  });

  it("refuses one key twice, and a text that a note cannot hold", () => {
    const signature = { name: "a", keyId: "07070707", signature: Uint8Array.of(1) };
    expectCode("SIG-005", () => formatNote({ text, signatures: [signature, signature] }));
    for (const none of ["", "\n", "a", "a\n\n", "a\r\n", "a\tb\n", "DSSEv1 x\n", 1]) {
      expectCode("SIG-017", () => formatNote({ text: none as string, signatures: [signature] }));
    }
    expectCode("SIG-017", () => formatNote({ text: `${"x".repeat(1_048_570)}\n`, signatures: [signature] }));
  });
});
