import * as crypto from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { generatePrivateKey, importPublicKey, verifyEd25519 } from "../src/index.js";
import { describeVectors } from "./vectors.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

describeVectors("verifying on another thread", "wycheproof/ed25519_test.json", (file) => {
  it("gives every case of Wycheproof the verdict of this thread, many at once", async () => {
    const groups = file.list("testGroups").map((group) => {
      const key = importPublicKey(group.object("publicKey").bytes("pk"));
      return group.list("tests").map((test) => ({ key, test }));
    });
    const cases = groups.flat();
    const verdicts = await Promise.all(
      cases.map(({ key, test }) => key.verifyAsync(test.bytes("msg"), test.bytes("sig"))),
    );
    expect(verdicts).toEqual(cases.map(({ test }) => test.text("result") === "valid"));
    expect(verdicts).toContain(true);
    expect(verdicts).toContain(false);
  });
});

describe("verifyAsync", () => {
  const key = generatePrivateKey();
  const message = new TextEncoder().encode("message");
  const signature = key.sign(message);

  it("judges the bytes that it was given, whatever becomes of them meanwhile", async () => {
    const [given, signed] = [message.slice(), signature.slice()];
    const pending = key.publicKey.verifyAsync(given, signed);
    given.fill(0);
    signed.fill(0);
    await expect(pending).resolves.toBe(true);
    await expect(key.publicKey.verifyAsync(given, signature)).resolves.toBe(false);
  });

  it.each([
    ["no bytes", "message", signature],
    ["a signature that is too short", message, signature.slice(1)],
    ["no signature", message, undefined],
  ])("is false for %s", async (_, given, signed) => {
    await expect(key.publicKey.verifyAsync(given as Uint8Array, signed as Uint8Array)).resolves.toBe(false);
  });

  it.each([
    [
      "says so at once",
      () => {
        throw new Error("not in FIPS mode");
      },
    ],
    [
      "says so later",
      (...words: unknown[]) => {
        (words.at(-1) as (error: Error) => void)(new Error("no"));
      },
    ],
    [
      "answers without a callback",
      (...words: unknown[]) =>
        crypto.verify(
          null,
          words[1] as Uint8Array,
          words[2] as { key: crypto.KeyObject },
          words[3] as Uint8Array,
        ),
    ],
  ])("gives its verdict also where the platform cannot, and %s", async (_, verify) => {
    const getBuiltinModule = process.getBuiltinModule.bind(process) as (name: string) => unknown;
    vi.spyOn(process, "getBuiltinModule").mockImplementation(((name: string) =>
      name === "node:crypto"
        ? { ...crypto, verify }
        : getBuiltinModule(name)) as typeof process.getBuiltinModule);
    vi.resetModules();
    const signing = await import("../src/index.js");
    const publicKey = signing.importPublicKey(key.publicKey.raw);
    const wrong = signature.slice().fill(1, 0, 1);
    await expect(publicKey.verifyAsync(message, signature)).resolves.toBe(true);
    await expect(publicKey.verifyAsync(message, wrong)).resolves.toBe(false);
    expect(verifyEd25519(key.publicKey.raw, message, wrong)).toBe(false);
  });
});
