import { decodeBase64, encodeBase64 } from "./base64.js";
import { byteLength, copyBytes, isBytes } from "./bytes.js";
import { SigningError } from "./errors.js";
import { isKeyId } from "./key-id.js";
import { ownLength, readOwnElements, readOwnMembers } from "./own-members.js";
import type { Signer } from "./signer.js";
import { signatureLength } from "./strict-signature.js";

/** One signature as DSSE writes it. */
export interface DsseSignature {
  /** RFC 7638 thumbprint: a hint which key to try, never a proof. */
  readonly keyid: string;
  /** 64 bytes, base64. */
  readonly sig: string;
}

const maxSignatures = 64;

/** @throws SIG-006 */
export function decodeSignature(sig: string): Uint8Array {
  // 64 bytes are 88 letters: anything else is refused before it is decoded.
  if (typeof sig === "string" && sig.length === 88) {
    const bytes = decodeBase64(sig);
    if (bytes.length === signatureLength) return bytes;
  }
  throw new SigningError("SIG-006", "A signature must be 64 bytes in base64.");
}

/** A frozen copy. @throws SIG-001 SIG-003 to SIG-007 */
export function readSignatures(value: unknown): readonly DsseSignature[] {
  const count = ownLength(value);
  if (count !== undefined) requireCount(count);
  const entries = readOwnElements(value, maxSignatures);
  if (entries === undefined) {
    throw new SigningError("SIG-003", "The member signatures must be an array of signatures.");
  }
  return Object.freeze(withDistinctKeys(entries.map(parseSignature)));
}

/** A frozen copy of one signature; checks the form, not what was signed. @throws SIG-001 SIG-003 SIG-004 SIG-006 */
export function parseSignature(value: unknown): DsseSignature {
  const members = readOwnMembers(value);
  const keyid = members?.get("keyid");
  const sig = members?.get("sig");
  if (members?.size !== 2 || typeof keyid !== "string" || typeof sig !== "string") {
    throw new SigningError("SIG-003", "A signature must have the two texts keyid and sig and nothing else.");
  }
  if (!isKeyId(keyid)) throw new SigningError("SIG-004", "A keyid must be an RFC 7638 thumbprint.");
  decodeSignature(sig);
  return Object.freeze({ keyid, sig });
}

/** Signs once with each signer, in their order. @throws SIG-004 to SIG-007 */
export async function signWithAll(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly Signer[],
): Promise<readonly DsseSignature[]> {
  const all = [...signers];
  requireCount(all.length);
  const pending = all.map((signer) => signOnce(payloadType, payload, signer));
  return Object.freeze(withDistinctKeys(await Promise.all(pending)));
}

async function signOnce(payloadType: string, payload: Uint8Array, signer: Signer): Promise<DsseSignature> {
  const { keyId } = signer;
  if (!isKeyId(keyId)) throw new SigningError("SIG-004", "A signer's keyId must be an RFC 7638 thumbprint.");
  const signature: unknown = await signer.sign(payloadType, copyBytes(payload));
  if (!isBytes(signature) || byteLength(signature) !== signatureLength) {
    throw new SigningError("SIG-006", `The signer ${keyId} must return a signature of 64 bytes.`);
  }
  return Object.freeze({ keyid: keyId, sig: encodeBase64(signature) });
}

export function requireCount(count: number): void {
  if (count < 1 || count > maxSignatures) {
    throw new SigningError(
      "SIG-007",
      `There must be 1 to ${String(maxSignatures)} signatures, found ${String(count)}.`,
    );
  }
}

function withDistinctKeys(signatures: DsseSignature[]): DsseSignature[] {
  const seen = new Set<string>();
  for (const { keyid } of signatures) {
    if (seen.has(keyid)) throw new SigningError("SIG-005", `The key ${keyid} must sign only once.`);
    seen.add(keyid);
  }
  return signatures;
}
