import { CanonicalError } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import {
  decodeBase64,
  generatePrivateKey,
  LocalSigner,
  LocalVerifier,
  parseDetachedSignature,
  payloadTypes,
  signDetached,
} from "../src/index.js";
import { expectCode } from "./expect-code.js";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const alice = new LocalSigner(generatePrivateKey());
const bob = new LocalSigner(generatePrivateKey());
const file = utf8('{ "any": "bytes" }\n');

describe("a detached signature", () => {
  it("is canonical JSON over the exact bytes of the file beside it", async () => {
    const written = await signDetached(payloadTypes.policyIndex, file, [alice, bob]);
    const text = new TextDecoder().decode(written);
    expect(
      text.startsWith(
        '{"payloadType":"application/vnd.parmana.policy-index.v1+json","signatures":[{"keyid":"',
      ),
    ).toBe(true);
    const read = parseDetachedSignature(written);
    const [first, second] = read.signatures;
    expect(read.payloadType).toBe(payloadTypes.policyIndex);
    expect([first?.keyid, second?.keyid]).toEqual([alice.keyId, bob.keyId]);
    const verifier = new LocalVerifier(alice.publicKey);
    expect(verifier.verifySync(read.payloadType, file, decodeBase64(first?.sig ?? ""))).toBe(true);
    expect(verifier.verifySync(read.payloadType, file.slice(1), decodeBase64(first?.sig ?? ""))).toBe(false);
    expect(Object.isFrozen(read) && Object.isFrozen(read.signatures)).toBe(true);
  });

  it("is the same bytes each time", async () => {
    expect(await signDetached("t", file, [alice, bob])).toEqual(await signDetached("t", file, [alice, bob]));
  });

  it("uses the file as it was at the call (threat 9)", async () => {
    const mine = Uint8Array.from(file);
    const pending = signDetached("t", mine, [alice]);
    mine.fill(0);
    expect(await pending).toEqual(await signDetached("t", file, [alice]));
  });

  it.each([
    ["an envelope", '{"payloadType":"t","payload":"","signatures":[]}', "SIG-003"],
    ["no payload type", '{"signatures":[]}', "SIG-003"],
    ["no signature (threat 16)", '{"payloadType":"t","signatures":[]}', "SIG-007"],
    ["a list", "[]", "SIG-003"],
  ])("is refused: %s", (...[, text, code]) => {
    expectCode(code, () => parseDetachedSignature(utf8(text)));
  });

  it("is refused when it is not strict JSON bytes", () => {
    expect(() =>
      parseDetachedSignature(utf8('{"payloadType":"t","payloadType":"t","signatures":[]}')),
    ).toThrow(CanonicalError);
    const notBytes: unknown = "{}";
    expectCode("SIG-010", () => parseDetachedSignature(notBytes as Uint8Array));
  });
});
