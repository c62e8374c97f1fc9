import { createPrivateKey, sign as nodeSign } from "node:crypto";
import { types } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generatePrivateKey, importPrivateKey, verifyEd25519 } from "../src/index.js";
import {
  concat,
  Forger,
  groupOrder,
  littleEndian,
  nonCanonicalEncodings,
  Point,
  sha512,
  toBigInt,
  torsion,
} from "./curve.js";
import { verdict } from "./verdict.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("the strict profile admits keys once, for both backends", () => {
  const message = text("message");

  it("refuses keys of small order, even where the equation holds (threat 10)", () => {
    // With A of small order and R = [S]B - [k]A the equation holds; for A = identity any S will do.
    for (const point of torsion) {
      const publicKey = point.toBytes();
      const r = Point.BASE.multiply(7n, false).toBytes();
      expect(verdict(publicKey, message, concat(r, littleEndian(7n)))).toBe(false);
      expect(verdict(publicKey, message, new Uint8Array(64))).toBe(false);
    }
  });

  it("refuses mixed-order keys, even where the equation holds (threat 10)", () => {
    for (const part of torsion.slice(1)) {
      const forger = new Forger(99n, part);
      for (let nonce = 1n; nonce < 17n; nonce += 1n) {
        const r = Point.BASE.multiply(nonce, false).toBytes();
        expect(verdict(forger.publicKey, message, forger.sign(message, nonce, r))).toBe(false);
      }
    }
  });

  it("refuses non-canonical keys (threat 10)", () => {
    for (const publicKey of nonCanonicalEncodings()) {
      expect(verdict(publicKey, message, concat(Point.BASE.toBytes(), littleEndian(1n)))).toBe(false);
    }
  });

  it("forgets the oldest keys, not the verdict", () => {
    const first = generatePrivateKey();
    const signature = first.sign(message);
    expect(verifyEd25519(first.publicKey.raw, message, signature)).toBe(true);
    for (let i = 1n; i <= 260n; i += 1n) {
      const { publicKey } = new Forger(i * 7919n);
      expect(verifyEd25519(publicKey, message, signature)).toBe(false);
    }
    expect(verdict(first.publicKey.raw, message, signature)).toBe(true);
  });
});

describe("the strict profile refuses edge signatures of good keys (threat 11)", () => {
  const message = text("message");
  const forger = new Forger(0x1234_5678_9abc_def0n);
  const nonce = 424_242n;
  const r = Point.BASE.multiply(nonce, false);
  const good = forger.sign(message, nonce, r.toBytes());

  it("accepts the honest one", () => {
    expect(verdict(forger.publicKey, message, good)).toBe(true);
  });

  it("S + L, S + 2L and S with high bits", () => {
    const s = toBigInt(good.slice(32));
    const edges = [
      groupOrder,
      groupOrder + 1n,
      groupOrder + 8n,
      groupOrder + (1n << 200n),
      (1n << 256n) - 1n,
    ];
    for (const other of [
      s + groupOrder,
      s + 2n * groupOrder,
      s + 8n * groupOrder,
      s | (1n << 255n),
      ...edges,
    ]) {
      expect(verdict(forger.publicKey, message, concat(good.slice(0, 32), littleEndian(other)))).toBe(false);
    }
  });

  it("R the identity, in each of its encodings, where the equation holds", () => {
    const identities = [1n, 1n | (1n << 255n), Point.CURVE().p + 1n, (Point.CURVE().p + 1n) | (1n << 255n)];
    for (const identity of identities.map(littleEndian)) {
      expect(verdict(forger.publicKey, message, forger.sign(message, 0n, identity))).toBe(false);
    }
  });

  it("R of small order", () => {
    for (const point of torsion) {
      expect(verdict(forger.publicKey, message, forger.sign(message, 0n, point.toBytes()))).toBe(false);
    }
  });

  it("R with a part of small order, which a cofactored verifier accepts", () => {
    for (const part of torsion.slice(1)) {
      expect(verdict(forger.publicKey, message, forger.sign(message, nonce, r.add(part).toBytes()))).toBe(
        false,
      );
    }
  });

  it("R not canonical", () => {
    for (const encoding of nonCanonicalEncodings()) {
      expect(verdict(forger.publicKey, message, forger.sign(message, 0n, encoding))).toBe(false);
    }
  });

  it("S zero, and all zeros", () => {
    expect(verdict(forger.publicKey, message, concat(good.slice(0, 32), new Uint8Array(32)))).toBe(false);
    expect(verdict(forger.publicKey, message, new Uint8Array(64))).toBe(false);
  });

  it("other lengths", () => {
    for (const length of [0, 1, 32, 63])
      expect(verdict(forger.publicKey, message, good.slice(0, length))).toBe(false);
    for (const length of [1, 32]) {
      expect(verdict(forger.publicKey, message, concat(good, new Uint8Array(length)))).toBe(false);
    }
  });

  it("Ed25519ph (threat 13)", () => {
    const dom2 = concat(text("SigEd25519 no Ed25519 collisions"), Uint8Array.of(1, 0));
    const digest = sha512(message);
    const k = toBigInt(sha512(dom2, r.toBytes(), forger.publicKey, digest)) % groupOrder;
    const prehashed = concat(r.toBytes(), littleEndian((nonce + k * forger.scalar) % groupOrder));
    expect(verdict(forger.publicKey, message, prehashed)).toBe(false);
    expect(verdict(forger.publicKey, digest, prehashed)).toBe(false);
  });
});

