import { createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from "node:crypto";
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { encodeBase64Url, generatePrivateKey, importPublicKey, type KeySource } from "../src/index.js";
import { Forger, littleEndian, nonCanonicalEncodings, torsion } from "./curve.js";
import { expectCode } from "./expect-code.js";

const nodeKey = generateKeyPairSync("ed25519");
const spki = nodeKey.publicKey.export({ format: "der", type: "spki" });
const raw = new Uint8Array(spki.subarray(12));
const pem = pemOf("PUBLIC KEY", spki);
const jwk = { kty: "OKP", crv: "Ed25519", x: encodeBase64Url(raw) };

function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function spkiPem(key: KeyObject): string {
  return key.export({ format: "pem", type: "spki" }).toString();
}

describe("a public key is read from PEM, JWK and raw bytes", () => {
  it("gives the same key from each", () => {
    const key = importPublicKey(raw);
    expect(importPublicKey(pem).keyId).toBe(key.keyId);
    expect(importPublicKey(jwk).keyId).toBe(key.keyId);
    expect(importPublicKey(Buffer.from(raw)).keyId).toBe(key.keyId);
    expect(importPublicKey(key)).toBe(key);
  });

  it("writes what Node writes, and reads it back", () => {
    const key = importPublicKey(raw);
    expect(key.toPem()).toBe(spkiPem(nodeKey.publicKey));
    expect(key.toJwk()).toEqual(nodeKey.publicKey.export({ format: "jwk" }));
    expect(key.raw).toEqual(raw);
    expect(importPublicKey(key.toPem()).raw).toEqual(raw);
    expect(importPublicKey({ ...key.toJwk() }).raw).toEqual(raw);
  });

  it("reads PEM with Windows line ends or without the last one", () => {
    expect(importPublicKey(pem.replaceAll("\n", "\r\n")).raw).toEqual(raw);
    expect(importPublicKey(pem.trimEnd()).raw).toEqual(raw);
  });

  it("reads what openssl and Web Crypto export", async () => {
    const privatePem = execFileSync("openssl", ["genpkey", "-algorithm", "ed25519"], { encoding: "utf8" });
    const publicPem = execFileSync("openssl", ["pkey", "-pubout"], { input: privatePem, encoding: "utf8" });
    expect(importPublicKey(publicPem).toPem()).toBe(publicPem);
    const pair = await webcrypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    if (!("publicKey" in pair)) throw new Error("not a pair");
    const exported = await webcrypto.subtle.exportKey("jwk", pair.publicKey);
    expect(importPublicKey({ ...exported }).toJwk().x).toBe(exported.x);
  });

  it("hands out copies and is frozen", () => {
    const key = importPublicKey(raw);
    key.raw.fill(0);
    expect(key.raw).toEqual(raw);
    expect(Object.isFrozen(key)).toBe(true);
    expect(JSON.stringify(key)).toBe(JSON.stringify(jwk));
  });
});

describe("the loader refuses whatever is not exactly one Ed25519 public key", () => {
  const refuse = (code: string, source: unknown): void => {
    expectCode(code, () => importPublicKey(source as KeySource));
  };

  it("other algorithms, as PEM and as JWK (threat 12)", () => {
    const others = [
      generateKeyPairSync("rsa", { modulusLength: 1024 }),
      generateKeyPairSync("rsa-pss", { modulusLength: 1024 }),
      generateKeyPairSync("ec", { namedCurve: "P-256" }),
      generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }),
      generateKeyPairSync("x25519"),
      generateKeyPairSync("x448"),
      generateKeyPairSync("ed448"),
    ];
    for (const { publicKey } of others) refuse("KEY-005", spkiPem(publicKey));
    const withJwk = others.filter(({ publicKey }) => !/dsa|pss/.test(publicKey.asymmetricKeyType ?? ""));
    expect(withJwk).toHaveLength(5);
    for (const { publicKey } of withJwk) refuse("KEY-005", publicKey.export({ format: "jwk" }));
    refuse("KEY-005", { ...jwk, crv: "X25519" });
    refuse("KEY-005", { ...jwk, crv: "Ed448" });
    refuse("KEY-005", { kty: "oct" });
  });

  it("private keys (threat 12)", () => {
    const secret = generatePrivateKey();
    refuse("KEY-006", secret.toPem());
    refuse("KEY-006", secret.toPem().replaceAll("PRIVATE", "ENCRYPTED PRIVATE"));
    refuse("KEY-006", nodeKey.privateKey.export({ format: "jwk" }));
    refuse("KEY-006", { ...jwk, d: undefined });
    refuse("KEY-008", secret);
    refuse("KEY-008", nodeKey.privateKey);
  });

  it.each([
    ["two blocks", pem + pem, "KEY-002"],
    ["no block", "", "KEY-002"],
    ["a path", "trust/root.pub", "KEY-002"],
    ["text before", `# key\n${pem}`, "KEY-002"],
    ["text after", `${pem}# key\n`, "KEY-002"],
    ["an empty line after", `${pem}\n`, "KEY-002"],
    ["a space before", ` ${pem}`, "KEY-002"],
    ["a byte order mark", `\ufeff${pem}`, "KEY-002"],
    ["a header", pem.replace("KEY-----\n", "KEY-----\nComment: hi\n\n"), "KEY-002"],
    ["an empty line inside", pem.replace("KEY-----\n", "KEY-----\n\n"), "KEY-002"],
    ["another closing label", pem.replace("END PUBLIC", "END RSA"), "KEY-002"],
    ["mixed line ends", pem.replace("\n", "\r\n"), "KEY-002"],
    ["short lines", pem.replace(/^(MCow.{10})/m, "$1\n"), "KEY-002"],
    ["a space in the base64", pem.replace("MCow", "MCow "), "KEY-002"],
    ["missing padding", pem.replace(/=+\n/, "\n"), "KEY-002"],
    ["20 KB", pem + "A".repeat(20_000), "KEY-002"],
    ["a certificate's label", pem.replaceAll("PUBLIC KEY", "CERTIFICATE"), "KEY-003"],
    ["PKCS#1's label", pem.replaceAll("PUBLIC KEY", "RSA PUBLIC KEY"), "KEY-003"],
  ])("PEM with %s", (...[, source, code]) => {
    refuse(code, source);
  });

  it("base64 whose unused bits are set", () => {
    // 44 bytes leave two letters' worth of bits: the letter before "=" has two unused ones.
    const twins = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", (letter) =>
      pem.replace(/.=\n/, `${letter}=\n`),
    );
    const accepted = twins.filter((twin) => {
      try {
        return createPublicKey(twin).export({ format: "jwk" }).x === jwk.x;
      } catch {
        return false;
      }
    });
    expect(accepted.length).toBeGreaterThanOrEqual(1);
    for (const twin of accepted.filter((text) => text !== pem)) refuse("KEY-002", twin);
  });

  it("DER with trailing bytes, null parameters, unused bits or another length", () => {
    refuse("KEY-004", pemOf("PUBLIC KEY", Buffer.concat([spki, Buffer.of(0)])));
    refuse("KEY-004", pemOf("PUBLIC KEY", Buffer.concat([spki, spki])));
    refuse("KEY-004", pemOf("PUBLIC KEY", spki.subarray(0, 43)));
    const nullParameters = Buffer.concat([Buffer.from("302c300706032b65700500032100", "hex"), raw]);
    refuse("KEY-004", pemOf("PUBLIC KEY", nullParameters));
    const longForm = Buffer.concat([Buffer.from("30812a300506032b6570032100", "hex"), raw]);
    refuse("KEY-004", pemOf("PUBLIC KEY", longForm));
    const unusedBits = Buffer.from(spki);
    unusedBits[11] = 1;
    refuse("KEY-004", pemOf("PUBLIC KEY", unusedBits));
  });

  it.each([
    ["alg", "ES256"],
    ["alg", "none"],
    ["alg", "eddsa"],
    ["alg", undefined],
    ["use", "enc"],
    ["use", null],
    ["key_ops", ["sign"]],
    ["key_ops", ["verify", "deriveKey"]],
    ["key_ops", ["verify", "verify"]],
    ["key_ops", []],
    ["key_ops", "verify"],
  ])("a JWK whose %s is %j", (member, value) => {
    refuse("KEY-009", { ...jwk, [member]: value });
  });

  it("but not the usages that signatures have", () => {
    for (const usage of [
      { alg: "EdDSA" },
      { alg: "Ed25519" },
      { use: "sig" },
      { key_ops: ["verify"] },
      { ext: true },
    ]) {
      expect(importPublicKey({ ...jwk, ...usage }).raw).toEqual(raw);
    }
  });

  it.each([
    ["an unknown member", { ...jwk, x5c: [] }],
    ["no kty", { crv: "Ed25519", x: jwk.x }],
    ["no x", { kty: "OKP", crv: "Ed25519" }],
    ["padding in x", { ...jwk, x: `${jwk.x}=` }],
    ["a short x", { ...jwk, x: jwk.x.slice(1) }],
    ["plain base64 in x", { ...jwk, x: `${jwk.x.slice(0, 20)}+${jwk.x.slice(21)}` }],
    [
      "unused bits set in x",
      { ...jwk, x: `${jwk.x.slice(0, 42)}${String.fromCharCode(jwk.x.charCodeAt(42) + 1)}` },
    ],
    ["a number for x", { ...jwk, x: 7 }],
    ["a symbol", { ...jwk, [Symbol("x")]: 1 }],
    ["an accessor", Object.defineProperty({ ...jwk }, "x", { get: () => jwk.x, enumerable: true })],
    ["an inherited x", Object.assign(Object.create({ x: jwk.x }) as object, { kty: "OKP", crv: "Ed25519" })],
    ["another class", Object.assign(new Map(), jwk)],
    ["a list", [jwk]],
    [
      "a Proxy that throws",
      new Proxy(jwk, {
        ownKeys: () => {
          throw new Error("no");
        },
      }),
    ],
  ])("a JWK with %s", (...[, source]) => {
    refuse("KEY-008", source);
  });

  it("anything else", () => {
    for (const source of [undefined, null, 7, true, Symbol("key"), () => pem]) refuse("KEY-001", source);
    for (const length of [0, 31, 33, 44, 64]) refuse("KEY-010", new Uint8Array(length));
  });
});

