import { decodeHex, encodeHex } from "@parmanasystems/canonical";
import { joinBytes } from "./bytes.js";
import { SigningError } from "./errors.js";

// RFC 8410 sections 4 and 7: with a key of fixed size, DER leaves exactly one encoding, so that a prefix is the parser.
const spkiPrefix = "302a300506032b6570032100";
const pkcs8Prefix = "302e020100300506032b657004220420";

// Object identifiers as DER, to name what was offered instead.
const otherAlgorithms: readonly (readonly [oid: string, name: string])[] = [
  ["06092a864886f70d010101", "RSA"],
  ["06092a864886f70d01010a", "RSA-PSS"],
  ["06072a8648ce3d0201", "EC"],
  ["06072a8648ce380401", "DSA"],
  ["06032b656e", "X25519"],
  ["06032b656f", "X448"],
  ["06032b6571", "Ed448"],
];

export function decodeSpki(der: Uint8Array): Uint8Array {
  return keyAfter(spkiPrefix, der, "public");
}

export function decodePkcs8(der: Uint8Array): Uint8Array {
  return keyAfter(pkcs8Prefix, der, "private");
}

export function encodeSpki(raw: Uint8Array): Uint8Array {
  return joinBytes(decodeHex(spkiPrefix), raw);
}

export function encodePkcs8(seed: Uint8Array): Uint8Array {
  return joinBytes(decodeHex(pkcs8Prefix), seed);
}

function keyAfter(prefix: string, der: Uint8Array, half: "public" | "private"): Uint8Array {
  const prefixLength = prefix.length / 2;
  const head = encodeHex(der.subarray(0, 64));
  if (head.startsWith(prefix) && der.length === prefixLength + 32) return der.slice(prefixLength);
  const algorithm = otherAlgorithms.find(([oid]) => head.slice(0, 64).includes(oid));
  if (algorithm !== undefined) {
    throw new SigningError("KEY-005", `The ${half} key must be an Ed25519 key, found ${algorithm[1]}.`);
  }
  throw new SigningError(
    "KEY-004",
    head.startsWith(prefix)
      ? `The DER of the ${half} key must end after its 32 key bytes.`
      : `The ${half} key must be the RFC 8410 encoding of an Ed25519 key.`,
  );
}
