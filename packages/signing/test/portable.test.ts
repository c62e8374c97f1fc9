import { createHash, createPublicKey, verify } from "node:crypto";
import * as noble from "@noble/ed25519";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as fast from "../src/index.js";

const message = new TextEncoder().encode("message");

describe("without the platform's cryptography, as in a browser", () => {
  let portable: typeof fast;

  beforeAll(async () => {
    vi.resetModules();
    vi.stubGlobal("process", { env: {} });
    try {
      portable = await import("../src/index.js");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  afterAll(() => {
    vi.resetModules();
  });

  it("makes the same keys and the same signatures, byte for byte", () => {
    expect(portable.importPrivateKey).not.toBe(fast.importPrivateKey);
    for (let i = 0; i < 10; i += 1) {
      const ours = fast.generatePrivateKey();
      const theirs = portable.importPrivateKey(ours.toPem());
      expect(theirs.keyId).toBe(ours.keyId);
      expect(theirs.sign(message)).toEqual(ours.sign(message));
      expect(new portable.LocalSigner(ours.toPem()).signSync("t", message)).toEqual(
        new fast.LocalSigner(ours).signSync("t", message),
      );
    }
  });

  it("generates keys that Node accepts", () => {
    const key = portable.generatePrivateKey();
    const signature = key.sign(message);
    expect(verify(null, message, createPublicKey(key.publicKey.toPem()), signature)).toBe(true);
    expect(key.publicKey.verify(message, signature)).toBe(true);
    expect(portable.verifyEd25519(key.publicKey.raw, message, signature)).toBe(true);
    signature[63] = (signature[63] ?? 0) ^ 1;
    expect(key.publicKey.verify(message, signature)).toBe(false);
  });

  it("leaves noble's shared hash slot as it was", () => {
    const before = noble.hashes.sha512;
    let calls = 0;
    const theirs = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
      calls += 1;
      return new Uint8Array(createHash("sha512").update(bytes).digest());
    };
    noble.hashes.sha512 = theirs;
    try {
      portable.generatePrivateKey().sign(message);
      expect(noble.hashes.sha512).toBe(theirs);
      expect(calls).toBe(0);
    } finally {
      noble.hashes.sha512 = before;
    }
  });
});

describe("in a hostile or broken process (threat 58)", () => {
  const polluted = [
    "padding",
    "saltLength",
    "dsaEncoding",
    "passphrase",
    "format",
    "type",
    "key",
    "context",
    "value",
    "get",
    "d",
    "alg",
  ];

  it("gives the same verdict under a polluted Object.prototype", () => {
    const key = fast.generatePrivateKey();
    const pem = key.toPem();
    const signature = key.sign(message);
    const wrong = Uint8Array.from(signature).fill(1, 0, 1);
    for (const name of polluted) {
      Object.defineProperty(Object.prototype, name, {
        value: "polluted",
        configurable: true,
        writable: true,
      });
      let outcome: unknown;
      try {
        const again = fast.importPrivateKey(pem);
        outcome = [
          fast.verifyEd25519(key.publicKey.raw, message, signature),
          fast.verifyEd25519(key.publicKey.raw, message, wrong),
          fast.importPublicKey(key.publicKey.toPem()).verify(message, signature),
          Buffer.compare(again.sign(message), signature),
        ];
      } finally {
        Reflect.deleteProperty(Object.prototype, name);
      }
      expect(outcome, name).toEqual([true, false, true, 0]);
    }
  });

  it("falls back to the portable backend when node:crypto cannot do Ed25519", async () => {
    vi.resetModules();
    const refuse = (): never => {
      throw new Error("not in FIPS mode");
    };
    const crippled = { createPublicKey: refuse, createPrivateKey: refuse, sign: refuse, verify: refuse };
    vi.stubGlobal("process", { env: {}, getBuiltinModule: () => crippled });
    let signing: typeof fast;
    try {
      signing = await import("../src/index.js");
    } finally {
      vi.unstubAllGlobals();
      vi.resetModules();
    }
    const key = fast.generatePrivateKey();
    const signature = signing.importPrivateKey(key.toPem()).sign(message);
    expect(signature).toEqual(key.sign(message));
    expect(signing.verifyEd25519(key.publicKey.raw, message, signature)).toBe(true);
  });
});
