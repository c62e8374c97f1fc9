import { encodeUtf8 } from "@parmanasystems/canonical";
import type { Signer, Verifier } from "@parmanasystems/signing";
import { ExecutionError } from "./errors.js";

const SIGNATURE_BYTES = 64;

/** Signs the UTF-8 of a canonical text. @throws `code` when the signer fails or returns anything but 64 bytes */
export async function signText(
  signer: Signer,
  payloadType: string,
  text: string,
  code: "INV-009" | "INV-053",
): Promise<Uint8Array> {
  const payload = encodeUtf8(text);
  let signature: unknown;
  try {
    signature = signer.signSync ? signer.signSync(payloadType, payload) : await signer.sign(payloadType, payload);
  } catch (cause) {
    throw new ExecutionError(code, `The signer ${signer.keyId} failed.`, { cause });
  }
  // A copy: what a signer returned stays in its reach.
  if (signature instanceof Uint8Array && signature.length === SIGNATURE_BYTES) return new Uint8Array(signature);
  throw new ExecutionError(code, `The signer ${signer.keyId} must return a signature of 64 bytes.`);
}

/** Whether the signature over the UTF-8 of a canonical text holds; only `true` itself counts. */
export async function verifyText(
  verifier: Verifier,
  payloadType: string,
  text: string,
  signature: Uint8Array,
): Promise<boolean> {
  const payload = encodeUtf8(text);
  const verdict: unknown = verifier.verifySync
    ? verifier.verifySync(payloadType, payload, signature)
    : await verifier.verify(payloadType, payload, signature);
  return verdict === true;
}
