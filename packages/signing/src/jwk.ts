import { decodeBase64Url, encodeBase64Url } from "./base64.js";
import { SigningError } from "./errors.js";
import { readOwnElements, readOwnMembers } from "./own-members.js";

/** An Ed25519 public key as RFC 8037 writes it. */
export interface PublicJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  /** The 32 raw bytes, base64url. */
  readonly x: string;
}

// `kid` and `ext` (Web Crypto) may stand there and say nothing to us: the key id is always recomputed.
const knownMembers: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "kty",
  "crv",
  "x",
  "d",
  "alg",
  "use",
  "key_ops",
  "kid",
  "ext",
]);

export function toPublicJwk(raw: Uint8Array): PublicJwk {
  return Object.freeze({ kty: "OKP", crv: "Ed25519", x: encodeBase64Url(raw) });
}

/** @throws KEY-005 KEY-006 KEY-008 KEY-009 */
export function decodePublicJwk(jwk: object): Uint8Array {
  const members = readMembers(jwk);
  if (members.has("d")) throw new SigningError("KEY-006", "The JWK must not hold a private part (d).");
  requireUsage(members, "verify");
  return keyBytes(members, "x");
}

/** @throws KEY-005 KEY-007 KEY-008 KEY-009 */
export function decodePrivateJwk(jwk: object): { readonly seed: Uint8Array; readonly publicKey: Uint8Array } {
  const members = readMembers(jwk);
  if (!members.has("d")) throw new SigningError("KEY-007", "The JWK must hold its private part (d).");
  requireUsage(members, "sign");
  return { seed: keyBytes(members, "d"), publicKey: keyBytes(members, "x") };
}

function readMembers(jwk: object): ReadonlyMap<string, unknown> {
  const members = readOwnMembers(jwk);
  if (members === undefined) throw new SigningError("KEY-008", "The JWK must be a plain object.");
  requireEd25519(members);
  if ([...members.keys()].some((name) => !knownMembers.has(name))) {
    throw new SigningError("KEY-008", `The JWK must have no members but ${[...knownMembers].join(", ")}.`);
  }
  return members;
}

function requireEd25519(members: ReadonlyMap<string, unknown>): void {
  const kty = members.get("kty");
  if (kty !== "OKP") {
    const known = kty === "RSA" || kty === "EC" || kty === "oct";
    throw new SigningError(known ? "KEY-005" : "KEY-008", 'The JWK must have kty "OKP".');
  }
  const crv = members.get("crv");
  if (crv !== "Ed25519") {
    const known = crv === "X25519" || crv === "Ed448" || crv === "X448";
    throw new SigningError(known ? "KEY-005" : "KEY-008", 'The JWK must have crv "Ed25519".');
  }
}

function requireUsage(members: ReadonlyMap<string, unknown>, operation: "sign" | "verify"): void {
  const alg = members.get("alg");
  // "EdDSA" is RFC 8037's name, "Ed25519" the fully specified one of RFC 9864.
  if (members.has("alg") && alg !== "EdDSA" && alg !== "Ed25519") {
    throw new SigningError("KEY-009", 'The JWK\'s alg must be "EdDSA" or "Ed25519".');
  }
  if (members.has("use") && members.get("use") !== "sig") {
    throw new SigningError("KEY-009", 'The JWK\'s use must be "sig".');
  }
  if (members.has("key_ops") && !allows(members.get("key_ops"), operation)) {
    throw new SigningError(
      "KEY-009",
      `The JWK's key_ops must allow "${operation}" and nothing but signatures.`,
    );
  }
}

function allows(operations: unknown, operation: "sign" | "verify"): boolean {
  const listed = readOwnElements(operations, 2) ?? [];
  const distinct = new Set(listed);
  const onlySignatures = listed.every(
    (entry) => entry === operation || (entry === "verify" && operation === "sign"),
  );
  return onlySignatures && distinct.size === listed.length && distinct.has(operation);
}

function keyBytes(members: ReadonlyMap<string, unknown>, member: "x" | "d"): Uint8Array {
  const text = members.get(member);
  if (typeof text === "string" && text.length === 43) {
    try {
      return decodeBase64Url(text);
    } catch {
      // Falls through to the one message: what was wrong in the text may be secret.
    }
  }
  throw new SigningError("KEY-008", `The JWK's ${member} must be 32 bytes in unpadded base64url.`);
}
