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
      "createCosigner",
      "createNoteSigner",
      "createVerifierKey",
      "decodeBase64",
      "decodeBase64Url",
      "encodeBase64",
      "encodeBase64Url",
      "formatNote",
      "formatVerifierKey",
      "generatePrivateKey",
      "importPrivateKey",
      "importPublicKey",
      "keyIdOf",
      "noteAlgorithms",
      "noteKeyId",
      "pae",
      "parseDetachedSignature",
      "parseEnvelope",
      "parseNote",
      "parseSignature",
      "parseVerifierKey",
      "payloadTypes",
      "signDetached",
      "signEnvelope",
      "signNote",
      "signingErrors",
      "verifyEd25519",
      "verifyEd25519Portable",
      "verifyNote",
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
