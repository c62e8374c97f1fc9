import { canonicalBytes, parseStrict } from "@parmanasystems/canonical";
import { copyBytes, isBytes } from "./bytes.js";
import { type DsseSignature, readSignatures, signWithAll } from "./dsse-signature.js";
import { SigningError } from "./errors.js";
import { readOwnMembers } from "./own-members.js";
import { readPayloadType } from "./payload-type.js";
import type { Signer } from "./signer.js";

/** A `*.sig` file: an envelope whose payload is the file beside it, byte for byte. Frozen. */
export interface DetachedSignature {
  readonly payloadType: string;
  readonly signatures: readonly DsseSignature[];
}

/** Checks the form, not the signatures. @throws SIG-001 to SIG-007; CANONICAL-* when it is not strict JSON */
export function parseDetachedSignature(file: Uint8Array): DetachedSignature {
  if (!isBytes(file)) throw new SigningError("SIG-010", "The detached signature must be a Uint8Array.");
  const members = readOwnMembers(parseStrict(file));
  if (members?.size !== 2 || !members.has("payloadType") || !members.has("signatures")) {
    throw new SigningError(
      "SIG-003",
      "The detached signature must have payloadType and signatures and nothing else.",
    );
  }
  return Object.freeze({
    payloadType: readPayloadType(members.get("payloadType")),
    signatures: readSignatures(members.get("signatures")),
  });
}

/** The bytes of the `*.sig` file, canonical JSON. @throws SIG-002 SIG-004 to SIG-007 SIG-010, and what a signer throws */
export async function signDetached(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly Signer[],
): Promise<Uint8Array> {
  if (!isBytes(payload)) throw new SigningError("SIG-010", "The payload must be a Uint8Array.");
  const type = readPayloadType(payloadType);
  return canonicalBytes({
    payloadType: type,
    signatures: await signWithAll(type, copyBytes(payload), signers),
  });
}
