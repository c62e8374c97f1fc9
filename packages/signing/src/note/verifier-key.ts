import { encodeHex, encodeUtf8, sha256Bytes } from "@parmanasystems/canonical";
import { decodeBase64, encodeBase64 } from "../base64.js";
import { byteLength, isBytes, joinBytes } from "../bytes.js";
import { SigningError } from "../errors.js";
import type { KeySource } from "../key-source.js";
import { importPublicKey, type PublicKey } from "../public-key.js";
import { requireKeyName } from "./key-name.js";

/** Signature types of C2SP signed-note that are read here. */
export const noteAlgorithms = /* @__PURE__ */ Object.freeze({
  /** Ed25519 over the text. */
  ed25519: 0x01,
  /** A witness's Ed25519 over a time and the text: tlog-cosignature, cosignature/v1. */
  cosignatureV1: 0x04,
} as const);
export type NoteAlgorithm = (typeof noteAlgorithms)[keyof typeof noteAlgorithms];

/** Whom a note's signature is by, and how it was made. Frozen. */
export interface VerifierKey {
  readonly name: string;
  /** 8 lower-case hexadecimal digits, always recomputed. */
  readonly keyId: string;
  readonly algorithm: NoteAlgorithm;
  readonly publicKey: PublicKey;
}

export interface VerifierKeyFields {
  readonly name: string;
  readonly algorithm: NoteAlgorithm;
  readonly publicKey: PublicKey | KeySource;
}

const VERIFIER_KEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,64})$/u;

/** C2SP signed-note: the first four bytes of SHA-256 over name, newline, signature type and 32 raw key bytes. @throws SIG-018 KEY-010 */
export function noteKeyId(name: string, algorithm: number, publicKey: Uint8Array): string {
  if (!isBytes(publicKey) || byteLength(publicKey) !== 32) {
    throw new SigningError("KEY-010", "An Ed25519 public key must be 32 bytes.");
  }
  const named = encodeUtf8(`${requireKeyName(name)}\n`);
  const type = Uint8Array.of(requireAlgorithm(algorithm));
  return encodeHex(sha256Bytes(joinBytes(named, type, publicKey)).subarray(0, 4));
}

/** @throws SIG-018; as `importPublicKey` for the key */
export function createVerifierKey({ name, algorithm, publicKey }: VerifierKeyFields): VerifierKey {
  const key = importPublicKey(publicKey);
  const type = requireAlgorithm(algorithm);
  return Object.freeze({ name, keyId: noteKeyId(name, type, key.raw), algorithm: type, publicKey: key });
}

/** Reads `name+keyid+base64(type || key)`; its key id must be that of the key. @throws SIG-001 SIG-018 KEY-010 to KEY-013 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, keyId, encoded] = (typeof text === "string" ? VERIFIER_KEY.exec(text) : null) ?? [];
  if (name === undefined || keyId === undefined || encoded === undefined) {
    throw malformed("be a name, 8 lower-case hexadecimal digits and base64 with a plus between them");
  }
  const bytes = decodeBase64(encoded);
  const key = createVerifierKey({
    name,
    algorithm: requireAlgorithm(bytes[0]),
    publicKey: bytes.slice(1),
  });
  if (key.keyId !== keyId) throw malformed("carry the key id of its name, type and key");
  return key;
}

/** The spelling that `parseVerifierKey` reads. @throws SIG-018 */
export function formatVerifierKey({ name, algorithm, publicKey }: VerifierKeyFields): string {
  const key = createVerifierKey({ name, algorithm, publicKey });
  const encoded = encodeBase64(joinBytes(Uint8Array.of(key.algorithm), key.publicKey.raw));
  return `${key.name}+${key.keyId}+${encoded}`;
}

function requireAlgorithm(algorithm: unknown): NoteAlgorithm {
  const known = Object.values(noteAlgorithms).find((type) => type === algorithm);
  if (known === undefined) throw malformed("be of signature type 1 (Ed25519) or 4 (cosignature/v1)");
  return known;
}

function malformed(expected: string): SigningError {
  return new SigningError("SIG-018", `A note's verifier key must ${expected}.`);
}
