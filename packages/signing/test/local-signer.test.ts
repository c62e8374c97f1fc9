import { verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  generatePrivateKey,
  importPrivateKey,
  LocalSigner,
  LocalVerifier,
  pae,
  payloadTypes,
  verifyEd25519,
} from "../src/index.js";
import { expectCode } from "./expect-code.js";

const payload = new TextEncoder().encode('{"a":1}');
const key = generatePrivateKey();
const signer = new LocalSigner(key.toPem());
const verifier = new LocalVerifier(key.publicKey.toPem());

describe("a local signer and verifier", () => {
  it("are made from PEM, JWK, raw bytes or imported keys", async () => {
    const signatures = [signer, new LocalSigner(key), new LocalSigner(importPrivateKey(key.toPem()))].map(
      (each) => each.signSync(payloadTypes.attestation, payload),
    );
    const [first] = signatures;
    expect(signatures).toEqual([first, first, first]);
    expect(await signer.sign(payloadTypes.attestation, payload)).toEqual(first);
    for (const source of [
      key.publicKey,
      key.publicKey.raw,
      key.publicKey.toPem(),
      { ...key.publicKey.toJwk() },
    ]) {
      const each = new LocalVerifier(source);
      expect(each.keyId).toBe(signer.keyId);
      expect(each.verifySync(payloadTypes.attestation, payload, first ?? payload)).toBe(true);
      await expect(each.verify(payloadTypes.attestation, payload, first ?? payload)).resolves.toBe(true);
    }
  });

  it("sign the PAE, so that any Ed25519 implementation can check", () => {
    const signature = signer.signSync(payloadTypes.policyIndex, payload);
    const message = pae(payloadTypes.policyIndex, payload);
    expect(verify(null, message, key.publicKey.toPem(), signature)).toBe(true);
    expect(verifyEd25519(key.publicKey.raw, message, signature)).toBe(true);
  });

  it("refuse a signature over the raw payload (threat 13)", () => {
    expect(verifier.verifySync(payloadTypes.attestation, payload, key.sign(payload))).toBe(false);
  });

  it("refuse a signature made for any other payload type (threats 14 and 15)", () => {
    const types = [...Object.values(payloadTypes), "application/json"];
    expect(new Set(types).size).toBe(10);
    for (const signed of types) {
      const signature = signer.signSync(signed, payload);
      for (const claimed of types) {
        expect(verifier.verifySync(claimed, payload, signature)).toBe(claimed === signed);
      }
    }
  });

  it("read the payload before the first await (threat 9)", async () => {
    const mine = Uint8Array.from(payload);
    const signing = signer.sign(payloadTypes.attestation, mine);
    mine.fill(0);
    const signature = await signing;
    expect(verifier.verifySync(payloadTypes.attestation, payload, signature)).toBe(true);
    const theirs = Uint8Array.from(payload);
    const verifying = verifier.verify(payloadTypes.attestation, theirs, signature);
    theirs.fill(0);
    await expect(verifying).resolves.toBe(true);
  });

  it("throw at once when synchronous, reject when not", async () => {
    const notBytes: unknown = "payload";
    expectCode("SIG-010", () => signer.signSync("t", notBytes as Uint8Array));
    expectCode("SIG-010", () => verifier.verifySync("t", notBytes as Uint8Array, new Uint8Array(64)));
    await expect(signer.sign("t", notBytes as Uint8Array)).rejects.toMatchObject({ code: "SIG-010" });
    await expect(verifier.verify("t", notBytes as Uint8Array, new Uint8Array(64))).rejects.toMatchObject({
      code: "SIG-010",
    });
  });

  it("never verify what was changed", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 50 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (body, at, change) => {
          const signature = signer.signSync("t", body);
          expect(verifier.verifySync("t", body, signature)).toBe(true);
          const changed = Uint8Array.from(body);
          changed[at % body.length] = (changed[at % body.length] ?? 0) ^ change;
          expect(verifier.verifySync("t", changed, signature)).toBe(false);
          signature[at % 64] = (signature[at % 64] ?? 0) ^ change;
          expect(verifier.verifySync("t", body, signature)).toBe(false);
        },
      ),
    );
  });
});
