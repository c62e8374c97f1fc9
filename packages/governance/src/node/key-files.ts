import {
  decodeUtf8,
  encodeUtf8,
  type JsonObject,
  type JsonValue,
  ParmanaError,
  parseStrict,
} from "@parmanasystems/canonical";
import {
  importPrivateKey,
  importPublicKey,
  type KeySource,
  type PrivateKey,
  type PublicKey,
} from "@parmanasystems/signing";
import { dirname } from "node:path";
import { GovernanceError } from "../errors.js";
import { readFileSafely } from "./read-file-safely.js";
import { makeDirectory, syncDirectory, writeNewFile } from "./write-file-atomically.js";

const MAX_KEY_BYTES = 16 * 1024;

/**
 * Writes a private key as PKCS#8 PEM with mode 0600; never over another file.
 * @throws GovernanceError TRUST-051, -052
 */
export async function writePrivateKey(path: string, privateKey: PrivateKey): Promise<void> {
  await makeDirectory(dirname(path), 0o700);
  await writeNewFile(path, encodeUtf8(privateKey.toPem()), { mode: 0o600 });
  await syncDirectory(dirname(path));
}

/**
 * Reads a private key, PEM or JWK, that only its owner may read.
 * @throws GovernanceError TRUST-001 to -006; KEY-* and CANONICAL-*
 */
export async function readPrivateKey(path: string): Promise<PrivateKey> {
  const bytes = await readFileSafely(path, {
    maxBytes: MAX_KEY_BYTES,
    secret: true,
    noun: "The private key",
  });
  return importPrivateKey(keySource(bytes));
}

/** Reads a public key, PEM or JWK. @throws GovernanceError TRUST-001 to -006; KEY-* and CANONICAL-* */
export async function readPublicKey(path: string): Promise<PublicKey> {
  return importPublicKey(
    keySource(await readFileSafely(path, { maxBytes: MAX_KEY_BYTES, noun: "The public key" })),
  );
}

/** Reads the pinned root key. @throws GovernanceError TRUST-001 to -006, TRUST-016 */
export async function readPinnedKey(path: string): Promise<PublicKey> {
  const bytes = await readFileSafely(path, { maxBytes: MAX_KEY_BYTES, noun: "The pinned root key" });
  try {
    return importPublicKey(decodeUtf8(bytes));
  } catch (cause) {
    if (!ParmanaError.isInstance(cause)) throw cause;
    throw new GovernanceError(
      "TRUST-016",
      `The pinned root key ${path} is not one Ed25519 public key in PEM form: ${cause.message}`,
      { cause },
    );
  }
}

/** A file that begins with "{" is a JWK, anything else a PEM text or nothing. */
function keySource(bytes: Uint8Array): KeySource {
  const text = decodeUtf8(bytes);
  if (!text.trimStart().startsWith("{")) return text;
  const jwk = parseStrict(text);
  return isObject(jwk) ? jwk : text;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
