import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createVerifierKey,
  encodeBase64,
  formatVerifierKey,
  generatePrivateKey,
  noteAlgorithms,
  noteKeyId,
  parseVerifierKey,
} from "../../src/index.js";
import { expectCode } from "../expect-code.js";
import { describeVectors } from "../vectors.js";

describeVectors("the verifier key of C2SP signed-note", "c2sp/signed-note.json", (vector) => {
  it("is read and written to the byte", () => {
    const key = parseVerifierKey(vector.text("verifier_key"));
    expect(key).toMatchObject({
      name: "example.com/foo",
      keyId: "530d903a",
      algorithm: noteAlgorithms.ed25519,
    });
    expect(formatVerifierKey(key)).toBe(vector.text("verifier_key"));
    expect(noteKeyId("example.com/foo", 1, key.publicKey.raw)).toBe("530d903a");
  });
});

describe("a verifier key", () => {
  const { publicKey } = generatePrivateKey();
  const key = createVerifierKey({
    name: "example.com/w1",
    algorithm: noteAlgorithms.cosignatureV1,
    publicKey,
  });
  const text = formatVerifierKey(key);

  it("survives its text form, and is frozen", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[\x21-\x2a\x2c-\x7eé]{1,40}$/),
        fc.constantFrom(1, 4),
        (name, algorithm) => {
          const made = createVerifierKey({ name, algorithm, publicKey });
          const read = parseVerifierKey(formatVerifierKey(made));
          expect({ ...read, publicKey: read.publicKey.keyId }).toEqual({
            ...made,
            publicKey: publicKey.keyId,
          });
          expect(Object.isFrozen(read)).toBe(true);
        },
      ),
    );
  });

  it("has another id under another name, type or key", () => {
    const other = generatePrivateKey().publicKey;
    const ids = [
      noteKeyId("a", 1, publicKey.raw),
      noteKeyId("b", 1, publicKey.raw),
      noteKeyId("a", 4, publicKey.raw),
      noteKeyId("a", 1, other.raw),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  const spelled = (type: number, raw = publicKey.raw): string => encodeBase64(Uint8Array.of(type, ...raw));
  it.each<readonly [string, string, string]>([
    ["SIG-018", "of another key's id", text.replace(key.keyId, "00000000")],
    ["SIG-018", "under another name", text.replace("w1", "w2")],
    ["SIG-018", "with an upper-case id", `a+ABCDEF01+${spelled(1)}`],
    ["SIG-018", "without name", text.slice("example.com/w1".length)],
    ["SIG-018", "with a space in its name", text.replace("w1", "w 1")],
    ["SIG-018", "of type 2, ECDSA", `a+00000000+${spelled(2)}`],
    ["SIG-018", "of type 6, ML-DSA-44", `a+00000000+${spelled(6)}`],
    ["SIG-018", "of type 0", `a+00000000+${spelled(0)}`],
    ["KEY-010", "with a short key", `a+00000000+${spelled(1, publicKey.raw.slice(1))}`],
    [
      "KEY-012",
      "with a key of small order",
      `a+00000000+${spelled(1, Uint8Array.of(1, ...new Uint8Array(31)))}`,
    ],
    ["SIG-018", "without end", `a+00000000+${"A".repeat(1_000_000)}`],
    ["SIG-018", "with a line after it", `${text}\n`],
    ["SIG-001", "whose base64 is not canonical", `${text}A`],
    ["SIG-018", "that is no text", 1 as never],
  ])("is refused with %s %s", (code, _, malformed) => {
    expect(parseVerifierKey(text)).toMatchObject({ name: "example.com/w1" });
    expectCode(code, () => parseVerifierKey(malformed));
  });

  it("is not made of anything unusable", () => {
    expectCode("SIG-018", () => createVerifierKey({ name: "a b", algorithm: 1, publicKey }));
    expectCode("SIG-018", () => createVerifierKey({ name: "a", algorithm: 2 as never, publicKey }));
    expectCode("SIG-018", () => formatVerifierKey({ name: "a+b", algorithm: 1, publicKey }));
    expectCode("KEY-010", () => noteKeyId("a", 1, new Uint8Array(31)));
    expectCode("SIG-018", () => noteKeyId("a", 3, publicKey.raw));
  });
});
