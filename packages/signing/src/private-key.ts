import { byteLength, copyBytes, equalBytes, isBytes } from "./bytes.js";
import { decodePkcs8, encodePkcs8 } from "./der.js";
import { SigningError } from "./errors.js";
import { decodePrivateJwk } from "./jwk.js";
import type { KeySource } from "./key-source.js";
import { importNativePrivateKey, type NativePrivateKey } from "./native-ed25519.js";
import { decodePem, encodePem } from "./pem.js";
import { portablePublicKey, portableSign } from "./portable-ed25519.js";
import { importPublicKey, type PublicKey } from "./public-key.js";

const nodeInspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * An Ed25519 private key. Only `toPem()` discloses it: the seed lives in a private field that neither
 * `util.inspect`, `JSON.stringify`, `String` nor `structuredClone` reaches.
 */
export class PrivateKey {
  readonly keyId: string;
  readonly publicKey: PublicKey;
  readonly #seed: Uint8Array;
  readonly #native: NativePrivateKey | undefined;

  /** @param seed RFC 8032 private key, 32 bytes; copied. @throws KEY-010 */
  constructor(seed: Uint8Array) {
    if (!isBytes(seed) || byteLength(seed) !== 32) {
      throw new SigningError("KEY-010", "An Ed25519 private key must be its 32-byte seed.");
    }
    this.#seed = copyBytes(seed);
    this.#native = importNativePrivateKey(this.#seed);
    this.publicKey = importPublicKey(this.#native?.publicKey ?? portablePublicKey(this.#seed));
    this.keyId = this.publicKey.keyId;
    Object.freeze(this);
  }

  /** A fresh key from the platform's random source. */
  static generate(): PrivateKey {
    return new PrivateKey(crypto.getRandomValues(new Uint8Array(32)));
  }

  static has(value: unknown): value is PrivateKey {
    return (
      typeof value === "object" &&
      value !== null &&
      #seed in value &&
      // A subclass could sign otherwise.
      Object.getPrototypeOf(value) === PrivateKey.prototype
    );
  }

  /**
   * Signs the bytes as they are, 64 bytes out. Documents are signed over their PAE: use `LocalSigner` for them.
   * @throws SIG-010
   */
  sign(message: Uint8Array): Uint8Array {
    if (!isBytes(message)) throw new SigningError("SIG-010", "The message must be a Uint8Array.");
    // Ed25519 reads the message twice; if shared memory changed in between, the two halves would betray the key.
    const owned = copyBytes(message);
    return this.#native?.sign(owned) ?? portableSign(this.#seed, owned);
  }

  /** Unencrypted PKCS#8 PEM: the secret itself. */
  toPem(): string {
    return encodePem("PRIVATE KEY", encodePkcs8(this.#seed));
  }

  toJSON(): { readonly keyId: string } {
    return { keyId: this.keyId };
  }

  toString(): string {
    return `PrivateKey(${this.keyId})`;
  }

  [nodeInspect](): string {
    return this.toString();
  }
}

/** A fresh private key from the platform's random source. */
export function generatePrivateKey(): PrivateKey {
  return PrivateKey.generate();
}

/**
 * Reads a private key: PKCS#8 PEM, 32-byte seed or JWK with `d`. A `PrivateKey` is returned as it is.
 * No error of it quotes the source.
 * @throws KEY-001 to KEY-005, KEY-007 to KEY-010, KEY-014
 */
export function importPrivateKey(source: KeySource | PrivateKey): PrivateKey {
  return PrivateKey.has(source) ? source : readPrivateKey(source);
}

function readPrivateKey(source: unknown): PrivateKey {
  if (typeof source === "string") return new PrivateKey(readPem(source));
  if (isBytes(source)) return new PrivateKey(source);
  if (typeof source === "object" && source !== null) return readJwk(source);
  throw new SigningError("KEY-001", "The private key must be a PEM text, a 32-byte seed or a JWK object.");
}

function readPem(text: string): Uint8Array {
  const { label, der } = decodePem(text);
  if (label === "PRIVATE KEY") return decodePkcs8(der);
  if (label.endsWith("PUBLIC KEY")) {
    throw new SigningError("KEY-007", `The key must be private, found a PEM block labelled ${label}.`);
  }
  throw new SigningError("KEY-003", `The PEM label must be PRIVATE KEY, found ${label}.`);
}

function readJwk(jwk: object): PrivateKey {
  const { seed, publicKey } = decodePrivateJwk(jwk);
  const key = new PrivateKey(seed);
  if (!equalBytes(key.publicKey.raw, publicKey)) {
    throw new SigningError("KEY-014", "The JWK's x must be the public key that belongs to its d.");
  }
  return key;
}
