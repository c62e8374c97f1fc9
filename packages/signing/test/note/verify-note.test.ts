import { encodeUtf8 } from "@parmanasystems/canonical";
import { findVectors, readText } from "@parmanasystems/testkit/vectors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createCosigner,
  createNoteSigner,
  createVerifierKey,
  formatNote,
  generatePrivateKey,
  noteAlgorithms,
  type NoteSigner,
  parseNote,
  parseVerifierKey,
  type SignedNote,
  signNote,
  verifyNote,
} from "../../src/index.js";
import { expectCode } from "../expect-code.js";
import { describeVectors } from "../vectors.js";

const name = "example.com/log";
const text = "example.com/log\n3\nroot\n";
const signer = createNoteSigner({ name, privateKey: new Uint8Array(32).fill(1) });
const witness = createCosigner({ name: "example.com/w1", privateKey: new Uint8Array(32).fill(2) });
const seconds = 1_679_315_147;

async function signedNote(): Promise<SignedNote> {
  const signatures = [await signer.sign(text), await witness.cosign(text, seconds)];
  return parseNote(formatNote({ text, signatures }));
}

describeVectors("the example of C2SP signed-note", "c2sp/signed-note.json", (vector) => {
  it("verifies with its key", () => {
    const key = parseVerifierKey(vector.text("verifier_key"));
    const note = parseNote(vector.text("note_text"));
    expect(verifyNote(note, [key])).toEqual([{ key }]);
    expect(formatNote(note)).toBe(vector.text("note_text"));
    expectCode("SIG-008", () => verifyNote({ ...note, text: note.text.replace("an", "no") }, [key]));
  });
});

const examples = findVectors("c2sp");
describe.runIf(examples !== undefined)("the checkpoint of C2SP tlog-cosignature", () => {
  it("has the form of a note with a log's signature and a witness's", () => {
    const example = readText(examples ?? "", "checkpoint.txt");
    const { text: body, signatures } = parseNote(example);
    expect(body).toBe(
      `example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n`,
    );
    expect(signatures.map((one) => [one.name, one.keyId, one.signature.length])).toEqual([
      ["example.com/behind-the-sofa", "033de0ae", 64],
      ["witness.example.com/w1", "8d66cf3f", 72],
    ]);
    expect(formatNote({ text: body, signatures })).toBe(example);
  });
});

describe("a note verifies", () => {
  it("by the log's key and the witness's, each in its own way", async () => {
    const note = await signedNote();
    expect(verifyNote(note, [witness.verifierKey, signer.verifierKey])).toEqual([
      { key: signer.verifierKey },
      { key: witness.verifierKey, timeSeconds: seconds },
    ]);
  });

  it("by one known key, whatever unknown keys signed beside it", async () => {
    const note = await signedNote();
    const stranger = { name, keyId: "00000000", signature: new Uint8Array(64) };
    const namesake = { name: "other", keyId: signer.keyId, signature: new Uint8Array(64) };
    const crowded = parseNote(formatNote({ text, signatures: [stranger, namesake, ...note.signatures] }));
    expect(verifyNote(crowded, [signer.verifierKey])).toEqual([{ key: signer.verifierKey }]);
  });

  it("after the raw text was signed by any Ed25519 signer", async () => {
    const privateKey = generatePrivateKey();
    const key = createNoteSigner({ name, privateKey });
    expect((await key.sign(text)).signature).toEqual(privateKey.sign(encodeUtf8(text)));
  });

  it("after a cosignature was made over header, time and text", async () => {
    const privateKey = generatePrivateKey();
    const cosigner = createCosigner({ name: "w", privateKey });
    const { signature } = await cosigner.cosign(text, seconds);
    expect(signature.slice(8)).toEqual(
      privateKey.sign(encodeUtf8(`cosignature/v1\ntime ${seconds}\n${text}`)),
    );
    expect(signature.slice(0, 8)).toEqual(Uint8Array.of(0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb));
  });
});

