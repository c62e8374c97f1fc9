import { readdirSync, readFileSync } from "node:fs";
import { ParmanaError } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import * as door from "../src/index.js";

describe("the door of the package", () => {
  it("exports what it promises and nothing else", () => {
    expect(Object.keys(door).sort()).toEqual([
      "LocalSigner",
      "LocalVerifier",
      "PrivateKey",
      "SigningError",
      "decodeBase64",
      "decodeBase64Url",
      "encodeBase64",
      "encodeBase64Url",
      "generatePrivateKey",
      "importPrivateKey",
      "importPublicKey",
      "keyIdOf",
      "pae",
      "parseDetachedSignature",
      "parseEnvelope",
      "payloadTypes",
      "signDetached",
      "signEnvelope",
      "signingErrors",
      "verifyEd25519",
      "verifyEd25519Portable",
      "verifyThreshold",
    ]);
  });
});

describe("the error table", () => {
  const folder = new URL("../src/", import.meta.url);
  const sources = readdirSync(folder).map((file) => ({
    file,
    text: readFileSync(new URL(file, folder), "utf8"),
  }));

  it("has a row for every code that is thrown, and throws every code that has a row", () => {
    const thrown = new Set<string>();
    for (const { file, text } of sources) {
      if (file === "errors.ts") continue;
      const code = text.replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
      for (const [found] of code.matchAll(/\b(?:KEY|SIG)-\d{3}\b/g)) thrown.add(found);
    }
    expect([...thrown].sort()).toEqual(Object.keys(door.signingErrors).sort());
  });

  it("belongs to errors that carry their name, code and family", () => {
    const error = new door.SigningError("SIG-008", "The signature must verify.");
    expect(error.name).toBe("SigningError");
    expect(error.message).toBe("[SIG-008] The signature must verify.");
    expect(ParmanaError.isInstance(error)).toBe(true);
  });

  it("is the only place where node: may not appear: the sources are portable", () => {
    for (const { file, text } of sources) {
      expect(text, file).not.toMatch(/from "node:|\bBuffer\b\./);
    }
  });
});
