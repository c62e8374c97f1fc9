import { canonicalize, CanonicalError, type JsonValue } from "@parmanasystems/canonical";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeBase64,
  type DsseEnvelope,
  encodeBase64,
  generatePrivateKey,
  LocalSigner,
  LocalVerifier,
  parseEnvelope,
  payloadTypes,
  signEnvelope,
  type Signer,
  SigningError,
} from "../src/index.js";
import { expectCode } from "./expect-code.js";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const alice = new LocalSigner(generatePrivateKey());
const bob = new LocalSigner(generatePrivateKey());
const payload = utf8('{"a":1}');
const signature = { keyid: alice.keyId, sig: encodeBase64(alice.signSync("t", payload)) };
const envelope = { payloadType: "t", payload: encodeBase64(payload), signatures: [signature] };

describe("an envelope", () => {
  it("is signed, written, read and verified", async () => {
    const signed = await signEnvelope(payloadTypes.attestation, payload, [alice, bob]);
    const read = parseEnvelope(utf8(canonicalize(signed)));
    expect(read).toEqual(signed);
    expect(read.signatures.map(({ keyid }) => keyid)).toEqual([alice.keyId, bob.keyId]);
    for (const [index, signer] of [alice, bob].entries()) {
      const sig = decodeBase64(read.signatures[index]?.sig ?? "");
      expect(
        new LocalVerifier(signer.publicKey).verifySync(read.payloadType, decodeBase64(read.payload), sig),
      ).toBe(true);
    }
  });

  it("comes out frozen, and as a copy", () => {
    const mutable = { ...envelope, signatures: [{ ...signature }] };
    const read = parseEnvelope(mutable);
    mutable.signatures.pop();
    mutable.payload = "";
    expect(read).toEqual(envelope);
    expect([read, read.signatures, read.signatures[0]].every((part) => Object.isFrozen(part))).toBe(true);
  });

  it("keeps its meaning through any number of round trips", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        const built: DsseEnvelope = { ...envelope, payload: encodeBase64(body) };
        const read = parseEnvelope(utf8(JSON.stringify(parseEnvelope(built))));
        expect(read).toEqual(built);
        expect(decodeBase64(read.payload)).toEqual(body);
      }),
    );
  });

  it.each([
    ["no payloadType", { payload: "", signatures: [signature] }, "SIG-003"],
    ["an unknown member (threat 19)", { ...envelope, version: 1 }, "SIG-003"],
    ["a payload that is no text", { ...envelope, payload: 1 }, "SIG-003"],
    ["a payload with junk (threat 11)", { ...envelope, payload: `${envelope.payload}\n` }, "SIG-001"],
    ["an empty payloadType", { ...envelope, payloadType: "" }, "SIG-002"],
    ["a payloadType of 257 characters", { ...envelope, payloadType: "t".repeat(257) }, "SIG-002"],
    ["a line break in the payloadType", { ...envelope, payloadType: "a\nb" }, "SIG-002"],
    ["half a surrogate pair in the payloadType", { ...envelope, payloadType: "\udc00" }, "SIG-002"],
    ["a payloadType that is no text", { ...envelope, payloadType: null }, "SIG-002"],
    ["no signatures (threat 16)", { ...envelope, signatures: [] }, "SIG-007"],
    ["one keyid twice (threat 16)", { ...envelope, signatures: [signature, signature] }, "SIG-005"],
    ["65 signatures", { ...envelope, signatures: Array<typeof signature>(65).fill(signature) }, "SIG-007"],
    ["signatures that are no list", { ...envelope, signatures: { 0: signature, length: 1 } }, "SIG-003"],
    ["a signature with a third member", { ...envelope, signatures: [{ ...signature, cert: "" }] }, "SIG-003"],
    ["a signature without keyid", { ...envelope, signatures: [{ sig: signature.sig }] }, "SIG-003"],
    ["an empty keyid (threat 17)", { ...envelope, signatures: [{ ...signature, keyid: "" }] }, "SIG-004"],
    [
      "a path as keyid (threat 17)",
      { ...envelope, signatures: [{ ...signature, keyid: "../key" }] },
      "SIG-004",
    ],
    [
      "1 MB of keyid (threat 17)",
      { ...envelope, signatures: [{ ...signature, keyid: "A".repeat(2 ** 20) }] },
      "SIG-004",
    ],
    [
      "63 bytes of signature (threat 11)",
      { ...envelope, signatures: [{ ...signature, sig: encodeBase64(new Uint8Array(63)) }] },
      "SIG-006",
    ],
    [
      "65 bytes of signature (threat 11)",
      { ...envelope, signatures: [{ ...signature, sig: encodeBase64(new Uint8Array(65)) }] },
      "SIG-006",
    ],
    [
      "96 bytes of signature (threat 11)",
      { ...envelope, signatures: [{ ...signature, sig: encodeBase64(new Uint8Array(96)) }] },
      "SIG-006",
    ],
    [
      "66 bytes, which have as many letters",
      { ...envelope, signatures: [{ ...signature, sig: encodeBase64(new Uint8Array(66)) }] },
      "SIG-006",
    ],
    [
      "unpadded base64",
      { ...envelope, signatures: [{ ...signature, sig: `${signature.sig.slice(0, 86)}AA` }] },
      "SIG-006",
    ],
    [
      "junk in base64 (threat 11)",
      { ...envelope, signatures: [{ ...signature, sig: `!${signature.sig.slice(1)}` }] },
      "SIG-001",
    ],
    ["a list around it", [envelope], "SIG-003"],
    ["nothing", null, "SIG-003"],
  ])("is refused with %s", (...[, input, code]) => {
    expectCode(code, () => parseEnvelope(input));
  });

  it.each([
    ["a repeated payload member", JSON.stringify(envelope).replace("{", '{"payload":"AAAA",')],
    ["a repeated member behind an escape", JSON.stringify(envelope).replace("{", '{"p\\u0061yload":"AAAA",')],
    ["a second document", JSON.stringify(envelope).repeat(2)],
    ["trailing data", `${JSON.stringify(envelope)}x`],
  ])("is refused as text with %s (threat 18)", (...[, text]) => {
    expect(() => parseEnvelope(utf8(text))).toThrow(CanonicalError);
  });

  it("is not read through accessors or a polluted prototype (threats 3, 8 and 58)", () => {
    const sneaky = Object.defineProperty({ ...envelope }, "payload", { get: () => "AAAA", enumerable: true });
    expectCode("SIG-003", () => parseEnvelope(sneaky));
    // Outcomes first, expectations after: the test runner does not work under such a prototype.
    const codeOf = (input: JsonValue): unknown => {
      try {
        return parseEnvelope(input).payload;
      } catch (error) {
        return error instanceof SigningError ? error.code : error;
      }
    };
    Object.defineProperty(Object.prototype, "payloadType", { value: "t", configurable: true });
    Object.defineProperty(Object.prototype, "value", { value: "AAAA", configurable: true });
    let outcome: readonly unknown[];
    try {
      outcome = [codeOf({ payload: "", signatures: [signature] }), codeOf(sneaky), codeOf(envelope)];
    } finally {
      Reflect.deleteProperty(Object.prototype, "payloadType");
      Reflect.deleteProperty(Object.prototype, "value");
    }
    expect(outcome).toEqual(["SIG-003", "SIG-003", envelope.payload]);
  });

  it("is refused, not crashed on, whatever is given", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withMap: true, withTypedArray: true }), (input) => {
        expect(() => parseEnvelope(input as JsonValue)).toThrow(/^\[(SIG|CANONICAL)-/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("signing an envelope", () => {
  it("uses the payload as it was at the call (threat 9)", async () => {
    const mine = Uint8Array.from(payload);
    const signers: Signer[] = [alice, bob];
    const pending = signEnvelope("t", mine, signers);
    mine.fill(0);
    signers.length = 0;
    const signed = await pending;
    expect(signed.payload).toBe(encodeBase64(payload));
    expect(signed.signatures).toHaveLength(2);
  });

  it("keeps one signer from changing what the next one signs", async () => {
    const vandal: Signer = {
      keyId: alice.keyId,
      sign: (payloadType, bytes) => {
        const made = alice.sign(payloadType, bytes);
        bytes.fill(0);
        return made;
      },
    };
    const signed = await signEnvelope("t", payload, [vandal, bob]);
    expect(decodeBase64(signed.payload)).toEqual(payload);
    const sig = decodeBase64(signed.signatures[1]?.sig ?? "");
    expect(new LocalVerifier(bob.publicKey).verifySync("t", decodeBase64(signed.payload), sig)).toBe(true);
  });

  it.each([
    ["no signer", [], "SIG-007"],
    ["one signer twice", [alice, alice], "SIG-005"],
    [
      "a signer with an invented keyId",
      [{ keyId: "me", sign: () => Promise.resolve(new Uint8Array(64)) }],
      "SIG-004",
    ],
    [
      "a signer that returns too little",
      [{ keyId: alice.keyId, sign: () => Promise.resolve(new Uint8Array(63)) }],
      "SIG-006",
    ],
  ])("is refused with %s (threat 51)", async (...[, signers, code]) => {
    await expect(signEnvelope("t", payload, signers)).rejects.toMatchObject({ code });
  });

  it("passes on what a signer throws", async () => {
    const broken: Signer = { keyId: alice.keyId, sign: () => Promise.reject(new Error("throttled")) };
    await expect(signEnvelope("t", payload, [bob, broken])).rejects.toThrow("throttled");
  });

  it("wants bytes and a payload type", async () => {
    const notBytes: unknown = "payload";
    await expect(signEnvelope("t", notBytes as Uint8Array, [alice])).rejects.toMatchObject({
      code: "SIG-010",
    });
    await expect(signEnvelope("", payload, [alice])).rejects.toMatchObject({ code: "SIG-002" });
  });
});
