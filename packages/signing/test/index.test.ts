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
      "parseSignature",
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

describe("the errors", () => {
  it("carry their name, code and family", () => {
    const error = new door.SigningError("SIG-008", "The signature must verify.");
    expect(error.name).toBe("SigningError");
    expect(error.message).toBe("[SIG-008] The signature must verify.");
    expect(ParmanaError.isInstance(error)).toBe(true);
  });
});
