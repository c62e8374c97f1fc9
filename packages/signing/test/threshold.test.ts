import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DsseSignature,
  encodeBase64,
  generatePrivateKey,
  LocalSigner,
  type ThresholdInput,
  type ThresholdKey,
  verifyThreshold,
} from "../src/index.js";
import { expectCode } from "./expect-code.js";

const payloadType = "t";
const payload = new TextEncoder().encode("payload");
const signers = Array.from({ length: 5 }, () => new LocalSigner(generatePrivateKey()));
const [a, b, c] = signers as [LocalSigner, LocalSigner, LocalSigner];

const signed = (signer: LocalSigner, type = payloadType): DsseSignature => ({
  keyid: signer.keyId,
  sig: encodeBase64(signer.signSync(type, payload)),
});
const keysOf = (...operators: readonly [LocalSigner, string][]): ReadonlyMap<string, ThresholdKey> =>
  new Map(operators.map(([signer, operator]) => [signer.keyId, { publicKey: signer.publicKey, operator }]));
const check = (input: Partial<ThresholdInput>): ReturnType<typeof verifyThreshold> =>
  verifyThreshold({
    payloadType,
    payload,
    signatures: [signed(a)],
    keys: keysOf([a, "ann"]),
    threshold: 1,
    ...input,
  });

describe("a threshold", () => {
  it("is met by enough keys of enough operators", () => {
    const keys = keysOf([a, "ann"], [b, "ben"], [c, "cy"]);
    expect(check({ keys, signatures: [signed(a), signed(b)], threshold: 2 })).toEqual({
      satisfied: true,
      keyids: [a.keyId, b.keyId],
    });
    expect(check({ keys, signatures: [signed(a)], threshold: 2 })).toEqual({
      satisfied: false,
      keyids: [a.keyId],
    });
  });

  it("counts two keys of one operator once (threats 21 and 47)", () => {
    const keys = keysOf([a, "ann"], [b, "ann"]);
    expect(check({ keys, signatures: [signed(a), signed(b)], threshold: 2 }).satisfied).toBe(false);
    expect(check({ keys, signatures: [signed(a), signed(b)], threshold: 1 }).satisfied).toBe(true);
  });

  it("refuses one key twice (threats 16 and 21)", () => {
    expectCode("SIG-005", () => check({ signatures: [signed(a), signed(a)] }));
    const stranger = signed(b);
    expectCode("SIG-005", () => check({ signatures: [signed(a), stranger, stranger] }));
  });

  it("ignores keys it does not know, whatever they say", () => {
    const junk = { keyid: "x".repeat(1000), sig: "junk" };
    expect(check({ signatures: [junk, signed(b), signed(a)] })).toEqual({
      satisfied: true,
      keyids: [a.keyId],
    });
    expect(check({ signatures: [signed(b)] })).toEqual({ satisfied: false, keyids: [] });
  });

  it("refuses a known key with a bad signature, even beside enough good ones (threats 14, 15 and 16)", () => {
    const keys = keysOf([a, "ann"], [b, "ben"]);
    for (const bad of [
      signed(b, "other"),
      { ...signed(b), sig: signed(a).sig },
      { ...signed(a), keyid: b.keyId },
    ]) {
      expectCode("SIG-008", () => check({ keys, signatures: [signed(a), bad] }));
      expectCode("SIG-008", () => check({ keys, signatures: [bad, signed(a)] }));
    }
    expectCode("SIG-006", () => check({ signatures: [{ keyid: a.keyId, sig: "AAAA" }] }));
    expectCode("SIG-001", () => check({ signatures: [{ keyid: a.keyId, sig: "*".repeat(88) }] }));
  });

  it("refuses a question that would always be answered yes", () => {
    for (const threshold of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expectCode("SIG-009", () => check({ threshold }));
    const text: unknown = "1";
    expectCode("SIG-009", () => check({ threshold: text as number }));
  });

  it("refuses keys listed under another name, or without operator", () => {
    const misnamed = new Map([[a.keyId, { publicKey: b.publicKey, operator: "ben" }]]);
    expectCode("SIG-009", () => check({ keys: misnamed, signatures: [{ ...signed(b), keyid: a.keyId }] }));
    expectCode("SIG-009", () => check({ keys: keysOf([a, ""]) }));
  });

  it("takes 1 to 64 signatures", () => {
    expectCode("SIG-007", () => check({ signatures: [] }));
    expectCode("SIG-007", () =>
      check({
        signatures: Array.from({ length: 65 }, (entry, index) => ({
          keyid: String(index),
          sig: String(entry),
        })),
      }),
    );
  });

  it("is satisfied exactly when both counts reach it", () => {
    const operators = fc.array(fc.constantFrom("ann", "ben", "cy"), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(
        operators,
        fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }),
        fc.integer({ min: 1, max: 6 }),
        (names, chosen, threshold) => {
          const keys = keysOf(
            ...signers.map((signer, index): [LocalSigner, string] => [signer, names[index] ?? ""]),
          );
          const present = chosen.flatMap((index) => signers.slice(index, index + 1));
          const result = check({ keys, signatures: present.map((signer) => signed(signer)), threshold });
          const distinct = new Set(chosen.map((index) => names[index])).size;
          expect(result.satisfied).toBe(Math.min(chosen.length, distinct) >= threshold);
          expect(result.keyids).toEqual(present.map(({ keyId }) => keyId));
        },
      ),
    );
  });
});
