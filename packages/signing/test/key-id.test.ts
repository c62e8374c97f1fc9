import { describe, expect, it } from "vitest";
import { decodeBase64Url, importPublicKey, keyIdOf } from "../src/index.js";
import { expectCode } from "./expect-code.js";

describe("the key id", () => {
  const x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

  it("is the RFC 7638 thumbprint of RFC 8037 appendix A.3", () => {
    expect(keyIdOf(decodeBase64Url(x))).toBe("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  });

  it("is recomputed, whatever the JWK calls itself (threat 17)", () => {
    const key = importPublicKey({ kty: "OKP", crv: "Ed25519", x, kid: "../../etc/passwd" });
    expect(key.keyId).toBe("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  });

  it("exists for 32 bytes only", () => {
    expectCode("KEY-010", () => keyIdOf(new Uint8Array(31)));
    expectCode("KEY-010", () => keyIdOf(new Uint8Array(33)));
  });
});
