import { LocalSigner, type Signer, type Verifier } from "@parmanasystems/signing";
import { ExecutionError } from "./errors.js";

const SIGNATURE_BYTES = 64;

type FailureCode = "INV-009" | "INV-053";

/**
 * Signs a payload, at once where the key is at hand. What the signer throws passes through.
 * @throws `code` when it returns anything but 64 bytes
 */
export function signPayload(
  signer: Signer,
  payloadType: string,
  payload: Uint8Array,
  code: FailureCode,
): Uint8Array | Promise<Uint8Array> {
  // Another's code gets a copy: it could change the bytes that we go on to trust.
  const bytes = LocalSigner.has(signer) ? payload : payload.slice();
  if (signer.signSync === undefined) return signRemotely(signer, payloadType, bytes, code);
  return copySignature(signer.signSync(payloadType, bytes), code);
}

async function signRemotely(
  signer: Signer,
  payloadType: string,
  payload: Uint8Array,
  code: FailureCode,
): Promise<Uint8Array> {
  return copySignature(await signer.sign(payloadType, payload), code);
}

/** A copy, because what a signer returned stays in its reach. */
function copySignature(signature: unknown, code: FailureCode): Uint8Array {
  if (signature instanceof Uint8Array && signature.length === SIGNATURE_BYTES)
    return new Uint8Array(signature);
  throw new ExecutionError(code, "The signer must return an Ed25519 signature of 64 bytes.");
}

/** Whether the signature over a payload holds, at once where the key is at hand; nothing but `true` counts as yes. */
export function verifyPayload(
  verifier: Verifier,
  payloadType: string,
  payload: Uint8Array,
  signature: Uint8Array,
): boolean | Promise<boolean> {
  if (verifier.verifySync === undefined) return verifyRemotely(verifier, payloadType, payload, signature);
  const verdict: unknown = verifier.verifySync(payloadType, payload, signature);
  return verdict === true;
}

async function verifyRemotely(
  verifier: Verifier,
  payloadType: string,
  payload: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const verdict: unknown = await verifier.verify(payloadType, payload, signature);
  return verdict === true;
}