describe("the two backends never disagree", () => {
  const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const flips = fc.record({
    target: fc.constantFrom("key", "message", "signature", "none"),
    at: fc.nat(),
    bit: fc.nat(7),
  });

  it("on honest signatures with one bit flipped, and only unflipped ones verify", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        flips,
        (seed, body, { target, at, bit }) => {
          const key = importPrivateKey(seed);
          const parts = { key: key.publicKey.raw, message: body, signature: key.sign(body) };
          if (target !== "none") {
            const part = parts[target];
            const index = at % part.length;
            part[index] = (part[index] ?? 0) ^ (1 << bit);
          }
          expect(verdict(parts.key, parts.message, parts.signature)).toBe(target === "none");
        },
      ),
      { numRuns: 150 },
    );
  });

  it("on points and scalars at the edges", () => {
    const points = fc.oneof(
      fc.constantFrom(...torsion.map((point) => point.toBytes()), ...nonCanonicalEncodings()),
      fc
        .tuple(fc.bigInt({ min: 1n, max: groupOrder - 1n }), fc.constantFrom(...torsion))
        .map(([scalar, part]) => Point.BASE.multiply(scalar, false).add(part).toBytes()),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
    );
    const scalars = fc.oneof(
      fc.constantFrom(0n, 1n, 8n, groupOrder - 1n, groupOrder, groupOrder + 1n, (1n << 256n) - 1n),
      fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
    );
    fc.assert(
      fc.property(points, points, scalars, fc.uint8Array({ maxLength: 20 }), (key, r, s, body) => {
        verdict(key, body, concat(r, littleEndian(s)));
      }),
      { numRuns: 150 },
    );
  });

  it("on signatures that hold but for torsion in R or in the key", () => {
    const parts = fc.constantFrom(...torsion);
    const scalar = fc.bigInt({ min: 1n, max: groupOrder - 1n });
    fc.assert(
      fc.property(
        scalar,
        scalar,
        parts,
        parts,
        fc.uint8Array({ maxLength: 20 }),
        (secret, nonce, keyPart, rPart, body) => {
          const forger = new Forger(secret, keyPart);
          const r = Point.BASE.multiply(nonce, false).add(rPart).toBytes();
          const honest = keyPart.is0() && rPart.is0();
          expect(verdict(forger.publicKey, body, forger.sign(body, nonce, r))).toBe(honest);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("on any kind of input: false, never an error", () => {
    const key = generatePrivateKey();
    const body = text("x");
    const signature = key.sign(body);
    const odd = fc.oneof(
      fc.anything(),
      fc.uint8Array({ maxLength: 70 }),
      fc.constantFrom(
        new Proxy(signature, {}),
        new DataView(new ArrayBuffer(64)),
        new Uint16Array(32),
        signature.buffer,
      ),
    );
    fc.assert(
      fc.property(odd, odd, odd, (a, b, c) => {
        const [x, y, z] = [a, b, c] as [Uint8Array, Uint8Array, Uint8Array];
        expect(verdict(x, y, z)).toBe(false);
        expect(verdict(key.publicKey.raw, body, z)).toBe(false);
        expect(verdict(x, body, signature)).toBe(false);
        expect(verdict(key.publicKey.raw, y, signature)).toBe(
          types.isUint8Array(y) && Buffer.compare(y, body) === 0,
        );
      }),
      { numRuns: 200 },
    );
  });

  it("on views that pretend: Buffers, subclasses with another length, detached memory", () => {
    const key = generatePrivateKey();
    const body = text("abcdef");
    const signature = key.sign(body);
    class Short extends Uint8Array {
      override get length(): number {
        return 3;
      }
    }
    expect(verdict(Buffer.from(key.publicKey.raw), Buffer.from(body), Buffer.from(signature))).toBe(true);
    expect(verdict(key.publicKey.raw, new Short(body), signature)).toBe(true);
    expect(verdict(key.publicKey.raw, body, new Short(signature))).toBe(true);
    const gone = new Uint8Array(8);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(verdict(key.publicKey.raw, gone, key.sign(new Uint8Array(0)))).toBe(true);
    expect(verdict(gone, body, signature)).toBe(false);
    expect(verdict(key.publicKey.raw, body, gone)).toBe(false);
  });
});

describe("Node's own signatures", () => {
  it("verify in both backends", () => {
    const key = generatePrivateKey();
    for (const body of [text(""), text("a"), new Uint8Array(100_000)]) {
      const signature = new Uint8Array(nodeSign(null, body, createPrivateKey(key.toPem())));
      expect(verdict(key.publicKey.raw, body, signature)).toBe(true);
    }
  });
});
