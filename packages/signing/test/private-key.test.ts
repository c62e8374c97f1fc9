import { execFileSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, sign, webcrypto } from "node:crypto";
import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeBase64Url,
  generatePrivateKey,
  importPrivateKey,
  type KeySource,
  LocalSigner,
  LocalVerifier,
  PrivateKey,
  SigningError,
  verifyEd25519,
} from "../src/index.js";
import { expectCode } from "./expect-code.js";

const nodeKey = generateKeyPairSync("ed25519");
const pkcs8 = nodeKey.privateKey.export({ format: "der", type: "pkcs8" });
const seed = new Uint8Array(pkcs8.subarray(16));
const pem = nodeKey.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const jwk = { ...nodeKey.privateKey.export({ format: "jwk" }) };
const message = new TextEncoder().encode("message");

function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
}

describe("a private key is read from PEM, JWK and its seed", () => {
  it("signs as Node signs, from each", () => {
    const expected = new Uint8Array(sign(null, message, nodeKey.privateKey));
    for (const source of [pem, jwk, seed, Buffer.from(seed), importPrivateKey(pem)]) {
      const key = importPrivateKey(source);
      expect(key.sign(message)).toEqual(expected);
      expect(key.publicKey.toJwk().x).toBe(jwk.x);
      expect(key.keyId).toBe(key.publicKey.keyId);
    }
  });

  it("writes the PEM that Node writes", () => {
    expect(importPrivateKey(seed).toPem()).toBe(pem);
  });

  it("reads what openssl and Web Crypto export", async () => {
    const text = execFileSync("openssl", ["genpkey", "-algorithm", "ed25519"], { encoding: "utf8" });
    expect(importPrivateKey(text).toPem()).toBe(text);
    const pair = await webcrypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    if (!("privateKey" in pair)) throw new Error("not a pair");
    const exported = await webcrypto.subtle.exportKey("jwk", pair.privateKey);
    expect(importPrivateKey({ ...exported }).publicKey.toJwk().x).toBe(exported.x);
  });

  it("keeps its own copy of the seed", () => {
    const own = new Uint8Array(seed);
    const key = importPrivateKey(own);
    own.fill(0);
    expect(key.toPem()).toBe(pem);
  });

  it("makes fresh keys whose signatures verify", () => {
    const first = generatePrivateKey();
    const second = PrivateKey.generate();
    expect(first.keyId).not.toBe(second.keyId);
    expect(verifyEd25519(first.publicKey.raw, message, first.sign(message))).toBe(true);
    expect(createPrivateKey(first.toPem()).asymmetricKeyType).toBe("ed25519");
  });

  it("signs messages only if they are bytes", () => {
    const notBytes: unknown = "message";
    expectCode("SIG-010", () => importPrivateKey(seed).sign(notBytes as Uint8Array));
  });
});

