import { type JsonValue, parseStrict } from "@parmanasystems/canonical";
import { decodeBase64Url, importPublicKey, type PublicKey, SigningError } from "@parmanasystems/signing";
import type { EvidenceBundle } from "@parmanasystems/verifier";
import { CliError } from "./errors.js";
import { nameOfInput, sentenceOf } from "./parse-file.js";
import { readInput } from "./read-input.js";

/** The public key of the PEM file at the path, or of the PEM that was given itself. @throws CliError CLI-004; SigningError KEY-* */
export function readPublicKey(fileOrPem: string): PublicKey {
  if (fileOrPem.startsWith("-----BEGIN ")) return importPublicKey(fileOrPem);
  // A byte order mark is no part of the form either.
  const pem = new TextDecoder("utf-8", { ignoreBOM: true }).decode(readInput(fileOrPem));
  try {
    return importPublicKey(pem);
  } catch (cause) {
    if (!(cause instanceof SigningError)) throw cause;
    throw new SigningError(cause.code, `In ${nameOfInput(fileOrPem)}: ${sentenceOf(cause)}`, { cause });
  }
}

/** The first root key of version 1 of the trust root that a bundle brings along. Nobody vouches for it. @throws CliError CLI-006 */
export function broughtRootKey({ trustRoot }: EvidenceBundle): PublicKey {
  const [first = trustRoot] = trustRoot.predecessors;
  try {
    const document = parseStrict(first.document);
    const keyids = member(member(member(document, "roles"), "root"), "keyids");
    const keyId: JsonValue | undefined = Array.isArray(keyids) ? (keyids as JsonValue[])[0] : undefined;
    const key = member(member(document, "keys"), typeof keyId === "string" ? keyId : "");
    const raw = member(key, "publicKey");
    return importPublicKey(decodeBase64Url(typeof raw === "string" ? raw : ""));
  } catch (cause) {
    throw new CliError("CLI-006", "The evidence bundle's trust root has no root key.", { cause });
  }
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
}
