import { generatePrivateKey } from "@parmanasystems/signing";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPrivateKey, readPublicKey } from "../../src/node/index.js";
import { refused, temporaryDirectory } from "./environment-fixtures.js";

const key = generatePrivateKey();
const pair = generateKeyPairSync("ed25519");
const privateJwk = pair.privateKey.export({ format: "jwk" });
const publicJwk = pair.publicKey.export({ format: "jwk" });

function file(text: string, mode = 0o600): string {
  const path = join(temporaryDirectory(), "key");
  writeFileSync(path, text, { mode });
  return path;
}

const signingCode = (code: string): unknown => expect.objectContaining({ name: "SigningError", code });

describe("A key file", () => {
  it("holds a PEM text or a JWK", async () => {
    expect((await readPublicKey(file(key.publicKey.toPem(), 0o644))).keyId).toBe(key.keyId);
    expect((await readPrivateKey(file(key.toPem()))).keyId).toBe(key.keyId);
    const { x = "" } = publicJwk;
    expect((await readPublicKey(file(JSON.stringify(publicJwk), 0o644))).toJwk().x).toBe(x);
    const imported = await readPrivateKey(file(`\n ${JSON.stringify(privateJwk, undefined, 2)}\n`));
    expect(imported.publicKey.toJwk().x).toBe(x);
  });

  it("with a private key is readable by its owner only, as a JWK too (threat 52)", async () => {
    await expect(readPrivateKey(file(JSON.stringify(privateJwk), 0o644))).rejects.toThrow(
      refused("TRUST-004"),
    );
  });

  it("is refused when it holds the other half, and the secret is not shown (threats 12, 52)", async () => {
    const { d = "-" } = privateJwk;
    const [, secret = "-"] = key.toPem().split("\n");
    for (const [text, hidden] of [
      [key.toPem(), secret],
      [JSON.stringify(privateJwk), d],
    ] as const) {
      const reading = readPublicKey(file(text));
      await expect(reading).rejects.toThrow(signingCode("KEY-006"));
      await expect(reading).rejects.not.toThrow(hidden);
    }
    await expect(readPrivateKey(file(key.publicKey.toPem()))).rejects.toThrow(signingCode("KEY-007"));
    await expect(readPrivateKey(file(JSON.stringify(publicJwk)))).rejects.toThrow(signingCode("KEY-007"));
  });

  it("is refused when it holds the key of another algorithm (threat 12)", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const x25519 = generateKeyPairSync("x25519");
    for (const { publicKey } of [rsa, ec, x25519]) {
      const pem = String(publicKey.export({ type: "spki", format: "pem" }));
      await expect(readPublicKey(file(pem))).rejects.toThrow(signingCode("KEY-005"));
      await expect(readPublicKey(file(JSON.stringify(publicKey.export({ format: "jwk" }))))).rejects.toThrow(
        signingCode("KEY-005"),
      );
    }
  });

  it("is refused when it is damaged, without a word of what it says (threat 52)", async () => {
    const { d = "-" } = privateJwk;
    for (const text of [
      JSON.stringify(privateJwk).slice(0, -4),
      JSON.stringify(privateJwk).replace('"d":', '"d":"x","d":'),
      JSON.stringify({ ...privateJwk, d: `${d}AA` }),
      `{"d":"${d}`,
    ]) {
      const error: unknown = await readPrivateKey(file(text)).catch((reason: unknown) => reason);
      expect(error).toEqual(
        expect.objectContaining({ code: expect.stringMatching(/^(?:KEY-008|CANONICAL-01[01])$/) }),
      );
      expect(String(error)).not.toContain(d.slice(0, 12));
      expect(JSON.stringify(error)).not.toContain(d.slice(0, 12));
    }
  });
});
