import { SigningError } from "./errors.js";

// Control characters, and halves of surrogate pairs, which have no UTF-8.
const unprintable = /[\p{Cc}\p{Cs}]/u;

/** The payload type of a document: 1 to 256 characters, none of them a control character. @throws SIG-002 */
export function readPayloadType(value: unknown): string {
  if (typeof value !== "string" || value.length === 0 || value.length > 256 || unprintable.test(value)) {
    throw new SigningError("SIG-002", "The payloadType must be a text of 1 to 256 printable characters.");
  }
  return value;
}
