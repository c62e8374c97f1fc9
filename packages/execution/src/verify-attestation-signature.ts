import { encodeUtf8, ParmanaError } from "@parmanasystems/canonical";
import { decodeBase64, pae, payloadTypes, type PublicKey, type Verifier } from "@parmanasystems/signing";
import { type ExecutionAttestation, type OpenAttestation, openAttestation } from "./attestation.js";
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
  const open = openWellFormed(attestation);
  if (open === undefined || open.attestation.keyId !== key.keyId)
    return "raw" in key ? false : Promise.resolve(false);
  const payload = encodeUtf8(open.text);
  const signature = decodeBase64(open.attestation.signature);
  return "raw" in key
    ? key.verify(pae(payloadTypes.attestation, payload), signature)
    : Promise.resolve(verifyPayload(key, payloadTypes.attestation, payload, signature));
}

function openWellFormed(attestation: unknown): OpenAttestation | undefined {
  try {
    return openAttestation(attestation);
  } catch (error) {
    if (ParmanaError.isInstance(error)) return undefined;
    throw error;
  }
}