describe("a public key must be a canonical point of the prime-order group (threat 10)", () => {
  it("refuses all eight points of small order", () => {
    expect(torsion).toHaveLength(8);
    expect(new Set(torsion.map((point) => point.toHex())).size).toBe(8);
    for (const point of torsion) expectCode("KEY-012", () => importPublicKey(point.toBytes()));
  });

  it("refuses keys with a part of small order", () => {
    for (const part of torsion.slice(1)) {
      const mixed = new Forger(123_456_789n, part).publicKey;
      expectCode("KEY-013", () => importPublicKey(mixed));
      expectCode("KEY-013", () =>
        importPublicKey(pemOf("PUBLIC KEY", Buffer.concat([spki.subarray(0, 12), mixed]))),
      );
      expectCode("KEY-013", () => importPublicKey({ ...jwk, x: encodeBase64Url(mixed) }));
    }
    expect(importPublicKey(new Forger(123_456_789n).publicKey).raw).toHaveLength(32);
  });

  it("refuses every other encoding of a point", () => {
    const encodings = nonCanonicalEncodings();
    expect(encodings.length).toBeGreaterThan(10);
    for (const encoding of encodings) expectCode("KEY-011", () => importPublicKey(encoding));
  });

  it("refuses bytes that are no point", () => {
    const noPoints = [2n, 7n, 8n].map(littleEndian).filter((bytes) => {
      try {
        importPublicKey(bytes);
        return false;
      } catch (error) {
        return error instanceof Error && error.message.includes("KEY-011");
      }
    });
    expect(noPoints.length).toBeGreaterThanOrEqual(1);
    expectCode("KEY-011", () => importPublicKey(new Uint8Array(32).fill(0xff)));
  });
});
