import { encodeUtf8 } from "@parmanasystems/canonical";
import { byteLength, isBytes } from "./bytes.js";
import { SigningError } from "./errors.js";
import { payloadTypes } from "./payload-types.js";

const ownTypes: ReadonlySet<string> = /* @__PURE__ */ new Set<string>(Object.values(payloadTypes));
// Only our own few types are kept, so that types read from outside cannot grow it.
const heads = /* @__PURE__ */ new Map<string, Uint8Array>();

function headOf(payloadType: string): Uint8Array {
  const known = heads.get(payloadType);
  if (known !== undefined) return known;
  if (typeof payloadType !== "string") {
    throw new SigningError("SIG-002", "The payload type must be a text.");
  }
  const head = encodeUtf8(`DSSEv1 ${String(utf8Length(payloadType))} ${payloadType} `);
  if (ownTypes.has(payloadType)) heads.set(payloadType, head);
  return head;
}

function utf8Length(payloadType: string): number {
  try {
    return encodeUtf8(payloadType).length;
  } catch (cause) {
    throw new SigningError("SIG-002", "The payload type must be a well-formed text.", { cause });
  }
}

/**
 * DSSE pre-authentication encoding, the bytes that every signature here is made over:
 * `DSSEv1 SP len(type) SP type SP len(payload) SP payload`, lengths in bytes.
 * @throws SIG-002 SIG-010
 */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  if (!isBytes(payload)) throw new SigningError("SIG-010", "The payload must be a Uint8Array.");
  const head = headOf(payloadType);
  const bodyLength = byteLength(payload);
  const digits = String(bodyLength);
  const bodyStart = head.length + digits.length + 1;
  const encoded = new Uint8Array(bodyStart + bodyLength);
  encoded.set(head);
  for (let i = 0; i < digits.length; i += 1) encoded[head.length + i] = digits.charCodeAt(i);
  encoded[bodyStart - 1] = 0x20;
  if (bodyLength > 0) encoded.set(payload, bodyStart);
  return encoded;
}
