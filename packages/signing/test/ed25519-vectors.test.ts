import { decodeHex } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { importPrivateKey } from "../src/index.js";
import { describeVectors } from "./vectors.js";
import { verdict } from "./verdict.js";

describe("RFC 8032 section 7.1", () => {
  const examples = [
    [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ] as const;

  it.each(examples)("signs and verifies with the key %s", (secret, publicKey, message, signature) => {
    const key = importPrivateKey(decodeHex(secret));
    expect(key.publicKey.raw).toEqual(decodeHex(publicKey));
    expect(key.sign(decodeHex(message))).toEqual(decodeHex(signature));
    expect(verdict(decodeHex(publicKey), decodeHex(message), decodeHex(signature))).toBe(true);
  });
});

describeVectors("RFC 8032 vectors", "rfc8032/ed25519.json", (file) => {
  it.each(file.list("vectors").map((vector) => [vector.text("name"), vector] as const))(
    "%s",
    (...[, vector]) => {
      const key = importPrivateKey(vector.bytes("secret_key_hex"));
      const [publicKey, message, signature] = ["public_key_hex", "message_hex", "signature_hex"].map(
        (member) => vector.bytes(member),
      ) as [Uint8Array, Uint8Array, Uint8Array];
      expect(key.publicKey.raw).toEqual(publicKey);
      expect(key.sign(message)).toEqual(signature);
      expect(verdict(publicKey, message, signature)).toBe(true);
      signature[0] = (signature[0] ?? 0) ^ 1;
      expect(verdict(publicKey, message, signature)).toBe(false);
    },
  );
});

describeVectors("Wycheproof (threat 11)", "wycheproof/ed25519_test.json", (file) => {
  const cases = file
    .list("testGroups")
    .flatMap((group) =>
      group.list("tests").map((test) => ({ key: group.object("publicKey").bytes("pk"), test })),
    );

  it("has all the cases it promises", () => {
    expect(cases).toHaveLength(file.count("numberOfTests"));
  });

  it.each(cases.map(({ key, test }) => [test.count("tcId"), test.text("comment"), key, test] as const))(
    "case %i %s",
    (...[, , key, test]) => {
      expect(verdict(key, test.bytes("msg"), test.bytes("sig"))).toBe(test.text("result") === "valid");
    },
  );
});
