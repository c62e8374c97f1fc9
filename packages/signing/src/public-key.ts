import { type AdmittedKey, admitPublicKey } from "./admitted-key.js";
import { isBytes } from "./bytes.js";
import { decodeSpki, encodeSpki } from "./der.js";
import { SigningError } from "./errors.js";
import { decodePublicJwk, type PublicJwk, toPublicJwk } from "./jwk.js";
import { keyIdOf } from "./key-id.js";
import type { KeySource } from "./key-source.js";
import { decodePem, encodePem } from "./pem.js";
import { verifyWithKey, verifyWithKeyAsync } from "./verify-ed25519.js";

/** An Ed25519 public key that passed the strict profile. Frozen. */
export interface PublicKey {
  /** RFC 7638 thumbprint, recomputed from the key. */
  readonly keyId: string;
  /** The 32 bytes, a fresh copy at each read. */
  readonly raw: Uint8Array;
  /** SPKI PEM, as openssl writes it. */
  toPem(): string;
  toJwk(): PublicJwk;
  /** Strict profile; `false` for any signature or message that is not acceptable. The message is what was signed: for our documents, its PAE. */
  verify(message: Uint8Array, signature: Uint8Array): boolean;
  /** The same verdict, computed on another thread where the platform has some (Node's pool): for many at once. Never rejects. */
  verifyAsync(message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

class Ed25519PublicKey implements PublicKey {
  readonly keyId: string;
  readonly #key: AdmittedKey;

  constructor(key: AdmittedKey) {
    this.#key = key;
    this.keyId = keyIdOf(key.raw);
    Object.freeze(this);
  }

  static has(value: unknown): value is Ed25519PublicKey {
    return typeof value === "object" && value !== null && #key in value;
  }

  get raw(): Uint8Array {
    return this.#key.raw.slice();
  }

  toPem(): string {
    return encodePem("PUBLIC KEY", encodeSpki(this.#key.raw));
  }

  toJwk(): PublicJwk {
    return toPublicJwk(this.#key.raw);
  }

  toJSON(): PublicJwk {
    return this.toJwk();
  }

  verify(message: Uint8Array, signature: Uint8Array): boolean {
    return verifyWithKey(this.#key, message, signature);
  }

  verifyAsync(message: Uint8Array, signature: Uint8Array): Promise<boolean> {
    return verifyWithKeyAsync(this.#key, message, signature);
  }
}

/**
 * Reads a public key and admits it to the strict profile, once. A key that was already imported is returned as it is.
 * @throws KEY-001 to KEY-006, KEY-008 to KEY-013
 */
export function importPublicKey(source: KeySource | PublicKey): PublicKey {
  if (Ed25519PublicKey.has(source)) return source;
  return new Ed25519PublicKey(admitPublicKey(readPublicKey(source)));
}

function readPublicKey(source: unknown): Uint8Array {
  if (typeof source === "string") {
    const { label, der } = decodePem(source);
    if (label === "PUBLIC KEY") return decodeSpki(der);
    if (label.endsWith("PRIVATE KEY")) {
      throw new SigningError("KEY-006", `The key must be public, found a PEM block labelled ${label}.`);
    }
    throw new SigningError("KEY-003", `The PEM label must be PUBLIC KEY, found ${label}.`);
  }
  if (isBytes(source)) return source;
  if (typeof source === "object" && source !== null) return decodePublicJwk(source);
  throw new SigningError("KEY-001", "The public key must be a PEM text, 32 raw bytes or a JWK object.");
}