describe("a note is refused", () => {
  it("when no known key signed it", async () => {
    const note = await signedNote();
    expectCode("SIG-019", () => verifyNote(note, []));
    const other = createNoteSigner({ name, privateKey: generatePrivateKey() });
    expectCode("SIG-019", () => verifyNote(note, [other.verifierKey]));
  });

  it("as a whole when one signature of a known key does not hold, although another does (threat 48)", async () => {
    const note = await signedNote();
    for (const [at] of note.signatures.entries()) {
      const signatures = note.signatures.map((one, index) =>
        index === at
          ? { ...one, signature: one.signature.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) }
          : one,
      );
      expectCode("SIG-008", () =>
        verifyNote({ text, signatures }, [signer.verifierKey, witness.verifierKey]),
      );
    }
  });

  it("after any change of a signature or of the text", async () => {
    const note = await signedNote();
    const keys = [signer.verifierKey, witness.verifierKey];
    fc.assert(
      fc.property(fc.nat(1), fc.nat(71), fc.integer({ min: 1, max: 255 }), (which, position, flip) => {
        const signatures = note.signatures.map((one, index) =>
          index === which
            ? {
                ...one,
                signature: one.signature.map((byte, i) =>
                  i === position % one.signature.length ? byte ^ flip : byte,
                ),
              }
            : one,
        );
        expectCode("SIG-008", () => verifyNote({ text, signatures }, keys));
      }),
    );
    expectCode("SIG-008", () => verifyNote({ ...note, text: text.replace("3", "4") }, keys));
  });

  it("when an empty line pushes a signature into the text (threat 48)", async () => {
    const note = formatNote(await signedNote());
    const torn = parseNote(note.replace("\n— example.com/w1", "\n\n— example.com/w1"));
    expect(torn.text).toContain("— example.com/log");
    expectCode("SIG-008", () => verifyNote(torn, [witness.verifierKey]));
    expectCode("SIG-019", () => verifyNote(torn, [signer.verifierKey]));
  });

  it("when signature bytes are cut, or a cosignature's time is beyond any time", async () => {
    const note = await signedNote();
    const [, cosigned] = note.signatures;
    if (cosigned === undefined) throw new Error("no cosignature");
    for (const bytes of [
      cosigned.signature.slice(0, 8),
      cosigned.signature.slice(0, 3),
      cosigned.signature.slice(8),
      Uint8Array.of(0x80, ...cosigned.signature.slice(1)),
    ]) {
      const signatures = [{ ...cosigned, signature: bytes }];
      expectCode("SIG-008", () => verifyNote({ text, signatures }, [witness.verifierKey]));
    }
  });

  it("when a plain signature poses as a cosignature, or the other way round", async () => {
    const privateKey = generatePrivateKey();
    const plain = createNoteSigner({ name, privateKey });
    const cosigner = createCosigner({ name, privateKey });
    const { signature } = await plain.sign(text);
    const posing = {
      name,
      keyId: cosigner.keyId,
      signature: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, ...signature),
    };
    expectCode("SIG-008", () => verifyNote({ text, signatures: [posing] }, [cosigner.verifierKey]));
    const cosigned = await cosigner.cosign(text, 1);
    const stripped = { name, keyId: plain.keyId, signature: cosigned.signature.slice(8) };
    expectCode("SIG-008", () => verifyNote({ text, signatures: [stripped] }, [plain.verifierKey]));
  });

  it("when two known keys share name and id, so that it is open whose signature it is", async () => {
    const note = await signedNote();
    const { publicKey } = generatePrivateKey();
    const collision = { ...signer.verifierKey, publicKey };
    expectCode("SIG-018", () => verifyNote(note, [signer.verifierKey, collision]));
    expect(verifyNote(note, [signer.verifierKey, signer.verifierKey])).toHaveLength(1);
  });
});

describe("a note signer", () => {
  it("makes the same signature each time, and names the key that verifies it", async () => {
    expect(await signer.sign(text)).toEqual(await signer.sign(text));
    const { publicKey } = signer.verifierKey;
    expect(signer).toMatchObject({
      name,
      keyId: createVerifierKey({ name, algorithm: noteAlgorithms.ed25519, publicKey }).keyId,
    });
  });

  it("signs no text that a note cannot hold, or that is a message of another kind", async () => {
    for (const none of [
      "",
      "a",
      "a\n\n",
      "a\u0007\n",
      "DSSEv1 28 application/vnd.in-toto+json 2 {}\n",
      `cosignature/v1\ntime 1\n${text}`,
    ]) {
      await expect(signer.sign(none)).rejects.toMatchObject({ code: "SIG-017" });
      await expect(witness.cosign(none, 1)).rejects.toMatchObject({ code: "SIG-017" });
      await expect(signNote(none, [signer])).rejects.toMatchObject({ code: "SIG-017" });
    }
  });

  it("cosigns at no time that is none", async () => {
    for (const none of [-1, 0.5, Number.NaN, 2 ** 53, "1" as never, new Date(0) as never]) {
      await expect(witness.cosign(text, none)).rejects.toMatchObject({ code: "SIG-021" });
    }
  });

  it("has a usable name", () => {
    for (const none of ["", "a b", "a+b", "a\n", "x".repeat(256)]) {
      expectCode("SIG-018", () => createNoteSigner({ name: none, privateKey: new Uint8Array(32) }));
      expectCode("SIG-018", () => createCosigner({ name: none, privateKey: new Uint8Array(32) }));
    }
  });
});

describe("signNote", () => {
  const second = createNoteSigner({ name, privateKey: new Uint8Array(32).fill(3) });

  it("gives the whole note, and refuses one key twice", async () => {
    const note = await signNote(text, [signer, second]);
    expect(verifyNote(parseNote(note), [signer.verifierKey, second.verifierKey])).toHaveLength(2);
    await expect(signNote(text, [signer, signer])).rejects.toMatchObject({ code: "SIG-005" });
    await expect(signNote(text, [])).rejects.toMatchObject({ code: "SIG-007" });
  });

  it("releases nothing when a remote key signed something else (threat 51)", async () => {
    const faulty: readonly NoteSigner[] = [
      { ...signer, sign: () => signer.sign("another text\n") },
      { ...signer, sign: (given) => second.sign(given) },
      {
        ...signer,
        sign: () => Promise.resolve({ name, keyId: signer.keyId, signature: new Uint8Array(64) }),
      },
      { ...signer, sign: () => Promise.resolve({ name, keyId: signer.keyId, signature: "sig" as never }) },
    ];
    for (const one of faulty) {
      await expect(signNote(text, [second, one])).rejects.toMatchObject({ code: "SIG-020" });
    }
  });
});
