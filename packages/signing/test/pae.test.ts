import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, pae, payloadTypes } from "../src/index.js";
import { expectCode } from "./expect-code.js";
import { describeVectors } from "./vectors.js";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("the pre-authentication encoding", () => {
  it("is the one of the DSSE protocol's example", () => {
    expect(text(pae("http://example.com/HelloWorld", bytes("hello world")))).toBe(
      "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
    );
  });

  it("counts bytes, not characters", () => {
    expect(text(pae("é", bytes("ü")))).toBe("DSSEv1 2 é 2 ü");
  });

  it("never gives two inputs one encoding (threat 14)", () => {
    const types = fc.oneof(fc.constantFrom(...Object.values(payloadTypes)), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(types, fc.uint8Array(), types, fc.uint8Array(), (type, body, otherType, otherBody) => {
        const same = type === otherType && Buffer.compare(body, otherBody) === 0;
        const equal = Buffer.compare(pae(type, body), pae(otherType, otherBody)) === 0;
        expect(equal).toBe(same);
      }),
    );
  });

  it("is an own copy of the payload", () => {
    const payload = bytes("abc");
    const encoded = pae(payloadTypes.attestation, payload);
    payload.fill(0);
    expect(text(encoded)).toBe("DSSEv1 28 application/vnd.in-toto+json 3 abc");
  });

  it("believes the bytes, not a length that pretends", () => {
    const payload = bytes("abcdef");
    Object.defineProperty(payload, "length", { value: 3 });
    expect(text(pae("t", payload))).toBe("DSSEv1 1 t 6 abcdef");
  });

  it("accepts a Node Buffer and a view into a larger one", () => {
    expect(text(pae("t", Buffer.from("xabcx").subarray(1, 4)))).toBe("DSSEv1 1 t 3 abc");
  });

  it("refuses a payload that is not a Uint8Array, a Proxy of one included", () => {
    const notBytes: readonly unknown[] = ["abc", [1, 2], new Uint16Array(2), new Proxy(bytes("a"), {}), null];
    for (const payload of notBytes) expectCode("SIG-010", () => pae("t", payload as Uint8Array));
  });

  it("refuses a payload type without a UTF-8 form", () => {
    const notText: unknown = 1;
    expectCode("SIG-002", () => pae("\ud800", bytes("")));
    expectCode("SIG-002", () => pae(notText as string, bytes("")));
  });
});

describeVectors("the DSSE vectors", "dsse/pae.json", (vectors) => {
  const cases = [vectors.object("official"), ...vectors.list("derived")];
  it.each(cases.map((vector) => [vector.text("pae_hex"), vector] as const))("%s", (hex, vector) => {
    const encoded = pae(vector.text("payload_type"), decodeBase64(vector.text("payload_base64")));
    expect(Buffer.from(encoded).toString("hex")).toBe(hex);
  });
});
