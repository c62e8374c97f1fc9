import { type JsonValue, parseStrict } from "@parmanasystems/canonical";
import { decodeBase64, encodeBase64 } from "./base64.js";
import { copyBytes, isBytes } from "./bytes.js";
import { type DsseSignature, readSignatures, signWithAll } from "./dsse-signature.js";
import { SigningError } from "./errors.js";
import { readOwnMembers } from "./own-members.js";
import { readPayloadType } from "./payload-type.js";
import type { Signer } from "./signer.js";

/** A DSSE envelope: the payload and who signed it under which type. Frozen. */
export interface DsseEnvelope {
  readonly payloadType: string;
  /** Base64 of the payload's bytes. */
  readonly payload: string;
  readonly signatures: readonly DsseSignature[];
}

/**
 * Checks the form of an envelope, not its signatures: closed members, strict base64, 1 to 64 signatures of 64 bytes,
 * no keyid twice.
 * @param input bytes of the JSON text, or what was parsed from it
 * @throws SIG-001 to SIG-007; CANONICAL-* when the bytes are not strict JSON
 */
export function parseEnvelope(input: JsonValue | DsseEnvelope | Uint8Array): DsseEnvelope {
  const members = readOwnMembers(isBytes(input) ? parseStrict(input) : input);
  const payload = members?.get("payload");
  if (members?.size !== 3 || typeof payload !== "string" || !members.has("signatures")) {
    throw new SigningError(
      "SIG-003",
      "The envelope must have payloadType, payload and signatures and nothing else.",
    );
  }
  decodeBase64(payload);
  return Object.freeze({
    payloadType: readPayloadType(members.get("payloadType")),
    payload,
    signatures: readSignatures(members.get("signatures")),
  });
}

/** @throws SIG-002 SIG-004 to SIG-007 SIG-010, and what a signer throws */
export async function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly Signer[],
): Promise<DsseEnvelope> {
  if (!isBytes(payload)) throw new SigningError("SIG-010", "The payload must be a Uint8Array.");
  const type = readPayloadType(payloadType);
  const owned = copyBytes(payload);
  const signatures = await signWithAll(type, owned, signers);
  return Object.freeze({ payloadType: type, payload: encodeBase64(owned), signatures });
}