describe("the private loader refuses whatever is not exactly one Ed25519 private key", () => {
  const refuse = (code: string, source: unknown): void => {
    expectCode(code, () => importPrivateKey(source as KeySource));
  };

  it("public keys", () => {
    refuse("KEY-007", nodeKey.publicKey.export({ format: "pem", type: "spki" }));
    refuse("KEY-007", nodeKey.publicKey.export({ format: "jwk" }));
    refuse("KEY-008", importPrivateKey(seed).publicKey);
  });

  it("other algorithms (threat 12)", () => {
    const others = [
      generateKeyPairSync("rsa", { modulusLength: 1024 }),
      generateKeyPairSync("ec", { namedCurve: "P-256" }),
      generateKeyPairSync("x25519"),
      generateKeyPairSync("ed448"),
    ];
    for (const { privateKey } of others) {
      refuse("KEY-005", privateKey.export({ format: "pem", type: "pkcs8" }));
      refuse("KEY-005", privateKey.export({ format: "jwk" }));
    }
  });

  it("other containers", () => {
    refuse("KEY-003", pem.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
    refuse("KEY-003", pem.replaceAll("PRIVATE KEY", "OPENSSH PRIVATE KEY"));
    refuse("KEY-003", pem.replaceAll("PRIVATE KEY", "EC PRIVATE KEY"));
    refuse("KEY-002", pem + pem);
    refuse("KEY-002", `x\n${pem}`);
  });

  it("DER with trailing bytes or another version", () => {
    refuse("KEY-004", pemOf(Buffer.concat([pkcs8, Buffer.of(0)])));
    refuse("KEY-004", pemOf(pkcs8.subarray(0, 47)));
    const version2 = Buffer.from(pkcs8);
    version2[4] = 1;
    refuse("KEY-004", pemOf(version2));
  });

  it("JWKs that contradict themselves", () => {
    const other = generatePrivateKey();
    refuse("KEY-014", { ...jwk, x: other.publicKey.toJwk().x });
    refuse("KEY-009", { ...jwk, key_ops: ["verify"] });
    refuse("KEY-009", { ...jwk, use: "enc" });
    refuse("KEY-008", { kty: "OKP", crv: "Ed25519", d: jwk["d"] });
    refuse("KEY-008", { ...jwk, d: `${String(jwk["d"])}=` });
    expect(importPrivateKey({ ...jwk, key_ops: ["sign", "verify"] }).toPem()).toBe(pem);
  });

  it("anything else", () => {
    for (const source of [undefined, null, 1, ""]) {
      expect(() => importPrivateKey(source as unknown as KeySource)).toThrow(SigningError);
    }
    for (const length of [0, 31, 33, 64]) refuse("KEY-010", new Uint8Array(length));
  });
});

describe("the secret stays in the key (threat 52)", () => {
  const key = importPrivateKey(seed);
  const signer = new LocalSigner(key);
  const secrets = spellings(seed);

  function spellings(bytes: Uint8Array): readonly string[] {
    const buffer = Buffer.from(bytes);
    return [
      buffer.toString("hex"),
      buffer.toString("hex").toUpperCase(),
      buffer.toString("base64").slice(0, 40),
      buffer.toString("base64url").slice(0, 40),
      buffer.toString("latin1"),
      pem.split("\n")[1] ?? "",
      [...bytes].join(","),
      [...bytes].join(", "),
    ];
  }

  function expectClean(text: string, forbidden: readonly string[] = secrets): void {
    for (const secret of forbidden) expect(text.includes(secret)).toBe(false);
  }

  it("whatever prints or copies it", () => {
    for (const holder of [key, signer, { key, nested: [signer] }]) {
      expectClean(inspect(holder));
      expectClean(inspect(holder, { showHidden: true, depth: 20, getters: true }));
      expectClean(JSON.stringify(holder));
      expectClean(format("%s %o %O %j %d", holder, holder, holder, holder, holder));
      expectClean(inspect(Object.getOwnPropertyDescriptors(holder), { depth: 20 }));
    }
    expectClean(String(key));
    expectClean(`${key.toString()} ${JSON.stringify(Object.entries(key))}`);
    expectClean(serialize(Object.fromEntries(Object.entries(key))).toString("latin1"));
    expectClean(inspect(new LocalVerifier(key.publicKey), { showHidden: true, depth: 20 }));
    expect(String(key)).toBe(`PrivateKey(${key.keyId})`);
    expect(JSON.stringify(key)).toBe(JSON.stringify({ keyId: key.keyId }));
  });

  it("whatever is wrong with the source", () => {
    const d = String(jwk["d"]);
    const spoiled: readonly unknown[] = [
      pem + pem,
      `x${pem}`,
      pem.replace("MC4C", "MC4D"),
      pem.replace("MC4C", "MC4 "),
      pem.replaceAll("PRIVATE", "RSA PRIVATE"),
      pem.replaceAll("PRIVATE", "PUBLIC"),
      pem.replace(/.\n-----END/, "*\n-----END"),
      pemOf(Buffer.concat([pkcs8, Buffer.of(1)])),
      { ...jwk, kty: d },
      { ...jwk, alg: d },
      { ...jwk, d: `${d}*` },
      { ...jwk, x: d },
      { ...jwk, [d]: d },
      Buffer.concat([seed, Buffer.of(0)]),
      d,
    ];
    for (const source of spoiled) {
      for (const load of [importPrivateKey, (bad: KeySource) => new LocalVerifier(bad)]) {
        let error: unknown;
        try {
          load(source as KeySource);
        } catch (caught) {
          error = caught;
        }
        expect(error).toBeInstanceOf(SigningError);
        expectClean(inspect(error, { showHidden: true, depth: 20 }));
        expectClean(
          error instanceof SigningError ? error.message + String(error.stack) + JSON.stringify(error) : "",
        );
      }
    }
  });

  it("for any seed and any cut of its PEM", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.nat(120),
        fc.string(),
        (bytes, at, junk) => {
          const text = importPrivateKey(bytes).toPem();
          const spoiled = `${text.slice(0, at)}*${junk}${text.slice(at)}`;
          const secret = text.split("\n")[1]?.slice(22, 62) ?? "";
          try {
            importPrivateKey(spoiled);
          } catch (error) {
            expect(inspect(error).includes(secret)).toBe(false);
          }
          expect(encodeBase64Url(bytes).length).toBe(43);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("a subclass of a private key", () => {
  it("is none: it could sign something else (threat 62)", () => {
    class Evil extends PrivateKey {
      override sign(): Uint8Array {
        return new Uint8Array(64);
      }
    }
    const evil = new Evil(new Uint8Array(32).fill(7));
    expect(PrivateKey.has(evil)).toBe(false);
    expectCode("KEY-008", () => new LocalSigner(evil));
  });
});
