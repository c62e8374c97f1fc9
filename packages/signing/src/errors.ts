import { ParmanaError, type ErrorTable } from "@parmanasystems/canonical";

/** Every code this package throws: KEY-* for key material, SIG-* for signatures and what carries them. */
export const signingErrors = {
  "KEY-001": {
    meaning: "The key source is none of a PEM text, 32 raw bytes or a JWK object.",
    remedy: "Pass the PEM text itself (not its path), the raw 32 bytes, or the parsed JWK.",
  },
  "KEY-002": {
    meaning: "The PEM text is not exactly one well-formed block.",
    remedy: "Keep one block, with nothing before or after it and base64 lines of 64 characters.",
  },
  "KEY-003": {
    meaning: "The PEM label is not one this loader reads.",
    remedy: "Export the key as SPKI (`PUBLIC KEY`) or unencrypted PKCS#8 (`PRIVATE KEY`).",
  },
  "KEY-004": {
    meaning: "The DER inside the PEM is not the one encoding of an Ed25519 key.",
    remedy: "Export the key again with openssl or node:crypto; no attributes, no trailing bytes.",
  },
  "KEY-005": {
    meaning: "The key belongs to another algorithm.",
    remedy: "Use an Ed25519 key; RSA, EC, X25519, X448 and Ed448 keys are refused.",
  },
  "KEY-006": {
    meaning: "A private key was given where a public key is meant.",
    remedy: "Pass the public half, and treat the private key as disclosed if it left its place.",
  },
  "KEY-007": {
    meaning: "A public key was given where a private key is meant.",
    remedy: "Pass the PKCS#8 PEM, the 32-byte seed, or the JWK with `d`.",
  },
  "KEY-008": {
    meaning: "The JWK is malformed.",
    remedy: "Use kty OKP, crv Ed25519 and unpadded base64url of 32 bytes in `x` (and `d`).",
  },
  "KEY-009": {
    meaning: "The JWK's `alg`, `use` or `key_ops` forbids signatures.",
    remedy:
      "Use alg EdDSA or Ed25519, use sig, key_ops verify (public) or sign (private), or leave them out.",
  },
  "KEY-010": {
    meaning: "The raw key is not 32 bytes.",
    remedy: "Pass the 32-byte public key or the 32-byte RFC 8032 seed.",
  },
  "KEY-011": {
    meaning: "The public key is not the canonical encoding of a point on the curve.",
    remedy: "Get the key again from its owner; this one was not made by a correct implementation.",
  },
  "KEY-012": {
    meaning: "The public key has small order, so that anyone can make signatures for it.",
    remedy: "Refuse whoever offered it.",
  },
  "KEY-013": {
    meaning: "The public key has a small-order part, so that verifiers may disagree about its signatures.",
    remedy: "Refuse whoever offered it.",
  },
  "KEY-014": {
    meaning: "The public and private halves of the key do not belong together.",
    remedy: "Export the key pair again.",
  },
  "SIG-001": {
    meaning: "A text is not strict base64 or base64url.",
    remedy: "Encode with padding (base64) or without (base64url), no white space, unused bits zero.",
  },
  "SIG-002": {
    meaning: "The payload type is malformed.",
    remedy:
      "Use one of `payloadTypes`: a non-empty text of at most 256 characters without control characters.",
  },
  "SIG-003": {
    meaning: "The DSSE envelope or detached signature has a missing, unknown or mistyped member.",
    remedy: "Compare it with the DSSE shape; nothing beyond it is accepted.",
  },
  "SIG-004": {
    meaning: "A keyid is not an RFC 7638 thumbprint.",
    remedy: "Use the `keyId` of the imported key.",
  },
  "SIG-005": {
    meaning: "One keyid signs twice.",
    remedy: "Keep one signature per key.",
  },
  "SIG-006": {
    meaning: "A signature is not 64 bytes.",
    remedy: "Use the raw Ed25519 signature, base64 encoded once.",
  },
  "SIG-007": {
    meaning: "The number of signatures or signers is out of bounds.",
    remedy: "Use 1 to 64 signatures.",
  },
  "SIG-008": {
    meaning: "The signature of a known key does not verify.",
    remedy:
      "The content or the signature was changed, or it was signed under another payload type: do not use it.",
  },
  "SIG-009": {
    meaning: "The threshold question itself is malformed.",
    remedy: "Use a threshold of at least 1, keys under their own keyId, and a non-empty operator for each.",
  },
  "SIG-010": {
    meaning: "What was to be signed or verified is not a Uint8Array.",
    remedy: "Encode texts with UTF-8 before signing.",
  },
  "SIG-011": {
    meaning:
      "A signature that the local key made does not verify: memory, processor or cryptographic library is faulty.",
    remedy: "Stop this process, and check the machine before it signs again.",
  },
  "SIG-012": {
    meaning: "The signer command is malformed or could not be started.",
    remedy: "Name a program that exists and may be run, and its arguments; no shell expands them.",
  },
  "SIG-013": {
    meaning: "The signer command ended with a failure.",
    remedy: "What it wrote to standard error says why; run it by hand with a request on standard input.",
  },
  "SIG-014": {
    meaning: "The signer command did not answer in time.",
    remedy: "Check the device or key service behind it, or allow it more time.",
  },
  "SIG-015": {
    meaning: "The signer command's answer is not the JSON object that the protocol asks for, or is too long.",
    remedy: "Compare it with the protocol in docs/trust.md; nothing else may be written to standard output.",
  },
  "SIG-016": {
    meaning: "The signer command signed with another key, or its signature does not verify.",
    remedy:
      "Sign the bytes given as `pae`, with the key named as `keyid`. If the command did so before, its key or hardware is at fault.",
  },
  "SIG-017": {
    meaning: "The signed note, or the text of one, is malformed.",
    remedy:
      "Compare it with C2SP signed-note: UTF-8 without controls, the text, one empty line, signature lines, every line ended by a newline. A text must not begin as another signed message does.",
  },
  "SIG-018": {
    meaning: "The name of a note's key, or its verifier key, is not usable.",
    remedy:
      "Use a name without spaces and plus, and a verifier key name+keyid+base64 of type 1 (Ed25519) or 4 (cosignature/v1), as its owner published it.",
  },
  "SIG-019": {
    meaning: "No known key signed the note.",
    remedy: "Do not believe the text. Check that it is the note you meant, and which keys you trust for it.",
  },
  "SIG-020": {
    meaning: "The signer of a note returned something that is not its signature of the note.",
    remedy: "Check the key service behind it; nothing was published.",
  },
  "SIG-021": {
    meaning: "The time of a cosignature is no whole number of seconds since 1970.",
    remedy: "Pass seconds, not milliseconds and no Date.",
  },
} as const satisfies ErrorTable;

export type SigningErrorCode = keyof typeof signingErrors;

/** Thrown by every function of this package; holds no key material. */
export class SigningError extends ParmanaError<SigningErrorCode> {}
