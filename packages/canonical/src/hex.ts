import { CanonicalError } from "./errors.js";
import { requireBytes } from "./utf8.js";

const byteToHex = Array.from(new Uint8Array(256).keys(), (byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal. @throws CANONICAL-015 */
export function encodeHex(bytes: Uint8Array): string {
  requireBytes(bytes);
  let text = "";
  for (const byte of bytes) text += byteToHex[byte] ?? "";
  return text;
}

/** Bytes of lower-case hexadecimal of even length; upper case is refused, so every value has one spelling. @throws CANONICAL-016 */
export function decodeHex(text: string): Uint8Array {
  if (typeof text !== "string" || text.length % 2 !== 0) throw notHex();
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    const high = hexDigit(text.charCodeAt(2 * index));
    const low = hexDigit(text.charCodeAt(2 * index + 1));
    if (high < 0 || low < 0) throw notHex();
    bytes[index] = high * 16 + low;
  }
  return bytes;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x61 + 10;
  return -1;
}

function notHex(): CanonicalError {
  return new CanonicalError(
    "CANONICAL-016",
    "The text must be lower-case hexadecimal with two digits per byte.",
  );
}
