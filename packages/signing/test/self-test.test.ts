import * as crypto from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

/** The package as it loads where the platform's `sign` flips a bit from a given call on. */
async function loadWithFault(firstFaulty: number) {
  let calls = 0;
  const faulty = {
    ...crypto,
    sign(...words: Parameters<typeof crypto.sign>) {
      const signature = crypto.sign(words[0], words[1], words[2]);
      calls += 1;
      if (calls >= firstFaulty) signature.writeUInt8(signature.readUInt8(0) ^ 1, 0);
      return signature;
    },
  };
  const getBuiltinModule = process.getBuiltinModule.bind(process) as (name: string) => unknown;
  vi.spyOn(process, "getBuiltinModule").mockImplementation(((name: string) =>
    name === "node:crypto" ? faulty : getBuiltinModule(name)) as typeof process.getBuiltinModule);
  vi.resetModules();
  return import("../src/index.js");
}

describe("a local signer tests itself (threat 62)", () => {
  it("finds a fault with its first signature", async () => {
    const { generatePrivateKey, LocalSigner } = await loadWithFault(1);
    const signer = new LocalSigner(generatePrivateKey());
    expect(() => signer.signSync("t", new Uint8Array())).toThrow(
      expect.objectContaining({ code: "SIG-011" }),
    );
  });

  it("finds a fault that came later within 1,024 signatures", async () => {
    const { generatePrivateKey, LocalSigner } = await loadWithFault(10);
    const signer = new LocalSigner(generatePrivateKey());
    const signMany = () => {
      for (let count = 0; count < 1025; count += 1) signer.signSync("t", new Uint8Array());
    };
    expect(signMany).toThrow(expect.objectContaining({ code: "SIG-011" }));
  });

  it("knows signers of its own class only", async () => {
    const { generatePrivateKey, LocalSigner } = await import("../src/index.js");
    const key = generatePrivateKey();
    class Wrapped extends LocalSigner {}
    expect(LocalSigner.has(new LocalSigner(key))).toBe(true);
    for (const other of [
      new Wrapped(key),
      Object.create(LocalSigner.prototype),
      { keyId: key.keyId },
      null,
      1,
    ]) {
      expect(LocalSigner.has(other)).toBe(false);
    }
  });
});
