import { encodeUtf8, ParmanaError } from "@parmanasystems/canonical";
import { decodeBase64, pae, payloadTypes, type PublicKey, type Verifier } from "@parmanasystems/signing";
import { type ExecutionAttestation, openAttestation } from "./attestation.js";
import { verifyPayload } from "./signatures.js";

/**
 * Whether the key signed exactly this attestation. False, never an error, for one that is malformed or that names
 * another key. Whose key it is, the trust root says.
 */
export function verifyAttestationSignature(attestation: ExecutionAttestation, key: PublicKey): boolean;
export function verifyAttestationSignature(
  attestation: ExecutionAttestation,
  verifier: Verifier,
): Promise<boolean>;
export function verifyAttestationSignature(
  attestation: ExecutionAttestation,
  key: PublicKey | Verifier,
): boolean | Promise<boolean> {
  return "raw" in key ? verifyNear(attestation, key) : verifyFar(attestation, key);
}

function verifyNear(attestation: ExecutionAttestation, key: PublicKey): boolean {
  const signed = signedBy(attestation, key.keyId);
  return signed !== undefined && key.verify(pae(payloadTypes.attestation, signed.payload), signed.signature);
}

async function verifyFar(attestation: ExecutionAttestation, verifier: Verifier): Promise<boolean> {
  const signed = signedBy(attestation, verifier.keyId);
  if (signed === undefined) return false;
  return verifyPayload(verifier, payloadTypes.attestation, signed.payload, signed.signature);
}

interface Signed {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Undefined for what is no attestation, or one that names another key. */
function signedBy(value: unknown, keyId: string): Signed | undefined {
  try {
    const { attestation, text } = openAttestation(value);
    if (attestation.keyId !== keyId) return undefined;
    return { payload: encodeUtf8(text), signature: decodeBase64(attestation.signature) };
  } catch (error) {
    if (ParmanaError.isInstance(error)) return undefined;
    throw error;
  }
}
